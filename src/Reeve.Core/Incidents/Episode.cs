using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Identity;

namespace Reeve.Core.Incidents;

/// <summary>
/// From the first finding to recovery, for one binding, target and check: the unit within which actions are counted. Durable: it says
/// how far each branch of the escalation has come, so that a crash neither forgets nor repeats an action.
/// </summary>
public sealed record Episode
{
    /// <summary>Its id.</summary>
    public required EpisodeId Id { get; init; }

    /// <summary>What it is about.</summary>
    public required EpisodeKey Key { get; init; }

    /// <summary>The path of the key's target whose evaluation found it; only that key's evaluations can clear it.</summary>
    public required string Origin { get; init; }

    /// <summary>The incident that shows it to people, unless the binding wants none.</summary>
    public IncidentId? Incident { get; init; }

    /// <summary>When the first finding came.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When the last finding came.</summary>
    public DateTimeOffset LastFindingAt { get; init; }

    /// <summary>
    /// When the finding was last seen to have cleared; null while it stands. The episode ends once nothing of it runs any more.
    /// </summary>
    public DateTimeOffset? ClearedAt { get; init; }

    /// <summary>When it ended; null while it lives.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many times something was found.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Counts the runs of the escalation: a changed findings hash starts the next.</summary>
    public int Round { get; init; } = 1;

    /// <summary>The hash of what was found last.</summary>
    public string FindingsHash { get; init; } = "";

    /// <summary>What was found last, bounded like an incident's.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>One line for people.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The branches of the escalation, in the binding's order.</summary>
    public ImmutableArray<BranchState> Branches { get; init; } = [];

    /// <summary>Are these the branches of the resolution (the finding has cleared), not of the escalation?</summary>
    public bool Resolving { get; init; }

    /// <summary>Does the finding stand?</summary>
    [JsonIgnore]
    public bool Stands => ClearedAt is null && EndedAt is null;
}

/// <summary>What an episode is about.</summary>
public readonly record struct EpisodeKey(Scope Scope, string Binding, string Target, string Check);

/// <summary>How far one branch of an escalation has come.</summary>
public sealed record BranchState(string Name)
{
    /// <summary>The round of the escalation in which it began.</summary>
    public int Round { get; init; } = 1;

    /// <summary>The step it is at, from 0.</summary>
    public int Step { get; init; }

    /// <summary>The attempt of that step, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>What it does there.</summary>
    public BranchPhase Phase { get; init; } = BranchPhase.Ready;

    /// <summary>The execution that runs or ran last.</summary>
    public ExecutionId? Execution { get; init; }

    /// <summary>The approval it waits for.</summary>
    public ApprovalId? Approval { get; init; }

    /// <summary>When to look again: the end of a hold or of the settle time; null for no such time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What holds it back, each with its explanation; an array.</summary>
    public JsonElement HeldBy { get; init; } = Json.Null;

    /// <summary>Since when it is held back.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>The action, when the policy itself asked for it and not the binding's escalation.</summary>
    public Executions.ActionSpec? Asked { get; init; }

    /// <summary>Is nothing more to come from this branch in this round?</summary>
    [JsonIgnore]
    public bool IsOver => Phase is BranchPhase.Done or BranchPhase.Stopped;
}

/// <summary>
/// What a branch does at its step. Moves: ready → held | running | approval | done; held → ready; running
/// → settling | ready | stopped | done; settling → ready | done | stopped; approval → ready | stopped.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<BranchPhase>))]
public enum BranchPhase
{
    /// <summary>May act now.</summary>
    [JsonStringEnumMemberName("ready")] Ready,

    /// <summary>A restraint holds it back.</summary>
    [JsonStringEnumMemberName("held")] Held,

    /// <summary>Its execution has not ended.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>Gives the action time to show.</summary>
    [JsonStringEnumMemberName("settling")] Settling,

    /// <summary>Waits for people.</summary>
    [JsonStringEnumMemberName("approval")] AwaitingApproval,

    /// <summary>An error or a denial ended it.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,

    /// <summary>All its steps are through, or the last one helped.</summary>
    [JsonStringEnumMemberName("done")] Done,
}
