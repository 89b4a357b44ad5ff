using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>
/// Moves the branches of episodes when something outside a pass happens: an
/// execution ends, a settle time has passed, people answer. Judges what was done.
/// </summary>
internal sealed class BranchMover(LoopOwner owner)
{
    // what succeeded and gets its settle time, until it is judged
    private readonly Dictionary<ExecutionId, Execution> _unjudged = [];

    /// <summary>An execution has ended: its branch settles, goes on or is over.</summary>
    public void Ended(Execution execution, DateTimeOffset now, ChangeSet changes)
    {
        if (execution.Cause is not { } cause || owner.Episodes.Find(cause.Episode) is not { } episode)
        {
            return;
        }

        var index = episode.Branches.IndexOf(
            episode.Branches.FirstOrDefault(b => b.Execution == execution.Id && b.Phase == BranchPhase.Running)!);
        if (index < 0)
        {
            return;
        }

        var branch = episode.Branches[index];
        var binding = BindingOf(episode);
        var step = binding is null ? null : EpisodeMachine.StepOf(episode, branch, binding);
        var next = step is null
            ? EpisodeMachine.Over(branch, BranchPhase.Stopped)
            : EpisodeMachine.Ended(
                branch, step, EpisodeMachine.IsLast(episode, branch, binding!), execution.Status, episode.Stands, execution.EndedAt ?? now);
        if (execution.Status == ExecutionStatus.Succeeded && step?.Settle is { } settle)
        {
            _unjudged[execution.Id] = execution;
            Settle(execution, cause, settle, now);
            if (!episode.Stands)
            {
                Judge(execution.Id, Effect.Effective, "the finding cleared while it ran", now, changes);
            }
        }

        if (next.Phase == BranchPhase.Stopped)
        {
            changes.Journal.Add(StopEntry(episode, branch, execution, now));
        }

        Put(episode, episode with { Branches = episode.Branches.SetItem(index, next) }, now, changes);
    }

    /// <summary>The time of a branch has come: what settled in vain is judged, and everything that is held is asked again.</summary>
    public void Due(EpisodeId id, DateTimeOffset now)
    {
        if (owner.Episodes.Find(id) is not { } episode || BindingOf(episode) is not { } binding)
        {
            return;
        }

        var changes = new ChangeSet();
        var moved = episode;
        for (var i = 0; i < episode.Branches.Length; i++)
        {
            var branch = episode.Branches[i];
            if (branch.Phase != BranchPhase.Settling || branch.Until > now)
            {
                continue;
            }

            if (branch.Execution is { } execution)
            {
                Judge(execution, Effect.Ineffective, "the finding still stands after the settle time", now, changes);
            }

            var step = EpisodeMachine.StepOf(episode, branch, binding);
            var next = step is null
                ? EpisodeMachine.Over(branch, BranchPhase.Stopped)
                : EpisodeMachine.Ineffective(branch, step, EpisodeMachine.IsLast(episode, branch, binding));
            moved = moved with { Branches = moved.Branches.SetItem(i, next) };
        }

        Put(episode, moved, now, changes);
        owner.Commit(changes);
    }

    /// <summary>People answered, or nobody did in time: the branch that asked goes on or stops.</summary>
    public void Decided(Approval approval, DateTimeOffset now, ChangeSet changes)
    {
        if (approval.Episode is not { } key
            || owner.Episodes.Living.FirstOrDefault(e => e.Key == key && e.Branches.Any(b => Asked(b, approval))) is not { } episode)
        {
            return;
        }

        var binding = BindingOf(episode);
        var isApproved = approval.Status == ApprovalStatus.Approved;
        var branches = episode.Branches.Select(branch => (Asked(branch, approval), isApproved, branch.Phase) switch
        {
            (false, _, _) => branch,
            (_, false, _) => EpisodeMachine.Over(branch, BranchPhase.Stopped),
            (_, _, BranchPhase.AwaitingApproval) =>
                binding is null ? branch : EpisodeMachine.Next(branch, EpisodeMachine.IsLast(episode, branch, binding)),

            // the restraint that asked finds the yes in the ledger
            _ => branch,
        });
        Put(episode, episode with { Branches = [.. branches] }, now, changes);
    }

