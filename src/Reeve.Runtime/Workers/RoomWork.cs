using System.Collections.Concurrent;
using System.Text.Json;
using Reeve.Core.Executions;
using Reeve.Core.Loop;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using StepOutcome = Reeve.Core.Executions.StepOutcome;

namespace Reeve.Runtime.Workers;

/// <summary>Lets a room carry out an execution with the runtime's own means.</summary>
internal sealed class RoomWork(ExecutionRecord record, IExecutionContext context) : IOperationWork
{
    private const int MaxTries = 3;
    private static readonly RetrySettings DriverRetry = new(MaxTries, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), false);
    private static readonly TimeSpan DriverTimeout = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly StepRunner _steps = new(record, context.Time);

    public Execution Execution => record.Value;

    public Task<StepRecord> StepAsync(
        string path, Func<CancellationToken, Task<StepOutcome>> attempt, CancellationToken cancellationToken) =>
        _steps.RunAsync(path, RetrySettings.Default, null, attempt, cancellationToken);

    public async Task PauseAsync(string path, TimeSpan time, CancellationToken cancellationToken)
    {
        if (record.Step(path) is { Status: StepStatus.Succeeded })
        {
            return;
        }

        var now = context.Time.GetUtcNow();
        var until = record.Step(path)?.Until ?? now + time;
        var step = new StepRecord(path) { Status = StepStatus.Waiting, StartedAt = record.Step(path)?.StartedAt ?? now, Until = until };
        await record.RecordAsync(step, cancellationToken);
        await _steps.PauseAsync(until, cancellationToken);
        await record.RecordAsync(
            step with { Status = StepStatus.Succeeded, EndedAt = context.Time.GetUtcNow(), Until = null }, cancellationToken);
    }

    public Task<OperationAnswer> AskAsync(string operation, JsonElement data, CancellationToken cancellationToken) =>
        context.AskAsync(Signal(operation, OperationPhase.Before, data)).WaitAsync(cancellationToken);

    public void Tell(string operation, JsonElement data, bool succeeded) =>
        context.Tell(Signal(operation, OperationPhase.After, data) with { Succeeded = succeeded });

    public Task KeepAsync(JsonElement data, CancellationToken cancellationToken) =>
        record.ChangeAsync(e => e with { Data = data }, cancellationToken);

    public Task<Execution> RunChildAsync(Execution child, CancellationToken cancellationToken) =>
        context.RunChildAsync(child, resume: false, cancellationToken);

    public async Task<DriverOutcome> CallAsync(
        DriverVerb verb, DriverChoice choice, Target target, JsonElement inputs, CancellationToken cancellationToken)
    {
        if (!context.Drivers.TryGetValue(choice.Name, out var driver))
        {
            var known = string.Join(", ", context.Drivers.Keys.Order(StringComparer.Ordinal));
            return DriverOutcome.Failed(target.State, $"there is no driver `{choice.Name}`; there are {known}", transient: false);
        }

        // the second call of a verb is another one; after a crash the room calls in the same order, and so repeats under the same keys
        var key = $"{record.Value.Id}/{target.Key.Path}/{verb.ToString().ToLowerInvariant()}";
        var times = _calls.AddOrUpdate(key, 1, (_, before) => before + 1);
        var call = new DriverCall(verb, target, choice.Config, inputs, times == 1 ? key : $"{key}/{times}");
        for (var tries = 1; ; tries++)
        {
            var outcome = await CallAsync(driver, call, cancellationToken);
            if (outcome.Succeeded || !outcome.Transient || tries == MaxTries)
            {
                return outcome;
            }

            await Task.Delay(DriverRetry.PauseAfter(tries), context.Time, cancellationToken);
        }
    }

    private async Task<DriverOutcome> CallAsync(IDriver driver, DriverCall call, CancellationToken cancellationToken)
    {
        await context.Calls.WaitAsync(cancellationToken);
        using var limit = new CancellationTokenSource(DriverTimeout, context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await driver.InvokeAsync(call, both.Token).WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DriverOutcome.Failed(
                call.Target.State, $"timed out after {Core.Time.Durations.Format(DriverTimeout)}", transient: true);
        }
        finally
        {
            context.Calls.Release();
        }
    }

    private OperationSignal Signal(string operation, OperationPhase phase, JsonElement data)
    {
        var execution = record.Value;
        return new OperationSignal
        {
            Scope = execution.Scope,
            At = context.Time.GetUtcNow(),
            Execution = execution.Id,
            Operation = operation,
            Target = execution.TargetKey!.Value,
            Phase = phase,
            Inputs = execution.Action.Inputs,
            Data = data,
            RequestedBy = execution.CreatedBy,
        };
    }
}
