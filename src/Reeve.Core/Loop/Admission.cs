using Reeve.Core.Executions;
using Reeve.Core.Identity;

namespace Reeve.Core.Loop;

/// <summary>Lets executions at their targets: one at a time where they overlap, the others wait their turn.</summary>
internal sealed class Admission(LoopOwner owner)
{
    private readonly List<Execution> _queued = [];
    private readonly Dictionary<ExecutionId, Execution> _scheduled = [];

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

    private void Begin(ExecutionId id)
    {
        if (_scheduled.Remove(id, out var execution) && Admit(execution))
        {
            owner.Host.Run(execution);
        }
    }
}
