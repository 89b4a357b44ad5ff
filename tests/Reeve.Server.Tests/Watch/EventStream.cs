using System.Text;

namespace Reeve.Server.Tests.Watch;

/// <summary>Reads server-sent events as they come.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventStream(HttpResponseMessage response, StreamReader reader)
    {
        _response = response;
        _reader = reader;
    }

    /// <summary>The id that was seen last.</summary>
    public string? LastId { get; private set; }

    public static async Task<EventStream> OpenAsync(HttpClient client, string query = "", string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/events{query}");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode, response.ToString());
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var stream = new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8));
        return stream;
    }

    /// <summary>The next message; a comment has the kind <c>:</c>; null at the end of the stream.</summary>
    public async Task<SeenEvent?> NextAsync(bool comments = false)
    {
        string? id = null, kind = null;
        var data = new StringBuilder();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await _reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0)
            {
                LastId = id ?? LastId;
                if (data.Length > 0)
                {
                    return new SeenEvent(id, kind ?? "message", data.ToString());
                }

                kind = null;
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..].TrimStart();
            switch (line[..colon])
            {
                case "":
                    if (comments)
                    {
                        return new SeenEvent(null, ":", value);
                    }

                    break;
                case "id":
                    id = value;
                    break;
                case "event":
                    kind = value;
                    break;
                case "data":
                    data.Append(value);
                    break;
            }
        }

        return null;
    }

    /// <summary>Reads on until a message of the kind.</summary>
    public async Task<SeenEvent> UntilAsync(string kind)
    {
        while (await NextAsync() is { } seen)
        {
            if (seen.Kind == kind)
            {
                return seen;
            }
        }

        throw new InvalidOperationException($"the stream ended before a message `{kind}`");
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>One message of a stream.</summary>
internal sealed record SeenEvent(string? Id, string Kind, string Data)
{
    public System.Text.Json.JsonElement Json => System.Text.Json.JsonDocument.Parse(Data).RootElement;
}
