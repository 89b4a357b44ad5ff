using System.Text.Json;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Targets;

namespace Reeve.Core.Journal;

/// <summary>Everything that one decision changes: written as a whole or not at all.</summary>
public sealed class ChangeSet
{
    /// <summary>Targets to write.</summary>
    public List<Target> Targets { get; } = [];

    /// <summary>Targets to remove.</summary>
    public List<TargetKey> RemovedTargets { get; } = [];

    /// <summary>Episodes to write.</summary>
    public List<Episode> Episodes { get; } = [];

    /// <summary>Incidents to write.</summary>
    public List<Incident> Incidents { get; } = [];

    /// <summary>Approvals to write.</summary>
    public List<Approval> Approvals { get; } = [];

    /// <summary>Executions to write; a new one whose idempotency key exists already is a bug and fails the whole.</summary>
    public List<Execution> Executions { get; } = [];

    /// <summary>Entries to append.</summary>
    public List<JournalEntry> Journal { get; } = [];

    /// <summary>How far schedules have come.</summary>
    public List<ScheduleMark> Schedules { get; } = [];

    /// <summary>Program states to keep.</summary>
    public List<Checkpoint> Checkpoints { get; } = [];

    /// <summary>Program states to forget.</summary>
    public List<CheckpointKey> RemovedCheckpoints { get; } = [];

    /// <summary>Is there nothing to write?</summary>
    public bool IsEmpty =>
        Targets.Count + RemovedTargets.Count + Episodes.Count + Incidents.Count + Approvals.Count + Executions.Count + Journal.Count
        + Schedules.Count + Checkpoints.Count + RemovedCheckpoints.Count == 0;
}

/// <summary>How far a binding's schedule has come: ticks due until then have been evaluated.</summary>
public sealed record ScheduleMark(Scope Scope, string Binding, DateTimeOffset LastDue);

/// <summary>Names a program's state: the binding and the key's target (empty for a key of all targets).</summary>
public readonly record struct CheckpointKey(Scope Scope, string Binding, string Target);

/// <summary>A program's state. It counts only for the policy revision that it was saved under.</summary>
public sealed record Checkpoint(CheckpointKey Key, string Policy, long PolicyRevision, DateTimeOffset At, JsonElement State);
