using System.Collections.Immutable;
using Reeve.Core.Policies;
using Reeve.Engines.Builtin.Capacity;
using Reeve.Engines.Builtin.Heartbeat;
using Reeve.Engines.Builtin.Threshold;

namespace Reeve.Engines.Builtin;

/// <summary>The policy types of the engine <c>builtin</c>.</summary>
public static class BuiltinTypes
{
    /// <summary>A value beyond a bound.</summary>
    public const string Threshold = "reeve.threshold";

    /// <summary>Silence, or failure.</summary>
    public const string Heartbeat = "reeve.heartbeat";

    /// <summary>Fewer instances than wanted.</summary>
    public const string Capacity = "reeve.capacity";

    /// <summary>The names.</summary>
    public static ImmutableArray<string> Names { get; } = [Threshold, Heartbeat, Capacity];

    /// <summary>The types, in order of name.</summary>
    public static ImmutableArray<PolicyType> All { get; } =
    [
        Make(
            Capacity,
            CapacitySettings.Schema,
            "Finds (check `shortage`) a group that has had fewer started instances than are wanted for some time. "
            + "It looks at events of `reeve.state`, at ticks and after operations."),
        Make(
            Heartbeat,
            HeartbeatSettings.Schema,
            "Finds (check `silent`) an instance that has given no sign of life for too long, "
            + "and (check `failed`) one that its driver reports as failed. "
            + "Where the key is a group, every started instance is watched, also one that never spoke, and each has its own finding; "
            + "for single instances a schedule of the binding does the same."),
        Make(
            Threshold,
            ThresholdSettings.Schema,
            "Finds (checks `above` and `below`) a measured value that stays beyond a bound, smoothed if wished, "
            + "of an instance or over the members of a group."),
    ];

    private static PolicyType Make(string name, string schema, string description) => new()
    {
        Name = name,
        Version = "1.0",
        Engine = BuiltinEngine.EngineName,
        Description = description,
        Properties = SchemaText.Read(schema),
        Support = [new SupportStatus(SupportLevel.Supported, "0.1")],
        BuiltIn = true,
    };
}
