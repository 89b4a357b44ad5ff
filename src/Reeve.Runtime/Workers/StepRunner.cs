using System.Diagnostics;
using Reeve.Core.Executions;

namespace Reeve.Runtime.Workers;

/// <summary>
/// Runs one step with its retries and time-out, recorded before and after each try. A step that is recorded as ended is not run again.
/// </summary>
internal sealed class StepRunner(ExecutionRecord record, TimeProvider time)
{
    /// <summary>How long one try may take when neither the step nor its action says.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);

    /// <summary>The step's record when it has ended.</summary>
    public Task<StepRecord> RunAsync(
        string path, RetrySettings retry, TimeSpan? timeout, Func<CancellationToken, Task<StepOutcome>> attempt,
        CancellationToken cancellationToken) =>
        RunAsync(path, retry, timeout, attempt, isLast: false, cancellationToken);

    /// <summary>
    /// The step's record when it has ended. The end of the last step is written together with that of the execution, by the caller.
    /// </summary>
    public async Task<StepRecord> RunAsync(
        string path, RetrySettings retry, TimeSpan? timeout, Func<CancellationToken, Task<StepOutcome>> attempt,
        bool isLast, CancellationToken cancellationToken)
    {
        var step = record.Step(path);
        if (step is { Status: StepStatus.Succeeded or StepStatus.Failed or StepStatus.Skipped })
        {
            return step;
        }

        // a try that a crash cut short is repeated under the same number: its effect carries the same idempotency key
        var tries = step?.Attempts ?? 1;
        if (step is { Status: StepStatus.Waiting, Until: { } pausedUntil })
        {
            await PauseAsync(pausedUntil, cancellationToken);
        }

        step = new StepRecord(path) { StartedAt = step?.StartedAt ?? time.GetUtcNow(), Attempts = tries };
        while (true)
        {
            step = step with { Status = StepStatus.Running, Attempts = tries, Until = null };
            await record.RecordAsync(step, cancellationToken);
            var outcome = await TracedAsync(step, timeout ?? DefaultTimeout, attempt, cancellationToken);
            if (outcome.Succeeded || tries >= retry.Attempts || (!outcome.Transient && !retry.Always))
            {
                step = step with
                {
                    Status = outcome.Succeeded ? StepStatus.Succeeded : StepStatus.Failed,
                    EndedAt = time.GetUtcNow(),
                    Output = outcome.Output,
                    Error = outcome.Error,
                };
                if (isLast)
                {
                    record.Change(e => ExecutionRecord.With(e, step));
                }
                else
                {
                    await record.RecordAsync(step, cancellationToken);
                }

                return step;
            }

            var pause = outcome.RetryAfter is { } asked && asked < TimeSpan.FromHours(1) && asked > retry.PauseAfter(tries)
                ? asked
                : retry.PauseAfter(tries);
            tries++;
            var until = time.GetUtcNow() + pause;
            step = step with { Status = StepStatus.Waiting, Attempts = tries, Until = until, Error = outcome.Error };
            await record.RecordAsync(step, cancellationToken);
            await PauseAsync(until, cancellationToken);
        }
    }

    /// <summary>Waits until an instant; not at all when it has passed.</summary>
    public async Task PauseAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        while (until - time.GetUtcNow() is { } left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < TimeSpan.FromDays(40) ? left : TimeSpan.FromDays(40), time, cancellationToken);
        }
    }

    private async Task<StepOutcome> TracedAsync(
        StepRecord step, TimeSpan timeout, Func<CancellationToken, Task<StepOutcome>> attempt, CancellationToken cancellationToken)
    {
        using var span = Reeve.Core.Loop.LoopTraces.Source.StartActivity("reeve.step");
        span?.SetTag("reeve.step", step.Path).SetTag("reeve.attempt", step.Attempts);
        var outcome = await TryAsync(timeout, attempt, cancellationToken);
        span?.SetStatus(outcome.Succeeded ? ActivityStatusCode.Ok : ActivityStatusCode.Error, outcome.Error);
        return outcome;
    }

    private async Task<StepOutcome> TryAsync(
        TimeSpan timeout, Func<CancellationToken, Task<StepOutcome>> attempt, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // an action that does not heed its token must not hold the execution either
            return await attempt(both.Token).WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return StepOutcome.Failed($"timed out after {Reeve.Core.Time.Durations.Format(timeout)}", transient: true);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            return StepOutcome.Failed($"failed unexpectedly: {bug.Message}");
        }
    }
}
