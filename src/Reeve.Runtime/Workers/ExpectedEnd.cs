using System.Collections.Concurrent;
using Reeve.Core.Executions;
using Reeve.Core.Identity;

namespace Reeve.Runtime.Workers;

/// <summary>The end of an execution that somebody waits for; taken up before the execution begins, so that no end is missed.</summary>
internal sealed class ExpectedEnd : IDisposable
{
    private readonly ConcurrentDictionary<ExecutionId, ExpectedEnd> _among;
    private readonly ExecutionId _id;
    private readonly TaskCompletionSource<Execution> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ExpectedEnd? _before;

    public ExpectedEnd(ConcurrentDictionary<ExecutionId, ExpectedEnd> among, ExecutionId id)
    {
        _among = among;
        _id = id;
        _before = among.GetValueOrDefault(id);
        among[id] = this;
    }

    public Task<Execution> Task => _end.Task;

    /// <summary>The execution has ended.</summary>
    public void Set(Execution execution)
    {
        _before?.Set(execution);
        _end.TrySetResult(execution);
    }

    public void Dispose() => _among.TryRemove(KeyValuePair.Create(_id, this));
}
