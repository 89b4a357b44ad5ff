using Reeve.Core.Executions;
using Reeve.Core.Journal;

namespace Reeve.Runtime.Workers;

/// <summary>
/// An execution at work: its value as recorded, changed under a lock because branches run side by side, written before it counts.
/// </summary>
internal sealed class ExecutionRecord(Execution execution, IChangeStore store)
{
    private readonly Lock _gate = new();
    private Execution _execution = execution;

    public Execution Value
    {
        get
        {
            lock (_gate)
            {
                return _execution;
            }
        }
    }

    /// <summary>The record of a step, or null when it has not begun.</summary>
    public StepRecord? Step(string path)
    {
        lock (_gate)
        {
            return _execution.Steps.FirstOrDefault(s => s.Path == path);
        }
    }

    /// <summary>Changes the value without writing it: it is written with the next change, which follows at once.</summary>
    public void Change(Func<Execution, Execution> change)
    {
        lock (_gate)
        {
            _execution = change(_execution);
        }
    }

    /// <summary>Changes the value and makes it durable, with what else is to be written.</summary>
    public Task ChangeAsync(
        Func<Execution, Execution> change, CancellationToken cancellationToken, Action<ChangeSet, Execution>? also = null)
    {
        var changes = new ChangeSet();
        lock (_gate)
        {
            // INVARIANT: sets are handed to the store in the order in which they were made, so the last value wins
            _execution = change(_execution);
            changes.Executions.Add(_execution);
            also?.Invoke(changes, _execution);
            return store.CommitAsync(changes, cancellationToken);
        }
    }

    /// <summary>Puts a step's record in, and makes it durable.</summary>
    public Task RecordAsync(StepRecord step, CancellationToken cancellationToken) => ChangeAsync(e => With(e, step), cancellationToken);

    public static Execution With(Execution execution, StepRecord step)
    {
        for (var i = 0; i < execution.Steps.Length; i++)
        {
            if (execution.Steps[i].Path == step.Path)
            {
                return execution with { Steps = execution.Steps.SetItem(i, step), Status = StatusOf(execution.Steps.SetItem(i, step)) };
            }
        }

        var steps = execution.Steps.Add(step);
        return execution with { Steps = steps, Status = StatusOf(steps) };
    }

    // it waits when all its unended steps do
    private static ExecutionStatus StatusOf(IEnumerable<StepRecord> steps)
    {
        var open = steps.Where(s => s.Status is StepStatus.Running or StepStatus.Waiting).ToList();
        return open.Count > 0 && open.All(s => s.Status == StepStatus.Waiting) ? ExecutionStatus.Waiting : ExecutionStatus.Running;
    }
}
