using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Incidents;
using Reeve.Core.Matching;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>What references in an action's inputs see, and what actors show: binding, policy, target, findings, incident, signal.</summary>
internal static class LoopContext
{
    /// <summary>The most findings that a context carries.</summary>
    private const int MaxFindings = 100;

    public static JsonElement Of(LoopPass pass, ActiveBinding active, Episode episode, LoopOwner owner, int attempt) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("binding", active.Binding.Name);
        writer.WriteStartObject("policy");
        writer.WriteString("name", active.Policy.Name);
        writer.WriteString("type", active.Policy.Type);
        writer.WriteNumber("revision", active.Policy.Revision);
        writer.WritePropertyName("properties");
        active.Policy.Properties.WriteTo(writer);
        writer.WriteEndObject();
        writer.WriteString("check", episode.Key.Check);
        writer.WriteString("episode", episode.Id.Value);
        writer.WriteNumber("attempt", attempt);
        writer.WriteString("summary", episode.Summary);
        TargetJson.Write(writer, "target", owner.Targets.Find(new TargetKey(active.Binding.Scope, episode.Key.Target)) ?? pass.KeyTarget);
        if (owner.Targets.GroupOf(pass.KeyTarget) is { } group)
        {
            TargetJson.Write(writer, "group", group);
        }

        writer.WritePropertyName("finding");
        WriteFinding(writer, episode.Findings.IsEmpty ? null : episode.Findings[0]);
        writer.WriteStartArray("findings");
        foreach (var finding in episode.Findings.Take(MaxFindings))
        {
            WriteFinding(writer, finding);
        }

        writer.WriteEndArray();
        writer.WriteNumber("finding_count", episode.Findings.Length);
        if (episode.Incident is { } incident)
        {
            writer.WriteStartObject("incident");
            writer.WriteString("id", incident.Value);
            writer.WriteEndObject();
        }

        WriteSignal(writer, pass.Signal);
        writer.WriteEndObject();
    });

    /// <summary>The signal as a member <c>signal</c>; nothing when there is none.</summary>
    public static void WriteSignal(Utf8JsonWriter writer, Signal? signal)
    {
        if (signal is null)
        {
            return;
        }

        writer.WriteStartObject("signal");
        writer.WriteString("id", signal.Id);
        writer.WriteString("at", signal.At);
        switch (signal)
        {
            case EventSignal { Event: var seen }:
                writer.WriteString("service", seen.Service);
                writer.WriteString("target", seen.Target);
                if (seen.Metric is { } metric && double.IsFinite(metric))
                {
                    writer.WriteNumber("metric", metric);
                }

                if (seen.State is not null)
                {
                    writer.WriteString("state", seen.State);
                }

                if (seen.Description is not null)
                {
                    writer.WriteString("description", seen.Description);
                }

                writer.WriteString("time", seen.Time);
                break;
            case TickSignal tick:
                writer.WriteString("due_at", tick.DueAt);
                break;
            case OperationSignal operation:
                writer.WriteString("operation", operation.Operation);
                writer.WriteString("phase", operation.Phase == OperationPhase.Before ? "before" : "after");
                writer.WriteString("target", operation.Target.Path);
                writer.WriteString("execution", operation.Execution.Value);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter writer, Evaluation.Finding? finding)
    {
        if (finding is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("summary", finding.Summary);
        writer.WritePropertyName("data");
        if (finding.Data.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteNullValue();
        }
        else
        {
            finding.Data.WriteTo(writer);
        }

        if (finding.Target is not null)
        {
            writer.WriteString("target", finding.Target);
        }

        writer.WriteEndObject();
    }
}
