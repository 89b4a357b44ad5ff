using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Targets;

namespace Reeve.Core.Executions;

/// <summary>What an operation does, in full, before it does anything: recorded, so that it goes on after a crash as it was meant.</summary>
/// <param name="Instances">What is done to each instance; instances side by side, verbs in order.</param>
/// <param name="Desired">The new number of wanted instances, by group path.</param>
public sealed record OperationPlan(ImmutableArray<InstancePlan> Instances, ImmutableSortedDictionary<string, int> Desired)
{
    /// <summary>The plan as a JSON object, for an execution's data.</summary>
    public JsonElement ToJson() => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("instances");
        foreach (var instance in Instances)
        {
            writer.WriteStartObject();
            writer.WriteString("path", instance.Path);
            writer.WriteStartArray("verbs");
            foreach (var verb in instance.Verbs)
            {
                writer.WriteStringValue(verb.ToString().ToLowerInvariant());
            }

            writer.WriteEndArray();
            writer.WriteBoolean("new", instance.IsNew);
            writer.WriteBoolean("remove", instance.Removes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("desired");
        foreach (var (group, desired) in Desired)
        {
            writer.WriteNumber(group, desired);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    /// <summary>The plan that <see cref="ToJson"/> wrote.</summary>
    public static OperationPlan Read(JsonElement json) => new(
        [.. json.GetProperty("instances").EnumerateArray().Select(i => new InstancePlan(
            i.GetProperty("path").GetString()!,
            [.. i.GetProperty("verbs").EnumerateArray().Select(v => Enum.Parse<DriverVerb>(v.GetString()!, ignoreCase: true))],
            i.GetProperty("new").GetBoolean(),
            i.GetProperty("remove").GetBoolean()))],
        json.GetProperty("desired").EnumerateObject().ToImmutableSortedDictionary(d => d.Name, d => d.Value.GetInt32()));
}

/// <summary>What is done to one instance.</summary>
/// <param name="Path">The instance's path.</param>
/// <param name="Verbs">The driver calls, in order.</param>
/// <param name="IsNew">Is the target made by this?</param>
/// <param name="Removes">Is the target gone after it?</param>
public sealed record InstancePlan(string Path, ImmutableArray<DriverVerb> Verbs, bool IsNew, bool Removes);
