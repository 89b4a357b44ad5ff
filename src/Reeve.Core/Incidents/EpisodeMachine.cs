using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Matching;

namespace Reeve.Core.Incidents;

/// <summary>
/// The moves of episodes and their branches, as functions from one value to the next (design §4). Nothing here acts or writes.
/// </summary>
public static class EpisodeMachine
{
    /// <summary>The branch that holds what the policy itself asked for.</summary>
    public const string AskedBranch = "asked";

    /// <summary>The first finding.</summary>
    public static Episode Open(
        Identity.EpisodeId id, EpisodeKey key, string origin, CheckVerdict found, string hash, Binding binding,
        ImmutableArray<ActionSpec> asked, DateTimeOffset now) => new()
        {
            Id = id,
            Key = key,
            Origin = origin,
            OpenedAt = now,
            LastFindingAt = now,
            FindingsHash = hash,
            Findings = Bounded(found.Findings),
            Summary = SummaryOf(found),
            Branches = BranchesOf(binding.Escalation, asked, 1),
        };

    /// <summary>A further finding within the episode: a changed hash runs again what is over.</summary>
    public static Episode FoundAgain(
        Episode episode, CheckVerdict found, string hash, Binding binding, ImmutableArray<ActionSpec> asked, DateTimeOffset now)
    {
        var again = episode with
        {
            ClearedAt = null,
            LastFindingAt = now,
            Count = episode.Count + 1,
            FindingsHash = hash,
            Findings = Bounded(found.Findings),
            Summary = SummaryOf(found),
        };
        if (hash == episode.FindingsHash || !binding.Incident.RerunOnChange)
        {
            return again;
        }

        var round = episode.Round + 1;
        var fresh = BranchesOf(binding.Escalation, asked, round);
        var branches = again.Branches;
        for (var i = 0; i < fresh.Length; i++)
        {
            // a branch that is still at work goes on: what it does was started for this episode already; when it is over it runs again
            if (i >= branches.Length)
            {
                branches = branches.Add(fresh[i]);
            }
            else if (branches[i].IsOver)
            {
                branches = branches.SetItem(i, fresh[i]);
            }
        }

        return again with { Round = round, Branches = branches };
    }

    /// <summary>Branches that ended while the findings changed under them run again for what is found now.</summary>
    public static Episode RunAgain(Episode episode) => !episode.Stands || !episode.Branches.Any(b => b.IsOver && b.Round < episode.Round)
        ? episode
        : episode with
        {
            Branches = [.. episode.Branches
                .Select(b => b.IsOver && b.Round < episode.Round ? new BranchState(b.Name) { Asked = b.Asked, Round = episode.Round } : b)],
        };

    /// <summary>
    /// Nothing is found any more. What runs ends first; what settles has helped; what waits has nothing left to do, unless the finding
    /// comes back before all has ended.
    /// </summary>
    public static Episode Clear(Episode episode, DateTimeOffset now) => episode with
    {
        ClearedAt = now,
        Branches = [.. episode.Branches.Select(b => b.Phase switch
        {
            BranchPhase.Settling => Over(b, BranchPhase.Done),
            BranchPhase.Held or BranchPhase.AwaitingApproval =>
                b with { Phase = BranchPhase.Ready, Until = null, Approval = null, HeldBy = Documents.Json.Null, HeldSince = null },
            _ => b,
        })],
    };

    /// <summary>Does anything of it still run?</summary>
    public static bool IsRunning(Episode episode) => episode.Branches.Any(b => b.Phase == BranchPhase.Running);

    /// <summary>The finding has cleared and nothing runs: the resolution begins, or the episode ends.</summary>
    public static Episode Finish(Episode episode, Binding? binding, DateTimeOffset now)
    {
        var resolution = binding is null || episode.Resolving ? [] : BranchesOf(binding.Resolution, [], 1);
        return resolution.IsEmpty
            ? episode with { EndedAt = now, Branches = [.. episode.Branches.Select(b => b.IsOver ? b : Over(b, BranchPhase.Done))] }
            : episode with { Resolving = true, Branches = resolution };
    }

