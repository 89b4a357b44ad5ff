using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>
/// Puts an owner where the last process stopped. Nothing is decided before everything is known: first what is remembered, then what
/// still runs, and only then what ended, went away or fell due meanwhile.
/// </summary>
public sealed class LoopRestart(LoopOwner owner)
{
    /// <summary>
    /// Takes up what lived; targets and bindings are in place already. Gives the executions that are to be run again now.
    /// </summary>
    public IReadOnlyList<Execution> Restore(LoopState state, IReadOnlyList<Silence> silences, DateTimeOffset now)
    {
        Remember(state, silences);
        var resumed = new List<Execution>();

        // what has begun has its target; what waited came in the order of its asking
        foreach (var execution in state.Executions
            .Where(e => !e.IsEnded)
            .OrderBy(e => e.Status == ExecutionStatus.Pending)
            .ThenBy(e => e.CreatedAt)
            .ThenBy(e => e.Id.Value, StringComparer.Ordinal))
        {
            if (owner.Admit(execution, now))
            {
                resumed.Add(execution);
            }
        }

        OpenSaved(now);
        foreach (var ended in state.Executions.Where(e => e.IsEnded))
        {
            Reconcile(ended, now);
        }

        DropOrphans(now);
        owner.WakeAll();
        return resumed;
    }

    private void Remember(LoopState state, IReadOnlyList<Silence> silences)
    {
        owner.Ledger.Take(silences);
        foreach (var checkpoint in state.Checkpoints)
        {
            owner.Programs.Restore(checkpoint);
        }

        var incidents = state.Incidents.ToDictionary(i => i.Episode);
        foreach (var episode in state.Episodes)
        {
            owner.Restore(episode, incidents.GetValueOrDefault(episode.Id));
        }

        // the newest question about a subject counts
        foreach (var approval in state.Approvals.OrderBy(a => a.RequestedAt).ThenBy(a => a.Id.Value, StringComparer.Ordinal))
        {
            owner.Take(approval);
        }

        foreach (var ended in state.Executions.Where(e => e.IsEnded).OrderBy(e => e.CreatedAt))
        {
            owner.Ledger.Take(ended);
        }
    }

    // every saved key is opened now: its timers must run without waiting for a signal
    private void OpenSaved(DateTimeOffset now)
    {
        foreach (var (scope, binding, path) in owner.Programs.Saved.Select(c => c.Key).ToList())
        {
            if (owner.Bindings.Find(scope, binding) is not { Binding.Enabled: true } active)
            {
                owner.Programs.Drop(scope, binding);
            }
            else if ((active.Binding.Per == KeyScope.All
                ? active.Anchor(owner.Targets)
                : owner.Targets.Find(new TargetKey(scope, path))) is { } target)
            {
                owner.Programs.Open(active, target, now);
            }
            else
            {
                owner.Programs.Drop(new TargetKey(scope, path));
            }
        }
    }

    // the process may have died between the end of an execution and the move of its branch
    private void Reconcile(Execution ended, DateTimeOffset now)
    {
        if (owner.Mover.Reconcile(ended, now))
        {
            var changes = new ChangeSet();
            owner.Mover.Ended(ended, now, changes);
            owner.Commit(changes);
        }
    }

    // what went away may have died with the process before its episodes heard of it
    private void DropOrphans(DateTimeOffset now)
    {
        foreach (var episode in owner.Episodes.Living.ToList())
        {
            if (owner.Bindings.Find(episode.Key.Scope, episode.Key.Binding) is not { Binding.Enabled: true } active)
            {
                owner.Terminate(episode.Key.Scope, episode.Key.Binding, "the binding was removed or disabled", now);
            }
            else if (active.Binding.Per != KeyScope.All
                && owner.Targets.Find(new TargetKey(episode.Key.Scope, episode.Origin)) is null
                && !EpisodeMachine.IsRunning(episode))
            {
                var changes = new ChangeSet();
                owner.Finisher.Terminate(episode, IncidentStatus.Resolved, "the target is gone", now, changes);
                owner.Commit(changes);
            }
        }
    }
}
