using System.Collections.Immutable;

namespace Reeve.Core.Restraints;

/// <summary>What a binding's document says of its restraints. Null or empty: that restraint is not asked.</summary>
public sealed record RestraintSettings
{
    /// <summary>No new action of this binding on a target until so long after the last one has ended.</summary>
    public TimeSpan? Cooldown { get; init; }

    /// <summary>
    /// No new action of any binding on a target until so long after the
    /// last one was started (Cloudify's <c>interval_between_workflows</c>).
    /// </summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Act only on a target that is started (Cloudify's <c>is_node_started_before_workflow</c>).</summary>
    public bool NodeStarted { get; init; }

    /// <summary>No action while an execution works on the target, on something above or on something below it.</summary>
    public bool InFlight { get; init; } = true;

    /// <summary>No scaling in while the group scales out or has not settled, and the other way round.</summary>
    public bool Opposing { get; init; } = true;

    /// <summary>No scaling beyond the group's bounds.</summary>
    public bool CapacityBounds { get; init; } = true;

    /// <summary>The finding must have stood so long.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Act on the first finding, then not again within this time.</summary>
    public TimeSpan? OnceWithin { get; init; }

    /// <summary>Collect findings for this time from the first one, then act once.</summary>
    public TimeSpan? OnceAfter { get; init; }

    /// <summary>Act only when so many findings came within a time.</summary>
    public AccumulateSettings? AccumulateWithin { get; init; }

    /// <summary>Act only inside one of these times.</summary>
    public ImmutableArray<CalendarWindow> Windows { get; init; } = [];

    /// <summary>Do not act inside one of these times.</summary>
    public ImmutableArray<CalendarWindow> Freezes { get; init; } = [];

    /// <summary>How much of a group may be affected at once.</summary>
    public BlastRadiusSettings? BlastRadius { get; init; }

    /// <summary>How many actions this binding may start in a time.</summary>
    public BudgetSettings? Budget { get; init; }

    /// <summary>People must say yes to each action.</summary>
    public ApprovalSettings? Approval { get; init; }

    /// <summary>Does one of them look at when findings came?</summary>
    public bool CountsFindings => AccumulateWithin is not null || OnceAfter is not null;
}

/// <summary>So many findings within a time.</summary>
public sealed record AccumulateSettings(int Count, TimeSpan Period);

/// <summary>How much of a group may be affected at once: a number of instances, or a share of them (rounded down, at least one).</summary>
public sealed record BlastRadiusSettings(int? Count, double? Share);

/// <summary>So many actions in a time.</summary>
public sealed record BudgetSettings(int Count, TimeSpan Period);

/// <summary>People must say yes.</summary>
/// <param name="Message">What they are asked; may hold references.</param>
/// <param name="Timeout">How long they have; null for ever.</param>
public sealed record ApprovalSettings(string? Message, TimeSpan? Timeout);