    /// <summary>The branches that an episode's branch states refer to.</summary>
    public static EscalationStep? StepOf(Episode episode, BranchState state, Binding binding)
    {
        if (state.Asked is { } asked)
        {
            return state.Step == 0 ? new EscalationStep(asked) : null;
        }

        var branches = episode.Resolving ? binding.Resolution : binding.Escalation;
        var step = branches.FirstOrDefault(b => b.Name == state.Name)?.Steps.ElementAtOrDefault(state.Step);

        // a resolution has no finding that could clear, so there is nothing to wait for or to judge
        return episode.Resolving && step is not null ? step with { Settle = null } : step;
    }

    /// <summary>The branch's action has been started.</summary>
    public static BranchState Started(BranchState branch, Identity.ExecutionId execution) =>
        branch with { Phase = BranchPhase.Running, Execution = execution, Until = null, HeldBy = Documents.Json.Null, HeldSince = null };

    /// <summary>The branch's execution has ended; <paramref name="stands"/> says whether the finding still does.</summary>
    public static BranchState Ended(
        BranchState branch, EscalationStep step, bool isLast, ExecutionStatus status, bool stands, DateTimeOffset endedAt)
    {
        if (status == ExecutionStatus.Cancelled)
        {
            return Over(branch, BranchPhase.Stopped);
        }

        if (status == ExecutionStatus.Failed)
        {
            // a remedy that failed was no remedy: after its settle time (or a growing pause) comes the next attempt or the next step;
            // a plain step's error ends the branch (Flexera)
            return step.Settle is not null || HasAttemptsLeft(branch, step)
                ? branch with { Phase = BranchPhase.Settling, Until = endedAt + (step.Settle ?? PauseAfter(branch.Attempt)) }
                : Over(branch, BranchPhase.Stopped);
        }

        if (step.Settle is not { } settle)
        {
            return Next(branch, isLast);
        }

        return stands ? branch with { Phase = BranchPhase.Settling, Until = endedAt + settle } : Over(branch, BranchPhase.Done);
    }

    /// <summary>The settle time has passed and the finding stands: the next attempt, or the next step, or the end.</summary>
    public static BranchState Ineffective(BranchState branch, EscalationStep step, bool isLast)
    {
        if (HasAttemptsLeft(branch, step))
        {
            return branch with { Phase = BranchPhase.Ready, Attempt = branch.Attempt + 1, Until = null };
        }

        return isLast ? Over(branch, BranchPhase.Stopped) : Next(branch, isLast);
    }

    /// <summary>The step is through: the next one, or the end.</summary>
    public static BranchState Next(BranchState branch, bool isLast) => isLast
        ? Over(branch, BranchPhase.Done)
        : branch with
        {
            Phase = BranchPhase.Ready,
            Step = branch.Step + 1,
            Attempt = 1,
            Until = null,
            Approval = null,
            HeldBy = Documents.Json.Null,
            HeldSince = null,
        };

    /// <summary>The branch has nothing more to do in this round.</summary>
    public static BranchState Over(BranchState branch, BranchPhase phase) =>
        branch with { Phase = phase, Until = null, HeldBy = Documents.Json.Null, HeldSince = null };

    /// <summary>Is the branch at its last step?</summary>
    public static bool IsLast(Episode episode, BranchState branch, Binding binding) =>
        StepOf(episode, branch with { Step = branch.Step + 1 }, binding) is null;

    // 1 s, 2 s, 4 s … 64 s
    private static TimeSpan PauseAfter(int attempt) => TimeSpan.FromSeconds(1 << Math.Min(attempt - 1, 6));

    private static bool HasAttemptsLeft(BranchState branch, EscalationStep step) => step.Attempts == 0 || branch.Attempt < step.Attempts;

    private static ImmutableArray<BranchState> BranchesOf(
        ImmutableArray<Branch> escalation, ImmutableArray<ActionSpec> asked, int round) => asked.IsEmpty
        ? [.. escalation.Select(b => new BranchState(b.Name) { Round = round })]
        : [.. asked
            .Select((a, i) => new BranchState(asked.Length == 1 ? AskedBranch : $"{AskedBranch}-{i + 1}") { Asked = a, Round = round })];

    private static ImmutableArray<Finding> Bounded(ImmutableArray<Finding> findings) =>
        [.. findings
            .Take(Incident.MaxFindings)
            .Select(f => f.Data.ValueKind == JsonValueKind.Undefined ? f with { Data = Documents.Json.EmptyObject } : f)];

    private static string SummaryOf(CheckVerdict found) =>
        found.Summary ?? (found.Findings.Length == 1 ? found.Findings[0].Summary : $"{found.Findings.Length} findings of `{found.Name}`");
}
