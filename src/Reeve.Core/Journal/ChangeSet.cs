using System.Text.Json;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Targets;

namespace Reeve.Core.Journal;

/// <summary>Everything that one decision changes: written as a whole or not at all.</summary>
public sealed class ChangeSet
{
    // made when first used: each way through the loop has a set, and nearly all of them stay empty
    private List<Target>? _targets;
    private List<TargetKey>? _removedTargets;
    private List<Episode>? _episodes;
    private List<Incident>? _incidents;
    private List<Approval>? _approvals;
    private List<Execution>? _executions;
    private List<JournalEntry>? _journal;
    private List<ScheduleMark>? _schedules;
    private List<Checkpoint>? _checkpoints;
    private List<CheckpointKey>? _removedCheckpoints;

    /// <summary>Targets to write.</summary>
    public List<Target> Targets => _targets ??= [];

    /// <summary>Targets to remove.</summary>
    public List<TargetKey> RemovedTargets => _removedTargets ??= [];

    /// <summary>Episodes to write.</summary>
    public List<Episode> Episodes => _episodes ??= [];

    /// <summary>Incidents to write.</summary>
    public List<Incident> Incidents => _incidents ??= [];

    /// <summary>Approvals to write.</summary>
    public List<Approval> Approvals => _approvals ??= [];

    /// <summary>Executions to write; a new one whose idempotency key exists already is a bug and fails the whole.</summary>
    public List<Execution> Executions => _executions ??= [];

    /// <summary>Entries to append.</summary>
    public List<JournalEntry> Journal => _journal ??= [];

    /// <summary>How far schedules have come.</summary>
    public List<ScheduleMark> Schedules => _schedules ??= [];

    /// <summary>Program states to keep.</summary>
    public List<Checkpoint> Checkpoints => _checkpoints ??= [];

    /// <summary>Program states to forget.</summary>
    public List<CheckpointKey> RemovedCheckpoints => _removedCheckpoints ??= [];

    /// <summary>Is there nothing to write?</summary>
    public bool IsEmpty =>
        IsNone(_targets) && IsNone(_removedTargets) && IsNone(_episodes) && IsNone(_incidents) && IsNone(_approvals) && IsNone(_executions)
        && IsNone(_journal) && IsNone(_schedules) && IsNone(_checkpoints) && IsNone(_removedCheckpoints);

    private static bool IsNone<T>(List<T>? list) => list is null or { Count: 0 };
}

/// <summary>How far a binding's schedule has come: ticks due until then have been evaluated.</summary>
public sealed record ScheduleMark(Scope Scope, string Binding, DateTimeOffset LastDue);

/// <summary>Names a program's state: the binding and the key's target (empty for a key of all targets).</summary>
public readonly record struct CheckpointKey(Scope Scope, string Binding, string Target);

/// <summary>A program's state. It counts only for the policy revision that it was saved under.</summary>
public sealed record Checkpoint(CheckpointKey Key, string Policy, long PolicyRevision, DateTimeOffset At, JsonElement State);
