using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Reeve.Core.Documents;
using Reeve.Core.Identity;
using Reeve.Core.Targets;

namespace Reeve.Core.Executions;

/// <summary>A durable run of a workflow, an operation or one actor call; survives a crash. Immutable; a change is a new value.</summary>
public sealed record Execution
{
    /// <summary>Its id.</summary>
    public required ExecutionId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required Scope Scope { get; init; }

    /// <summary>What runs, with its inputs filled in.</summary>
    public required ActionSpec Action { get; init; }

    /// <summary>The path of the target that it works on, or null.</summary>
    public string? Target { get; init; }

    /// <summary>Never two executions with the same key in one scope.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>Where it stands.</summary>
    public ExecutionStatus Status { get; init; } = ExecutionStatus.Pending;

    /// <summary>Muted: everything is decided and nothing done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Why it runs; null when a person or a client asked for it directly.</summary>
    public Cause? Cause { get; init; }

    /// <summary>The execution that started this one as a step; then it is covered by that one's hold on the target.</summary>
    public ExecutionId? Parent { get; init; }

    /// <summary>What to do when another execution works on the target.</summary>
    public OverlapRule OnOverlap { get; init; } = OverlapRule.Refuse;

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who asked: a user, <c>policy/NAME</c>, <c>system</c>.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>What it is a part of, as a <c>traceparent</c>; null when nobody traced it.</summary>
    public string? Trace { get; init; }

    /// <summary>When it is to start, when that is not at once.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>When it started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What the policies asked before laid over an operation, then the plan; an object.</summary>
    public JsonElement Data { get; init; } = Json.EmptyObject;

    /// <summary>The steps that began, in order of beginning.</summary>
    public ImmutableArray<StepRecord> Steps { get; init; } = [];

    /// <summary>What it gave; an object, or undefined.</summary>
    public JsonElement Output { get; init; } = Json.EmptyObject;

    /// <summary>What went wrong; null unless failed, refused or cancelled.</summary>
    public string? Error { get; init; }

    /// <summary>Somebody asked it to stop.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Did it help? Judged when its settle time has passed; null before, and where there is nothing to judge.</summary>
    public Effect? Effect { get; init; }

    /// <summary>Has it ended?</summary>
    [JsonIgnore]
    public bool IsEnded => Status is ExecutionStatus.Succeeded or ExecutionStatus.Failed or ExecutionStatus.Cancelled;

    /// <summary>The target as a key, or null.</summary>
    [JsonIgnore]
    public TargetKey? TargetKey => Target is null ? null : new TargetKey(Scope, Target);

    /// <summary>
    /// The same execution, to go on where it failed or was stopped: the records of failed steps are dropped, so these are tried again.
    /// </summary>
    public Execution ToResume() => this with
    {
        Status = ExecutionStatus.Pending,

        // a pause that was begun goes on; what was cut short or asked begins anew, under the same idempotency key
        Steps = Steps.RemoveAll(
            s => s.Status is StepStatus.Failed or StepStatus.Running || s is { Status: StepStatus.Waiting, Approval: not null }),
        OnOverlap = OverlapRule.Refuse,
        ScheduledFor = null,
        StartedAt = null,
        EndedAt = null,
        Error = null,
        CancelRequested = false,
        Effect = null,
    };

    /// <summary>Does it hold its target against others? A lone actor call (a mail) does not.</summary>
    [JsonIgnore]
    public bool HoldsTarget => Target is not null && Parent is null && Action.Kind is ActionKind.Operation or ActionKind.Workflow;
}

/// <summary>
/// Where an execution stands. Moves: pending → running ⇄ waiting → succeeded |
/// failed | cancelled; pending → cancelled | failed; failed → running by resume.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExecutionStatus>))]
public enum ExecutionStatus
{
    /// <summary>Accepted, not begun.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>At work.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>Waits for an approval or a time.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>Done.</summary>
    [JsonStringEnumMemberName("succeeded")] Succeeded,

    /// <summary>Could not be done, or was refused.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Stopped by somebody.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>Did an action help?</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Effect>))]
public enum Effect
{
    /// <summary>The finding cleared within the settle time.</summary>
    [JsonStringEnumMemberName("effective")] Effective,

    /// <summary>It did not.</summary>
    [JsonStringEnumMemberName("ineffective")] Ineffective,
}

/// <summary>What an execution does when another one works on its target.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OverlapRule>))]
public enum OverlapRule
{
    /// <summary>It is refused.</summary>
    [JsonStringEnumMemberName("refuse")] Refuse,

    /// <summary>It waits its turn.</summary>
    [JsonStringEnumMemberName("queue")] Queue,
}

/// <summary>Why an execution runs: the decision that started it.</summary>
/// <param name="Binding">The binding's name.</param>
/// <param name="Policy">The policy's name.</param>
/// <param name="PolicyRevision">The revision that decided.</param>
/// <param name="Episode">The episode within which it counts.</param>
/// <param name="Incident">The incident, when one is open.</param>
/// <param name="Check">The check that found something.</param>
/// <param name="FindingTarget">The path of the target of the finding.</param>
/// <param name="Branch">The branch of the escalation.</param>
/// <param name="Step">Which step of the branch, from 0.</param>
/// <param name="Attempt">Which attempt of the step, from 1.</param>
/// <param name="Reason">The finding in one line.</param>
/// <param name="Context">Binding, policy, target, findings: what actors show and references see; an object.</param>
public sealed record Cause(
    string Binding, string Policy, long PolicyRevision, EpisodeId Episode, IncidentId? Incident, string Check, string FindingTarget,
    string Branch, int Step, int Attempt, string Reason, JsonElement Context);

/// <summary>One step of an execution, recorded before and after it runs.</summary>
/// <param name="Path">Where the step stands in its workflow, such as <c>notify</c> or <c>both/0/mail</c>; unique in the execution.</param>
public sealed record StepRecord(string Path)
{
    /// <summary>Where it stands.</summary>
    public StepStatus Status { get; init; } = StepStatus.Running;

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Until when it waits (a pause, a retry, an approval's time-out).</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The approval it waits for.</summary>
    public ApprovalId? Approval { get; init; }

    /// <summary>What it gave; an object, or undefined.</summary>
    public JsonElement Output { get; init; } = Json.EmptyObject;

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }
}

/// <summary>Where a step stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepStatus>))]
public enum StepStatus
{
    /// <summary>Begun.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>Waits.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>Done.</summary>
    [JsonStringEnumMemberName("succeeded")] Succeeded,

    /// <summary>Could not be done.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Its condition said no.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped,
}
