using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Identity;

namespace Reeve.Core.Journal;

/// <summary>One entry of the append-only record. The store numbers the entries and chains them by hash.</summary>
public sealed record JournalEntry
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whose it is.</summary>
    public required Scope Scope { get; init; }

    /// <summary>What: one of <see cref="JournalKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Who: a user, <c>policy/NAME</c>, <c>system</c>.</summary>
    public required string Who { get; init; }

    /// <summary>What happened, in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>The path of the target.</summary>
    public string? Target { get; init; }

    /// <summary>The binding.</summary>
    public string? Binding { get; init; }

    /// <summary>The policy.</summary>
    public string? Policy { get; init; }

    /// <summary>The policy's revision.</summary>
    public long? PolicyRevision { get; init; }

    /// <summary>The incident.</summary>
    public IncidentId? Incident { get; init; }

    /// <summary>The episode.</summary>
    public EpisodeId? Episode { get; init; }

    /// <summary>The execution.</summary>
    public ExecutionId? Execution { get; init; }

    /// <summary>The rest: the signal, the facts used, each restraint's answer; an object.</summary>
    public JsonElement Data { get; init; } = Json.EmptyObject;
}

/// <summary>An entry as it is kept.</summary>
/// <param name="Sequence">Its number, from 1, without gaps.</param>
/// <param name="Entry">What it says.</param>
/// <param name="Hash">SHA-256 over the previous entry's hash and this entry's body, as hexadecimal.</param>
public sealed record KeptJournalEntry(long Sequence, JournalEntry Entry, string Hash);

/// <summary>What journal entries tell of.</summary>
public static class JournalKinds
{
    /// <summary>An action was started by a decision.</summary>
    public const string Acted = "action.started";

    /// <summary>An action was wanted and held back.</summary>
    public const string Held = "action.held";

    /// <summary>An action would have been started, and the binding only observes.</summary>
    public const string Muted = "action.muted";

    /// <summary>An action was judged.</summary>
    public const string Judged = "action.judged";

    /// <summary>A branch of an escalation ended.</summary>
    public const string BranchEnded = "escalation.ended";

    /// <summary>An incident was triggered.</summary>
    public const string IncidentTriggered = "incident.triggered";

    /// <summary>An incident's findings changed.</summary>
    public const string IncidentChanged = "incident.changed";

    /// <summary>An incident was resolved.</summary>
    public const string IncidentResolved = "incident.resolved";

    /// <summary>An incident was terminated.</summary>
    public const string IncidentTerminated = "incident.terminated";

    /// <summary>An execution was created.</summary>
    public const string ExecutionCreated = "execution.created";

    /// <summary>An execution ended.</summary>
    public const string ExecutionEnded = "execution.ended";

    /// <summary>An execution was found unfinished at the start and went on.</summary>
    public const string ExecutionResumed = "execution.resumed";

    /// <summary>A policy was asked about an operation and changed or refused it.</summary>
    public const string OperationJudged = "operation.judged";

    /// <summary>People were asked.</summary>
    public const string ApprovalRequested = "approval.requested";

    /// <summary>People answered, or nobody did in time.</summary>
    public const string ApprovalDecided = "approval.decided";

    /// <summary>A policy could not be evaluated.</summary>
    public const string PolicyFailed = "policy.failed";

    /// <summary>An evaluation had a remark: an error in a branch of a stream program, what it logs, what a policy left out.</summary>
    public const string PolicyRemarked = "policy.remarked";

    /// <summary>A document was created, changed or deleted.</summary>
    public const string ResourceChanged = "resource.changed";

    /// <summary>The state of a target changed.</summary>
    public const string TargetChanged = "target.changed";

    /// <summary>A token was made or revoked, a secret set or removed; says by name which, never the text.</summary>
    public const string AccessChanged = "access.changed";

    /// <summary>A plug-in was loaded, exchanged, withdrawn or refused.</summary>
    public const string PluginChanged = "plugin.changed";

    /// <summary>Reeve started; says what was lost since the last checkpoint, if anything.</summary>
    public const string Started = "reeve.started";

    /// <summary>The clock jumped.</summary>
    public const string ClockJumped = "clock.jumped";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        Acted, Held, Muted, Judged, BranchEnded, IncidentTriggered, IncidentChanged, IncidentResolved,
        IncidentTerminated, ExecutionCreated, ExecutionEnded, ExecutionResumed, OperationJudged, ApprovalRequested,
        ApprovalDecided, PolicyFailed, PolicyRemarked, ResourceChanged, TargetChanged, AccessChanged, PluginChanged,
        Started, ClockJumped,
    ];
}
