using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>Moves the branches of episodes when something outside the loop's order happens to them: an execution ended, a time has come, people answered.</summary>
internal sealed class BranchMover(LoopOwner owner)
{
    private readonly Dictionary<ExecutionId, Execution> _unjudged = [];

    /// <summary>After a restart: an ended execution whose settle time still runs.</summary>
    public void AwaitJudgement(Execution execution) => _unjudged[execution.Id] = execution;

    /// <summary>Marks an execution as having helped or not.</summary>
    public void Judge(ExecutionId id, Effect effect, string why, DateTimeOffset now, ChangeSet changes)
    {
        if (!_unjudged.Remove(id, out var execution))
        {
            return;
        }

        var judged = execution with { Effect = effect };
        owner.Ledger.Take(judged);
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

    /// <summary>A branch's time has come: it has settled without the finding clearing, or its hold may be over.</summary>
    public void Due(EpisodeId id, DateTimeOffset now)
    {
        if (owner.Episodes.Find(id) is not { } episode || owner.Bindings.Find(episode.Key.Scope, episode.Key.Binding)?.Binding is not { } binding)
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
            var next = step is null ? EpisodeMachine.Over(branch, BranchPhase.Stopped) : EpisodeMachine.Ineffective(branch, step, EpisodeMachine.IsLast(episode, branch, binding));
            moved = moved with { Branches = moved.Branches.SetItem(i, next) };
        }

        if (!ReferenceEquals(moved, episode))
        {
            moved = owner.Finisher.FinishIfQuiet(moved, now, changes);
            owner.Episodes.Put(moved);
            changes.Episodes.Add(moved);
            owner.Commit(changes);
        }

        owner.Wake(id);
    }

    /// <summary>The execution of a branch has ended.</summary>
    public void Ended(Execution execution, Cause cause, Episode episode, DateTimeOffset now, ChangeSet changes)
    {
        var index = -1;
        for (var i = 0; i < episode.Branches.Length; i++)
        {
            if (episode.Branches[i].Execution == execution.Id && episode.Branches[i].Phase == BranchPhase.Running)
            {
                index = i;
            }
        }

        if (index < 0)
        {
            return;
        }

        var branch = episode.Branches[index];
        var binding = owner.Bindings.Find(episode.Key.Scope, episode.Key.Binding)?.Binding;
        var step = binding is null ? null : EpisodeMachine.StepOf(episode, branch, binding);
        var next = step is null
            ? EpisodeMachine.Over(branch, BranchPhase.Stopped)
            : EpisodeMachine.Ended(branch, step, EpisodeMachine.IsLast(episode, branch, binding!), execution.Status, episode.Stands, execution.EndedAt ?? now);
        if (execution.Status == ExecutionStatus.Succeeded && step?.Settle is { } settle)
        {
            _unjudged[execution.Id] = execution;
            if (!episode.Stands)
            {
                Judge(execution.Id, Effect.Effective, "the finding cleared while it ran", now, changes);
            }

            if (execution.TargetKey is { } target)
            {
                owner.Ledger.TakeSettling(target, new Settling(cause.Binding, execution.Action.ToString(), Operation.Direction(execution.Action.Name), (execution.EndedAt ?? now) + settle));
            }
        }

        var moved = episode with { Branches = episode.Branches.SetItem(index, next) };
        if (next.Phase == BranchPhase.Stopped)
        {
            changes.Journal.Add(new JournalEntry
            {
                At = now,
                Scope = episode.Key.Scope,
                Kind = JournalKinds.BranchEnded,
                Who = "system",
                Summary = $"branch `{branch.Name}` stops at step {branch.Step + 1}: {execution.Action} {execution.Status.ToString().ToLowerInvariant()}{(execution.Error is null ? "" : $": {execution.Error}")}",
                Target = episode.Key.Target,
                Binding = episode.Key.Binding,
                Incident = episode.Incident,
                Episode = episode.Id,
                Execution = execution.Id,
            });
        }

        // the target may have gone while the execution ran for it
        if (moved.ClearedAt is null && owner.Targets.Find(new TargetKey(moved.Key.Scope, moved.Key.Target)) is null && moved.Key.Target != "*")
        {
            moved = EpisodeMachine.Clear(moved, now);
        }

        moved = owner.Finisher.FinishIfQuiet(moved, now, changes);
        owner.Episodes.Put(moved);
        changes.Episodes.Add(moved);
        owner.ArmEpisode(moved);
        var id = moved.Id;
        owner.Later(() => owner.Wake(id));
    }

    /// <summary>The question of a branch has been answered.</summary>
    public void Answered(Approval approval, Episode episode, DateTimeOffset now, ChangeSet changes)
    {
        var binding = owner.Bindings.Find(episode.Key.Scope, episode.Key.Binding)?.Binding;
        var moved = episode;
        for (var i = 0; i < episode.Branches.Length && binding is not null; i++)
        {
            var branch = episode.Branches[i];
            if (branch.Phase == BranchPhase.AwaitingApproval && branch.Approval == approval.Id)
            {
                var next = approval.Status == ApprovalStatus.Approved
                    ? EpisodeMachine.Next(branch, EpisodeMachine.IsLast(episode, branch, binding))
                    : EpisodeMachine.Over(branch, BranchPhase.Stopped);
                moved = moved with { Branches = moved.Branches.SetItem(i, next) };
                owner.Ledger.ForgetApproval(approval.Subject);
            }
            else if (branch.Phase == BranchPhase.Held && approval.Status is ApprovalStatus.Denied or ApprovalStatus.Expired && IsHeldByApproval(branch, approval))
            {
                moved = moved with { Branches = moved.Branches.SetItem(i, EpisodeMachine.Over(branch, BranchPhase.Stopped)) };
            }
        }

        if (!ReferenceEquals(moved, episode))
        {
            owner.Episodes.Put(moved);
            changes.Episodes.Add(moved);
        }

        var id = moved.Id;
        owner.Later(() => owner.Wake(id));
    }

    private static bool IsHeldByApproval(BranchState branch, Approval approval) =>
        approval.Subject.EndsWith($"/{branch.Name}/{branch.Step + 1}/{branch.Attempt}", StringComparison.Ordinal);
}
