using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Engines.Check;

/// <summary>What a check gets to know: what its references see, its standard input, its environment.</summary>
internal static class CheckContext
{
    /// <summary>What a reference can start with.</summary>
    public static readonly ImmutableArray<string> Roots =
        ["binding", "group", "policy", "project", "properties", "signal", "target", "tenant"];

    /// <summary>The context as one object; a member that does not apply is null.</summary>
    public static JsonElement Of(in EvaluationInput input, Policy policy)
    {
        var facts = input.Facts;
        var signal = input.Signal;
        var scope = facts.Target.Key.Scope;
        return Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("tenant", scope.Tenant);
            writer.WriteString("project", scope.Project);
            writer.WriteString("binding", facts.Binding);
            writer.WriteStartObject("policy");
            writer.WriteString("name", policy.Name);
            writer.WriteString("type", policy.Type);
            writer.WriteNumber("revision", policy.Revision);
            writer.WriteEndObject();
            writer.WritePropertyName("properties");
            policy.Properties.WriteTo(writer);
            TargetJson.Write(writer, "target", facts.Target);
            TargetJson.Write(writer, "group", facts.Group);
            writer.WritePropertyName("signal");
            Write(writer, signal);
            writer.WriteEndObject();
        });
    }

    /// <summary>The properties as variables, named <c>REEVE_PROPERTY_</c> and the name in capitals; a text as it is, else JSON.</summary>
    public static ImmutableSortedDictionary<string, string>.Builder Variables(Facts facts, Policy policy, bool ownProperties)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        variables["REEVE_TARGET"] = facts.Target.Key.Path;
        variables["REEVE_BINDING"] = facts.Binding;
        variables["REEVE_POLICY"] = policy.Name;
        if (ownProperties && policy.Properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in policy.Properties.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.Null)
                {
                    variables[NameOf(property.Name)] = property.Value.ValueKind == JsonValueKind.String
                        ? property.Value.GetString()!
                        : property.Value.GetRawText();
                }
            }
        }

        return variables;
    }

    private static string NameOf(string property) =>
        "REEVE_PROPERTY_" + string.Create(property.Length, property, static (into, name) =>
        {
            for (var i = 0; i < name.Length; i++)
            {
                into[i] = char.IsAsciiLetterOrDigit(name[i]) ? char.ToUpperInvariant(name[i]) : '_';
            }
        });

    private static void Write(Utf8JsonWriter writer, Signal? signal)
    {
        if (signal is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("id", signal.Id);
        writer.WriteString("at", signal.At);
        switch (signal)
        {
            case EventSignal { Event: var seen }:
                writer.WriteString("kind", "event");
                writer.WriteString("service", seen.Service);
                writer.WriteString("state", seen.State);
                if (seen.Metric is { } metric && double.IsFinite(metric))
                {
                    writer.WriteNumber("metric", metric);
                }

                break;
            case TickSignal tick:
                writer.WriteString("kind", "tick");
                writer.WriteString("due_at", tick.DueAt);
                break;
            case OperationSignal operation:
                writer.WriteString("kind", "operation");
                writer.WriteString("operation", operation.Operation);
                writer.WriteString("phase", operation.Phase == OperationPhase.Before ? "before" : "after");
                writer.WritePropertyName("inputs");
                operation.Inputs.WriteTo(writer);
                break;
        }

        writer.WriteEndObject();
    }
}
