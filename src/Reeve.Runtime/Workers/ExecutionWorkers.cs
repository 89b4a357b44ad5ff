using System.Collections.Concurrent;
using System.Diagnostics;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Loop;

namespace Reeve.Runtime.Workers;

/// <summary>Runs executions; knows which run, so that they can be cancelled and waited for.</summary>
internal sealed class ExecutionWorkers(IExecutionContext context, Action<Execution> ended) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ExecutionId, Running> _running = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Approval>> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ExecutionId, ExpectedEnd> _expected = new();
    private readonly CancellationTokenSource _stop = new();

    private sealed record Running(CancellationTokenSource Cancel, Task Task);

    /// <summary>How many run or wait to run.</summary>
    public int Count => _running.Count;

    /// <summary>Is the runtime at its end? Then what stops is not cancelled: it goes on after the next start.</summary>
    public bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>Begins to run an execution that is durable; nothing when it runs already.</summary>
    public void Run(Execution execution)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        var cancel = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var task = RunWhenAsync(start.Task, execution, cancel.Token);
        if (_running.TryAdd(execution.Id, new Running(cancel, task)))
        {
            start.SetResult();
        }
        else
        {
            cancel.Dispose();
            start.SetCanceled();
        }
    }

    /// <summary>Asks an execution to stop; false when it does not run here.</summary>
    public bool Cancel(ExecutionId id)
    {
        if (!_running.TryGetValue(id, out var running))
        {
            return false;
        }

        running.Cancel.Cancel();
        return true;
    }

    /// <summary>Waits for the end of an execution, which may run already or begin later; given up by disposing of it.</summary>
    public ExpectedEnd Expect(ExecutionId id) => new(_expected, id);

    /// <summary>Waits for the answer to a question.</summary>
    public Task<Approval> AnswerTo(string subject, CancellationToken cancellationToken) =>
        _waiting
            .GetOrAdd(subject, _ => new TaskCompletionSource<Approval>(TaskCreationOptions.RunContinuationsAsynchronously))
            .Task.WaitAsync(cancellationToken);

    /// <summary>A question was answered.</summary>
    public void Decided(Approval approval)
    {
        if (_waiting.TryRemove(approval.Subject, out var waiting))
        {
            waiting.TrySetResult(approval);
        }
    }

    /// <summary>Stops where the executions stand; their records let them go on after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running.Values.Select(r => r.Task))
            .WaitAsync(TimeSpan.FromSeconds(10), context.Time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunWhenAsync(Task start, Execution execution, CancellationToken cancellationToken)
    {
        try
        {
            await start;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        using var span = LoopTraces.Begin("reeve.execution", execution.Trace);
        span?.SetTag("reeve.execution", execution.Id.Value)
            .SetTag("reeve.action", execution.Action.ToString())
            .SetTag("reeve.target", execution.Target);
        try
        {
            var record = new ExecutionRecord(execution, context.Store);
            var error = await RunAsync(record, cancellationToken);
            span?.SetStatus(error is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, error);
            await EndAsync(record, error is null ? ExecutionStatus.Succeeded : ExecutionStatus.Failed, error);
            Finish(record.Value);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            var record = new ExecutionRecord(_lastValues.TryRemove(execution.Id, out var last) ? last.Value : execution, context.Store);
            await EndAsync(record, ExecutionStatus.Cancelled, "cancelled");
            Finish(record.Value);
        }
        catch (OperationCanceledException)
        {
            // it goes on after the next start, and whoever waits for it stops with this one
        }
        finally
        {
            _lastValues.TryRemove(execution.Id, out _);
            if (_running.TryRemove(execution.Id, out var running))
            {
                running.Cancel.Dispose();
            }
        }
    }

    // what a cancelled run had come to
    private readonly ConcurrentDictionary<ExecutionId, ExecutionRecord> _lastValues = new();

    private async Task<string?> RunAsync(ExecutionRecord record, CancellationToken cancellationToken)
    {
        _lastValues[record.Value.Id] = record;
        var execution = record.Value;
        if (execution.CancelRequested)
        {
            throw new OperationCanceledException();
        }

        if (execution.StartedAt is null)
        {
            // an operation asks policies first, which can take long; the others write their first step at once, and the start with it
            record.Change(e => e with { Status = ExecutionStatus.Running, StartedAt = context.Time.GetUtcNow() });
            if (execution.Action.Kind == ActionKind.Operation && !context.Rooms.Any(r => r.Claims(execution)))
            {
                await record.ChangeAsync(e => e, cancellationToken);
            }
        }

        try
        {
            switch (execution.Action.Kind)
            {
                case ActionKind.Operation when context.Rooms.FirstOrDefault(r => r.Claims(execution)) is { } room:
                    return await room.RunAsync(new RoomWork(record, context), cancellationToken);
                case ActionKind.Operation:
                    return await new OperationRun(record, context).RunAsync(cancellationToken);
                case ActionKind.Workflow:
                    return context.FindWorkflow(execution.Scope, execution.Action.Name) is { } workflow
                        ? await RunWorkflowAsync(record, workflow, cancellationToken)
                        : $"there is no workflow `{execution.Action.Name}`";
                default:
                    var call = await new StepRunner(record, context.Time).RunAsync(
                        "call", RetrySettings.Default, null,
                        t => ActorCalls.CallAsync(record.Value, record.Value.Action, "call", context, t),
                        isLast: true, cancellationToken);
                    return call.Status == StepStatus.Failed ? call.Error : null;
            }
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            return $"failed unexpectedly: {bug.Message}";
        }
    }

    private async Task<string?> RunWorkflowAsync(ExecutionRecord record, Workflow workflow, CancellationToken cancellationToken)
    {
        var inputs = Json.Merge(workflow.Defaults, record.Value.Action.Inputs);
        var missing = workflow.Required.Where(r => !inputs.TryGetProperty(r, out _)).ToList();
        if (missing.Count > 0)
        {
            return $"workflow `{workflow.Name}` needs the inputs {string.Join(", ", missing.Select(m => $"`{m}`"))}";
        }

        var run = new WorkflowRun(record, workflow, context);
        if (workflow.Timeout is not { } timeout)
        {
            return await run.RunAsync(cancellationToken);
        }

        var left = (record.Value.StartedAt ?? context.Time.GetUtcNow()) + timeout - context.Time.GetUtcNow();
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await run.RunAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"workflow `{workflow.Name}` timed out after {Reeve.Core.Time.Durations.Format(timeout)}";
        }
    }

    private Task EndAsync(ExecutionRecord record, ExecutionStatus status, string? error)
    {
        var now = context.Time.GetUtcNow();

        // the end is written whatever is being cancelled
        return record.ChangeAsync(
            e => e with { Status = status, EndedAt = now, Error = error, Output = OutputOf(e) },
            CancellationToken.None,
            (changes, e) => changes.Journal.Add(new JournalEntry
            {
                At = now,
                Scope = e.Scope,
                Kind = JournalKinds.ExecutionEnded,
                Who = "system",
                Summary = $"{e.Action}{(e.Target is null ? "" : $" on `{e.Target}`")} "
                    + $"{status.ToString().ToLowerInvariant()}{(error is null ? "" : $": {error}")}",
                Target = e.Target,
                Binding = e.Cause?.Binding,
                Policy = e.Cause?.Policy,
                PolicyRevision = e.Cause?.PolicyRevision,
                Incident = e.Cause?.Incident,
                Episode = e.Cause?.Episode,
                Execution = e.Id,
            }));
    }

    private static System.Text.Json.JsonElement OutputOf(Execution execution) =>
        execution.Steps.LastOrDefault(s => s.Status == StepStatus.Succeeded && execution.Action.Kind != ActionKind.Operation)?.Output
            ?? Json.EmptyObject;

    private void Finish(Execution execution)
    {
        _running.TryRemove(execution.Id, out _);
        if (_expected.TryGetValue(execution.Id, out var expected))
        {
            expected.Set(execution);
        }

        ended(execution);
    }
}
