using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Journal;

namespace Reeve.Core.Loop;

/// <summary>Lets executions at their targets: one at a time where they overlap, the others wait their turn.</summary>
internal sealed class Admission(LoopOwner owner)
{
    private readonly List<Execution> _queued = [];
    private readonly Dictionary<ExecutionId, Execution> _scheduled = [];

    /// <summary>A new execution is asked for. Gives the one that stands in the way, or null when it was taken.</summary>
    public Execution? Request(Execution execution, string who, DateTimeOffset now, Action whenDurable)
    {
        if (execution.OnOverlap == OverlapRule.Refuse && HolderOf(execution) is { } holder)
        {
            return holder;
        }

        Take(execution, JournalKinds.ExecutionCreated, $"{Describe(execution)}{(execution.DryRun ? " (dry run)" : "")}", who, now, whenDurable);
        return null;
    }

    /// <summary>An ended execution is asked to go on. Gives the one that stands in the way, or null when it was taken.</summary>
    public Execution? Resume(Execution execution, string who, DateTimeOffset now, Action whenDurable)
    {
        // of two people who resume at once the second finds the first one's run in its way
        if ((owner.Ledger.FindLive(execution.Id) ?? HolderOf(execution)) is { } holder)
        {
            return holder;
        }

        Take(execution, JournalKinds.ExecutionResumed, $"{Describe(execution)} goes on after {execution.Steps.Length} steps", who, now, whenDurable);
        return null;
    }

    /// <summary>Takes the target for the execution; false when it must wait for its time, or for another one that has the target.</summary>
    public bool Admit(Execution execution)
    {
        // until its time has come it holds nothing
        if (execution.ScheduledFor is { } at && at > owner.Ids.Now)
        {
            _scheduled[execution.Id] = execution;
            owner.At(at, _ => Begin(execution.Id));
            return false;
        }

        var waits = execution.HoldsTarget && execution.TargetKey is { } target && owner.Ledger.HoldersOf(target).Any(l => l.Id != execution.Id);
        owner.Ledger.Take(execution);
        if (waits)
        {
            _queued.Add(execution);
        }

        return !waits;
    }

    /// <summary>Takes back an execution that has not begun; null when there is none.</summary>
    public Execution? Withdraw(ExecutionId id)
    {
        if (_scheduled.Remove(id, out var scheduled))
        {
            return scheduled;
        }

        var queued = _queued.Find(q => q.Id == id);
        Forget(id);
        return queued;
    }

    /// <summary>It has ended, or will not begin.</summary>
    public void Forget(ExecutionId id) => _queued.RemoveAll(q => q.Id == id);

    /// <summary>Starts what waited for a target that is free now.</summary>
    public void StartQueued()
    {
        for (var i = 0; i < _queued.Count; i++)
        {
            var waiting = _queued[i];
            if (!owner.Ledger.HoldersOf(waiting.TargetKey!.Value).Any(l => l.Id != waiting.Id && !_queued.Skip(i).Any(q => q.Id == l.Id)))
            {
                _queued.RemoveAt(i--);
                owner.Host.Run(waiting);
            }
        }
    }

    private Execution? HolderOf(Execution execution) =>
        execution.TargetKey is { } target && execution.HoldsTarget ? owner.Ledger.HolderOf(target) : null;

    private static string Describe(Execution execution) => $"{execution.Action}{(execution.Target is null ? "" : $" on `{execution.Target}`")}";

    private void Take(Execution execution, string kind, string summary, string who, DateTimeOffset now, Action whenDurable)
    {
        var changes = new ChangeSet();
        changes.Executions.Add(execution);
        changes.Journal.Add(new JournalEntry
        {
            At = now,
            Scope = execution.Scope,
            Kind = kind,
            Who = who,
            Summary = summary,
            Target = execution.Target,
            Binding = execution.Cause?.Binding,
            Policy = execution.Cause?.Policy,
            PolicyRevision = execution.Cause?.PolicyRevision,
            Incident = execution.Cause?.Incident,
            Episode = execution.Cause?.Episode,
            Execution = execution.Id,
        });
        var starts = Admit(execution);
        owner.Host.Commit(changes, () =>
        {
            whenDurable();
            if (starts)
            {
                owner.Host.Run(execution);
            }
        });
    }

    private void Begin(ExecutionId id)
    {
        if (_scheduled.Remove(id, out var execution) && Admit(execution))
        {
            owner.Host.Run(execution);
        }
    }
}