    /// <summary>After a restart: an ended execution whose episode may not have heard of it, or still waits for its effect.</summary>
    public bool Reconcile(Execution ended, DateTimeOffset now)
    {
        if (ended.Cause is not { } cause || owner.Bindings.Find(ended.Scope, cause.Binding)?.Binding is not { } binding)
        {
            return false;
        }

        var settle = StepOf(binding, cause)?.Settle;
        if (ended.Status == ExecutionStatus.Succeeded && settle is { } time && (ended.EndedAt ?? now) + time > now)
        {
            Settle(ended, cause, time, now);
        }

        var branch = owner.Episodes.Find(cause.Episode)?.Branches.FirstOrDefault(b => b.Execution == ended.Id);
        if (branch?.Phase == BranchPhase.Settling && ended.Status == ExecutionStatus.Succeeded)
        {
            _unjudged[ended.Id] = ended;
        }

        return branch?.Phase == BranchPhase.Running;
    }

    /// <summary>Marks an execution as having helped or not.</summary>
    public void Judge(ExecutionId id, Effect effect, string why, DateTimeOffset now, ChangeSet changes)
    {
        if (!_unjudged.Remove(id, out var execution))
        {
            return;
        }

        var judged = execution with { Effect = effect };
        owner.Ledger.Take(judged);
        changes.Executions.RemoveAll(e => e.Id == id);
        changes.Executions.Add(judged);
        changes.Journal.Add(new JournalEntry
        {
            At = now,
            Scope = judged.Scope,
            Kind = JournalKinds.Judged,
            Who = "system",
            Summary = $"{judged.Action} on `{judged.Target}` was {effect.ToString().ToLowerInvariant()}: {why}",
            Target = judged.Target,
            Binding = judged.Cause?.Binding,
            Policy = judged.Cause?.Policy,
            PolicyRevision = judged.Cause?.PolicyRevision,
            Incident = judged.Cause?.Incident,
            Episode = judged.Cause?.Episode,
            Execution = judged.Id,
        });
    }

    /// <summary>Nobody will judge what these branches did.</summary>
    public void Forget(Episode episode)
    {
        foreach (var branch in episode.Branches)
        {
            if (branch.Execution is { } execution)
            {
                _unjudged.Remove(execution);
            }
        }
    }

    private static bool Asked(BranchState branch, Approval approval) =>
        branch.Approval == approval.Id && branch.Phase is BranchPhase.AwaitingApproval or BranchPhase.Held;

    private static EscalationStep? StepOf(Binding binding, Cause cause) =>
        binding.Escalation.FirstOrDefault(b => b.Name == cause.Branch)?.Steps.ElementAtOrDefault(cause.Step);

    private static JournalEntry StopEntry(Episode episode, BranchState branch, Execution execution, DateTimeOffset now) => new()
    {
        At = now,
        Scope = episode.Key.Scope,
        Kind = JournalKinds.BranchEnded,
        Who = "system",
        Summary = $"branch `{branch.Name}` stops at step {branch.Step + 1}: "
            + $"{execution.Action} {execution.Status.ToString().ToLowerInvariant()}"
            + (execution.Error is null ? "" : $": {execution.Error}"),
        Target = episode.Key.Target,
        Binding = episode.Key.Binding,
        Incident = episode.Incident,
        Episode = episode.Id,
        Execution = execution.Id,
    };

    private Binding? BindingOf(Episode episode) => owner.Bindings.Find(episode.Key.Scope, episode.Key.Binding)?.Binding;

    private void Settle(Execution execution, Cause cause, TimeSpan settle, DateTimeOffset now)
    {
        if (execution.TargetKey is { } target)
        {
            var direction = execution.Action.Kind == ActionKind.Operation ? Operation.Direction(execution.Action.Name) : 0;
            owner.Ledger.TakeSettling(
                target, new Settling(cause.Binding, execution.Action.ToString(), direction, (execution.EndedAt ?? now) + settle));
        }
    }

    private void Put(Episode before, Episode moved, DateTimeOffset now, ChangeSet changes)
    {
        moved = owner.Finisher.FinishIfQuiet(EpisodeMachine.RunAgain(moved), now, changes);
        if (!ReferenceEquals(moved, before))
        {
            owner.Episodes.Put(moved);
            changes.Episodes.Add(moved);
            owner.ArmEpisode(moved);
        }

        var id = moved.Id;
        owner.Later(() => owner.Wake(id));
    }
}
