using System.Net;
using System.Text;
using System.Text.Json;

namespace Reeve.Crash.Tests.Load;

/// <summary>Asks over HTTP; a request that the crash cut short has no answer, and the asker does not know what came of it.</summary>
internal sealed class Client(Uri url) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(2) })
    {
        BaseAddress = url,
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>The answer, or null when there was none.</summary>
    public async Task<Answer?> AskAsync(
        HttpMethod method, string path, string? body, string type, CancellationToken cancellationToken, string? idempotencyKey = null)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
            {
                request.Content = new StringContent(body, Encoding.UTF8, type);
            }

            if (idempotencyKey is not null)
            {
                request.Headers.Add("Idempotency-Key", idempotencyKey);
            }

            using var reply = await _http.SendAsync(request, cancellationToken);
            var text = await reply.Content.ReadAsStringAsync(cancellationToken);
            return new Answer(reply.StatusCode, text, reply.Headers.RetryAfter is not null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            return null;
        }
    }

    /// <summary>Posts JSON.</summary>
    public Task<Answer?> PostAsync(string path, string body, CancellationToken cancellationToken, string? idempotencyKey = null) =>
        AskAsync(HttpMethod.Post, path, body, "application/json", cancellationToken, idempotencyKey);

    /// <summary>Applies documents.</summary>
    public Task<Answer?> ApplyAsync(string yaml, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, "api/v1/apply", yaml, "application/yaml", cancellationToken);

    /// <summary>Reads.</summary>
    public Task<Answer?> GetAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, null, "", cancellationToken);

    /// <summary>Reads a list to its end.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var items = new List<JsonElement>();
        for (string? next = ""; next is not null;)
        {
            var join = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = $"{path}{join}limit=1000{(next.Length > 0 ? "&after=" + Uri.EscapeDataString(next) : "")}";
            var answer = await GetAsync(page, cancellationToken);
            if (answer is not { Status: HttpStatusCode.OK })
            {
                throw new InvalidOperationException($"{page}: {answer?.ToString() ?? "no answer"}");
            }

            items.AddRange(answer.Json.GetProperty("items").EnumerateArray());
            next = answer.Json.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }

        return items;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}

/// <summary>What Reeve answered.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text, bool SaysWhenToRetry)
{
    /// <summary>The body.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    /// <summary>Was it refused for now, to be sent again?</summary>
    public bool IsLater => Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    /// <inheritdoc/>
    public override string ToString() => $"{(int)Status} {Text}";
}
