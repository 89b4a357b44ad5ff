using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>
/// Lets executions have their targets: one at a time on what overlaps; others are refused
/// or wait their turn, in order. What is scheduled comes in when its time has come.
/// </summary>
internal sealed class Admission(LoopOwner owner)
{
    private readonly List<Execution> _queued = [];
    private readonly Dictionary<ExecutionId, Execution> _scheduled = [];

    private ActionLedger Ledger => owner.Ledger;

    /// <summary>A new execution is asked for. Gives the one that stands in the way, or null when it was taken.</summary>
    public Execution? Request(Execution execution, string who, DateTimeOffset now, Action whenDurable)
    {
        if (execution.OnOverlap == OverlapRule.Refuse && !IsForLater(execution, now) && HolderOf(execution) is { } holder)
        {
            return holder;
        }

        Take(
            execution, JournalKinds.ExecutionCreated,
            $"{Describe(execution)}{(execution.DryRun ? " (dry run)" : "")}",
            who, now, whenDurable);
        return null;
    }

    /// <summary>An ended execution is asked to go on. Gives the one that stands in the way, or null when it was taken.</summary>
    public Execution? Resume(Execution execution, string who, DateTimeOffset now, Action whenDurable)
    {
        // of two people who resume at once the second finds the first one's run in its way
        if ((Ledger.FindLive(execution.Id) ?? HolderOf(execution)) is { } holder)
        {
            return holder;
        }

        Take(
            execution, JournalKinds.ExecutionResumed,
            $"{Describe(execution)} goes on after {execution.Steps.Length} steps",
            who, now, whenDurable);
        return null;
    }

    /// <summary>Takes the target for the execution; false when it must wait for another one that has it, or for its time.</summary>
    public bool Admit(Execution execution, DateTimeOffset now)
    {
        if (IsForLater(execution, now))
        {
            // until then it holds nothing
            _scheduled[execution.Id] = execution;
            owner.At(execution.ScheduledFor!.Value, due => Begin(execution.Id, due));
            return false;
        }

        var waits = execution.HoldsTarget && execution.TargetKey is { } target && Ledger.HoldersOf(target).Any(h => h.Id != execution.Id);
        Ledger.Take(execution);
        if (waits)
        {
            _queued.Add(execution);
        }

        return !waits;
    }

    /// <summary>Takes back what still waits for its turn or its time; null when there is no such execution.</summary>
    public Execution? Withdraw(ExecutionId id)
    {
        if (_scheduled.Remove(id, out var scheduled))
        {
            return scheduled;
        }

        var index = _queued.FindIndex(q => q.Id == id);
        if (index < 0)
        {
            return null;
        }

        var waiting = _queued[index];
        _queued.RemoveAt(index);
        return waiting;
    }

    /// <summary>
    /// An execution has ended: those that waited for it come in, in the order in which they came. Gives what is to run now.
    /// </summary>
    public List<Execution> Next()
    {
        var next = new List<Execution>();
        var waiting = _queued.Select(q => q.Id).ToHashSet();
        for (var i = 0; i < _queued.Count; i++)
        {
            var candidate = _queued[i];

            // behind what holds the target, and behind those that came before and still wait
            var inTheWay = Ledger.HoldersOf(candidate.TargetKey!.Value).Any(h => h.Id != candidate.Id && !waiting.Contains(h.Id))
                || _queued.Take(i).Any(q => q.TargetKey!.Value.Overlaps(candidate.TargetKey!.Value));
            if (!inTheWay)
            {
                waiting.Remove(candidate.Id);
                _queued.RemoveAt(i--);
                next.Add(candidate);
            }
        }

        return next;
    }

    private Execution? HolderOf(Execution execution) =>
        execution.TargetKey is { } target && execution.HoldsTarget ? Ledger.HolderOf(target) : null;

    private static bool IsForLater(Execution execution, DateTimeOffset now) =>
        execution.Status == ExecutionStatus.Pending && execution.ScheduledFor > now;

    private static string Describe(Execution execution) =>
        $"{execution.Action}{(execution.Target is null ? "" : $" on `{execution.Target}`")}";

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
        var starts = Admit(execution, now);
        owner.Host.Commit(changes, () =>
        {
            whenDurable();
            if (starts)
            {
                owner.Host.Run(execution);
            }
        });
    }

    private void Begin(ExecutionId id, DateTimeOffset now)
    {
        if (!_scheduled.Remove(id, out var execution))
        {
            return;
        }

        // it was accepted long ago, so it is not refused now: it waits its turn
        if (Admit(execution, now))
        {
            owner.Host.Commit(new ChangeSet(), () => owner.Host.Run(execution));
        }
    }
}
