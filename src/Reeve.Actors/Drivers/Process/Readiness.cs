using Reeve.Actors.Process;
using Reeve.Core.Time;

namespace Reeve.Actors.Drivers.Process;

/// <summary>Waits until a started process is ready to work.</summary>
internal sealed class Readiness(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PatienceForOneAnswer = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Null once it is ready; otherwise why it is not. The caller looks after a process that ended meanwhile.</summary>
    public async Task<string?> WaitAsync(LiveProcess live, ProcessConfig config, string? url, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(config.ReadyAfter, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        if (url is null)
        {
            await Task.WhenAny(live.Exited, Task.Delay(config.ReadyAfter, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }

        var last = "no answer";
        try
        {
            while (!live.Exited.IsCompleted)
            {
                if (await ProbeAsync(url, either.Token).ConfigureAwait(false) is not { } problem)
                {
                    return null;
                }

                last = problem;
                await Task.Delay(Pause, time, either.Token).ConfigureAwait(false);
            }

            return "it ended";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"not ready within {Durations.Format(config.ReadyAfter)}: {last} from {url}";
        }
    }

    /// <summary>Null when the URL answers that all is well; otherwise what it answered.</summary>
    public async Task<string?> ProbeAsync(string url, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(PatienceForOneAnswer, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? null : $"status {(int)answer.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer";
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return "no connection";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
