using System.Collections.Concurrent;
using System.ComponentModel;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.JavaScript.Running;

namespace Reeve.Languages.JavaScript.Workers;

/// <summary>
/// A few worker processes that run scripts. A script that goes on for too long or takes too much memory costs its worker, which is
/// replaced,
/// and nobody else anything.
/// </summary>
/// <param name="command">The program of a worker with its arguments: one that calls <see cref="ScriptWorkerLoop.Run"/>.</param>
/// <param name="limits">What a call may use up.</param>
/// <param name="size">How many run at once.</param>
/// <param name="clock">Measures how long a script runs.</param>
public sealed class ScriptPool(IReadOnlyList<string> command, ScriptLimits limits, int size, TimeProvider clock) : IScriptRunner,
    IDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _free = new(size);
    private readonly ConcurrentBag<ScriptWorker> _idle = [];
    private Task<ScriptWorker?>? _warming;

    /// <inheritdoc/>
    public async Task<ScriptOutcome> RunAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        var request = ScriptMessages.WriteRequest(call, limits);
        if (request.Length > ScriptMessages.Longest)
        {
            return Failed($"its arguments are larger than {ScriptMessages.Longest / 1024 / 1024} MiB as JSON");
        }

        await _free.WaitAsync(cancellationToken);
        try
        {
            return await AskAsync(call, request, cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Starts a worker before it is needed; that it cannot be started is said when it is.</summary>
    public void Warm() => _warming ??= Task.Run(() => StartAsync(CancellationToken.None));

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = Interlocked.Exchange(ref _warming, null)?.ContinueWith(
            started => started.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        foreach (var worker in _idle)
        {
            worker.Dispose();
        }

        _free.Dispose();
    }

    private async Task<ScriptWorker?> StartAsync(CancellationToken cancellationToken)
    {
        var worker = ScriptWorker.Start(command, limits.Memory);
        return await IsReadyAsync(worker, cancellationToken) ? worker : null;
    }

    private async Task<ScriptWorker?> TakeAsync(CancellationToken cancellationToken)
    {
        while (_idle.TryTake(out var idle))
        {
            if (!idle.HasExited)
            {
                return idle;
            }

            idle.Dispose();
        }

        // the one that is on its way is for whoever comes first
        if (Interlocked.Exchange(ref _warming, null) is not { } warming)
        {
            return await StartAsync(cancellationToken);
        }

        try
        {
            return await warming.WaitAsync(cancellationToken) is { HasExited: false } warm ? warm : await StartAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _warming = warming;
            throw;
        }
    }

    private static ScriptOutcome Failed(string error) => new(null, error, 0, []);

    private async Task<bool> IsReadyAsync(ScriptWorker worker, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(LongestStart, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var isReady = false;
        try
        {
            isReady = await worker.IsReadyAsync(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // it is ended below
        }
        finally
        {
            if (!isReady)
            {
                worker.Dispose();
            }
        }

        return isReady;
    }

    private async Task<ScriptOutcome> AskAsync(ScriptCall call, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        ScriptWorker worker;
        try
        {
            if (await TakeAsync(cancellationToken) is not { } taken)
            {
                return Failed("no worker for scripts could be started: it ended or was not ready in time");
            }

            worker = taken;
        }
        catch (Win32Exception e)
        {
            return Failed($"no worker for scripts could be started: {e.Message}");
        }

        using var late = new CancellationTokenSource(limits.Time, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var passing = call.Spool is null ? new RowSpool() : null;
            var rows = new RowWriter(call.Spool ?? passing!);
            var answer = await worker.AskAsync(request, ScriptMessages.Packed(call), rows, stop.Token);
            var outcome = answer is not { } json ? null
                : ScriptMessages.ReadAnswer(json, () => call.Spool is null ? rows.Finish().Whole : rows.Finish());
            if (outcome is null)
            {
                worker.Dispose();
                return Failed($"stopped: it needs more memory than the {limits.Memory / 1024 / 1024} MiB that a script may have");
            }

            _idle.Add(worker);
            return outcome;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            worker.Dispose();
            return Failed($"stopped: it ran longer than {limits.Time.TotalSeconds:0.###} s");
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }
}
