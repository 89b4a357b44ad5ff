using System.IO.Compression;
using System.Net.Http.Headers;
using Reeve.Server.Opa.Bundles;
using Reeve.Server.Opa.Config;

namespace Reeve.Server.Opa.Logs;

/// <summary>
/// Sends logged decisions in packed batches. What could not be sent waits, as far as the buffer goes; then the oldest is dropped
/// and counted.
/// </summary>
internal sealed class LogSender : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(3);

    private readonly DecisionLogSettings _settings;
    private readonly TimeProvider _time;
    private readonly RemoteCalls _calls;
    private readonly Lock _lock = new();
    private readonly LinkedList<byte[]> _waiting = new();
    private readonly Random _jitter = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private long _waitingBytes;
    private long _overflown;
    private long _sent;
    private string? _message;
    private int? _code;

    public LogSender(DecisionLogSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        _calls = new RemoteCalls(settings.Service!);
        _loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    public (long Waiting, long Overflown, long Sent, string? Message, int? Code) Status
    {
        get
        {
            lock (_lock)
            {
                return (_waiting.Count, _overflown, _sent, _message, _code);
            }
        }
    }

    public void Take(byte[] json)
    {
        lock (_lock)
        {
            _waiting.AddLast(json);
            _waitingBytes += json.Length;
            DropOldest();
        }
    }

    /// <summary>Sends what waits, once, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        using (var patience = new CancellationTokenSource(LastPatience, _time))
        {
            try
            {
                await SendAllAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                // the server did not take it in time
            }
        }

        _calls.Dispose();
        _stopping.Dispose();
    }

    private async Task LoopAsync()
    {
        var failures = 0;
        try
        {
            while (true)
            {
                var pause = failures > 0
                    ? TimeSpan.FromSeconds(Math.Min(
                        _settings.MaxDelay.TotalSeconds, FirstRetry.TotalSeconds * Math.Pow(1.6, Math.Min(failures - 1, 60))))
                    : _settings.MinDelay + (_jitter.NextDouble() * (_settings.MaxDelay - _settings.MinDelay));
                await Task.Delay(pause, _time, _stopping.Token);
                failures = await SendAllAsync(_stopping.Token) ? 0 : failures + 1;
            }
        }
        catch (OperationCanceledException)
        {
            // it was asked to stop
        }
    }

    private async Task<bool> SendAllAsync(CancellationToken cancellationToken)
    {
        while (NextBatch() is { Count: > 0 } batch)
        {
            if (!await SendAsync(batch, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private List<byte[]> NextBatch()
    {
        // what is packed is seldom less than a tenth of what it was; a batch that turns out too large is halved
        var most = 8L * _settings.UploadLimit;
        var batch = new List<byte[]>();
        lock (_lock)
        {
            for (var bytes = 0L; _waiting.First is { } first && (batch.Count == 0 || bytes + first.Value.Length <= most);)
            {
                bytes += first.Value.Length;
                _waitingBytes -= first.Value.Length;
                batch.Add(first.Value);
                _waiting.RemoveFirst();
            }
        }

        return batch;
    }

    private async Task<bool> SendAsync(List<byte[]> batch, CancellationToken cancellationToken)
    {
        var packed = Pack(batch);
        if (packed.Length > _settings.UploadLimit)
        {
            if (batch.Count == 1)
            {
                // no batch will ever take it
                lock (_lock)
                {
                    _overflown++;
                }

                return true;
            }

            var (first, second) = (batch[..(batch.Count / 2)], batch[(batch.Count / 2)..]);
            if (!await SendAsync(first, cancellationToken))
            {
                PutBack(second, behindFirst: first.Count);
                return false;
            }

            return await SendAsync(second, cancellationToken);
        }

        var sent = false;
        try
        {
            sent = await PostAsync(packed, cancellationToken);
        }
        finally
        {
            if (sent)
            {
                Interlocked.Add(ref _sent, batch.Count);
            }
            else
            {
                PutBack(batch, behindFirst: 0);
            }
        }

        return sent;
    }

    private async Task<bool> PostAsync(byte[] packed, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _calls.At(_settings.Resource));
        request.Content = new ByteArrayContent(packed);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        try
        {
            using var answer = await _calls.SendAsync(request, _settings.Service!.ResponseTimeout, _time, cancellationToken);
            lock (_lock)
            {
                _code = answer.IsSuccessStatusCode ? null : (int)answer.StatusCode;
                _message = answer.IsSuccessStatusCode ? null : $"log upload failed: the server answered {(int)answer.StatusCode}";
            }

            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            lock (_lock)
            {
                (_message, _code) = ($"log upload failed: {e.Message}", null);
            }

            return false;
        }
    }

    private void PutBack(List<byte[]> batch, int behindFirst)
    {
        lock (_lock)
        {
            var at = _waiting.First;
            for (var i = 0; i < behindFirst && at is not null; i++)
            {
                at = at.Next;
            }

            foreach (var json in batch)
            {
                _ = at is null ? _waiting.AddLast(json) : _waiting.AddBefore(at, json);
                _waitingBytes += json.Length;
            }

            DropOldest();
        }
    }

    private void DropOldest()
    {
        while (_waiting.First is { } first
            && (_waiting.Count > DecisionLogSettings.MostWaiting || (_settings.BufferLimit > 0 && _waitingBytes > _settings.BufferLimit)))
        {
            _waitingBytes -= first.Value.Length;
            _waiting.RemoveFirst();
            _overflown++;
        }
    }

    private static byte[] Pack(List<byte[]> batch)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                gzip.Write(i == 0 ? "["u8 : ","u8);
                gzip.Write(batch[i]);
            }

            gzip.Write("]"u8);
        }

        return packed.ToArray();
    }
}
