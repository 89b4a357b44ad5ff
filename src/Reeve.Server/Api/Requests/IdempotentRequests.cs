using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Storage.Records;

namespace Reeve.Server.Api.Requests;

/// <summary>
/// Requests that carry an <c>Idempotency-Key</c>: done once and answered alike for a day, also after a restart. A reply is durable before
/// it is sent. What failed is not kept, so that it can be mended and tried again. Should Reeve be killed between the deed and its reply,
/// the request is done again; what it does is then already there (documents unchanged, the execution found by its key, the same answer).
/// </summary>
internal sealed class IdempotentRequests(ReplyStore store, TimeProvider time)
{
    private const string Header = "Idempotency-Key";
    private const int LongestKey = 200;
    private const int LargestReply = 4 * 1024 * 1024;
    private static readonly TimeSpan Memory = TimeSpan.FromHours(24);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<ReplyKey, Turn> _turns = new();
    private long _forgotAt;

    /// <summary>Runs an operation, or answers as it was answered before.</summary>
    public async Task RunAsync(ApiCall call, Func<ApiCall, Task> operation)
    {
        if (KeyOf(call.Http.Request) is not { } text)
        {
            await operation(call);
            return;
        }

        var key = new ReplyKey(call.Scope, call.Who, text);
        var request = await call.HashAsync();
        var turn = Take(key);
        try
        {
            await turn.Gate.WaitAsync(call.Aborted);
            try
            {
                await RunInTurnAsync(call, key, request, operation);
            }
            finally
            {
                turn.Gate.Release();
            }
        }
        finally
        {
            Leave(key, turn);
        }
    }

    private static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers[Header];
        if (header.Count == 0)
        {
            return null;
        }

        var key = header.ToString();
        return key.Length is > 0 and <= LongestKey && key.All(c => c is >= '!' and <= '~')
            ? key
            : throw new ApiProblem(
                ErrorCodes.NotAllowed,
                $"idempotency-key: expected 1 to {LongestKey} printable ASCII characters without blanks, found {Quote.Text(key)}");
    }

    private async Task RunInTurnAsync(ApiCall call, ReplyKey key, string request, Func<ApiCall, Task> operation)
    {
        var now = time.GetUtcNow();
        if (await store.FindAsync(key, call.Aborted) is { } kept && now - kept.CreatedAt < Memory)
        {
            if (kept.Request != request)
            {
                throw new ApiProblem(
                    ErrorCodes.KeyReused,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"idempotency-key: {Quote.Text(key.Key)} was used at {kept.CreatedAt:u} for another request; use a new one"));
            }

            await ReplayAsync(call.Http, kept);
            return;
        }

        var response = call.Http.Response;
        var body = response.Body;
        using var written = new MemoryStream();
        response.Body = written;
        try
        {
            await operation(call);
        }
        finally
        {
            response.Body = body;
        }

        if (response.StatusCode is >= 200 and < 300 && written.Length <= LargestReply)
        {
            var reply = new KeptReply(
                key, request, response.StatusCode, response.Headers.Location.Count > 0 ? response.Headers.Location.ToString() : null,
                Encoding.UTF8.GetString(written.GetBuffer(), 0, (int)written.Length), now);
            await store.KeepAsync(reply, ToForget(now), CancellationToken.None);
        }

        await body.WriteAsync(written.GetBuffer().AsMemory(0, (int)written.Length), call.Aborted);
    }

    private static async Task ReplayAsync(HttpContext http, KeptReply kept)
    {
        http.Response.Headers["Idempotency-Replayed"] = "true";
        if (kept.Location is { } location)
        {
            http.Response.Headers.Location = location;
        }

        await JsonReply.WriteAsync(http, kept.Status, "application/json", Encoding.UTF8.GetBytes(kept.Body));
    }

    private DateTimeOffset? ToForget(DateTimeOffset now)
    {
        var last = Volatile.Read(ref _forgotAt);
        return now.UtcTicks - last > ForgetEvery.Ticks && Interlocked.CompareExchange(ref _forgotAt, now.UtcTicks, last) == last
            ? now - Memory
            : null;
    }

    // two requests with one key must not both find that there is no reply yet
    private Turn Take(ReplyKey key)
    {
        while (true)
        {
            var turn = _turns.GetOrAdd(key, _ => new Turn());
            lock (turn)
            {
                if (turn.Takers >= 0)
                {
                    turn.Takers++;
                    return turn;
                }
            }
        }
    }

    private void Leave(ReplyKey key, Turn turn)
    {
        lock (turn)
        {
            if (--turn.Takers == 0)
            {
                // whoever has just looked it up sees that it is over, and takes a new one
                turn.Takers = -1;
                _turns.TryRemove(key, out _);
                turn.Gate.Dispose();
            }
        }
    }

    private sealed class Turn
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public int Takers { get; set; }
    }
}

/// <summary>What makes two requests the same one.</summary>
internal static class RequestHash
{
    /// <summary>A hash of method, address and body. A form's boundary is another each time it is sent, and says nothing.</summary>
    public static string Of(HttpRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        var boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).ToString()
            : "";
        if (boundary.Length == 0)
        {
            hash.AppendData(body);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        var mark = Encoding.UTF8.GetBytes(boundary);
        while (body.IndexOf(mark) is var at and >= 0)
        {
            hash.AppendData(body[..at]);
            body = body[(at + mark.Length)..];
        }

        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
