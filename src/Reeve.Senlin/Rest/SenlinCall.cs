using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Rest;

/// <summary>One request to Senlin's face.</summary>
internal sealed class SenlinCall(HttpContext http, string prefix, SenlinRoom room)
{
    // as upstream: a larger body is refused
    private const int MaxBody = 1024 * 1024;
    private const int MaxDepth = 64;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The request and the reply.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>What the face shows.</summary>
    public SenlinRoom Room => room;

    /// <summary>All records.</summary>
    public Registry Registry => room.Registry;

    /// <summary>The minor number of the API version that the client asks for: 0 for 1.0, which is also what silence means.</summary>
    public int Minor { get; private set; }

    /// <summary>Who calls.</summary>
    public Ownership Caller { get; set; } = Ownership.Local;

    /// <summary>Must callers say who they are?</summary>
    public bool AsksWho { get; set; }

    /// <summary>What the address holds in the places of its pattern's names.</summary>
    public IReadOnlyDictionary<string, string> Values { get; set; } = new Dictionary<string, string>();

    /// <summary>Where the face is, as the client sees it: without a slash at the end.</summary>
    public string Base => $"{Http.Request.Scheme}://{Http.Request.Host}{prefix}";

    /// <summary>A part of the address.</summary>
    public string Route(string name) => Values.GetValueOrDefault(name, "");

    /// <summary>Reads which version is asked for; answers and gives false when there is no such version.</summary>
    public async Task<bool> NegotiateAsync()
    {
        var words = Http.Request.Headers["OpenStack-API-Version"].ToString()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words is ["clustering", var asked])
        {
            if (asked == "latest")
            {
                Minor = SenlinFace.LastMinor;
            }
            else if (!TryVersion(asked, out var major, out var minor))
            {
                await ReplyPlainAsync(
                    400, "Bad Request",
                    "The server could not comply with the request since it is either malformed or otherwise incorrect.<br /><br />\n"
                        + $"API Version String '{asked}' is of invalid format. It must be of format 'major.minor'.\n\n");
                return false;
            }
            else if (major != 1 || minor > SenlinFace.LastMinor)
            {
                throw new SenlinFault(
                    406, "InvalidGlobalAPIVersion",
                    $"Version '{asked}' is not supported by the API. Minimum is '1.0' and maximum is '1.{SenlinFace.LastMinor}'.");
            }
            else
            {
                Minor = minor;
            }
        }

        Http.Response.Headers["OpenStack-API-Version"] = $"clustering 1.{Minor}";
        Http.Response.Headers.Vary = "OpenStack-API-Version";
        return true;
    }

    /// <summary>The method is not there before this version of the API.</summary>
    public void NeedsMinor(int minor)
    {
        if (Minor < minor)
        {
            throw new SenlinFault(400, "MethodVersionNotFound", $"API version '1.{Minor}' is not supported on this method.");
        }
    }

    /// <summary>The body; an object. Anything else is the client's mistake.</summary>
    public async Task<JsonElement> ReadBodyAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        int read;
        do
        {
            read = await Http.Request.Body.ReadAsync(buffer.GetMemory(4096), Http.RequestAborted);
            buffer.Advance(read);
            if (buffer.WrittenCount > MaxBody)
            {
                throw new SenlinFault(413, "HTTPRequestEntityTooLarge", $"the body is larger than {MaxBody} bytes");
            }
        }
        while (read > 0);

        try
        {
            var reader = new Utf8JsonReader(buffer.WrittenSpan, new JsonReaderOptions { MaxDepth = MaxDepth });
            var body = JsonElement.ParseValue(ref reader);
            if (reader.BytesConsumed < buffer.WrittenCount && !IsBlank(buffer.WrittenSpan[(int)reader.BytesConsumed..]))
            {
                throw SenlinFault.BadRequest("malformed JSON: there is more after the value");
            }

            // half of a surrogate pair, or bytes that are no UTF-8, would throw at whoever asks for the text
            Validate(body);
            return body.ValueKind == JsonValueKind.Object
                ? body
                : throw SenlinFault.BadRequest($"expected an object as the body, found {Quote.Value(body)}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw SenlinFault.BadRequest($"malformed JSON: {e.Message.Split(" LineNumber:")[0].TrimEnd('.').Replace('\'', '`')}");
        }
    }

    /// <summary>Answers 202: an action will do it, and here it is.</summary>
    public Task AcceptAsync(string actionId, Action<Utf8JsonWriter>? write)
    {
        Http.Response.Headers.Location = $"{Base}/v1/actions/{actionId}";
        if (write is not null)
        {
            return ReplyAsync(202, write);
        }

        Http.Response.StatusCode = 202;
        Http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>Answers 204.</summary>
    public Task NothingAsync()
    {
        Http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    /// <summary>Answers with one object under a name.</summary>
    public Task OneAsync(int status, string name, Action<Utf8JsonWriter> write) => ReplyAsync(status, writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName(name);
        write(writer);
        writer.WriteEndObject();
    });

    /// <summary>Answers with a list of objects under a name.</summary>
    public Task ListAsync<T>(string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write) => ReplyAsync(200, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Answers in the shape in which the layers below the API say that something is wrong.</summary>
    public Task ReplyPlainAsync(int status, string title, string message) => ReplyAsync(status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("message", message);
        writer.WriteString("code", $"{status} {title}");
        writer.WriteString("title", title);
        writer.WriteEndObject();
    });

    /// <summary>Answers with JSON.</summary>
    public async Task ReplyAsync(int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        Http.Response.StatusCode = status;
        Http.Response.ContentType = "application/json";
        Http.Response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(Http.Request.Method))
        {
            await Http.Response.Body.WriteAsync(buffer.WrittenMemory, Http.RequestAborted);
        }
    }

    private static bool TryVersion(string text, out int major, out int minor)
    {
        minor = 0;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return int.TryParse(text.AsSpan(0, Math.Max(0, dot)), NumberStyles.None, CultureInfo.InvariantCulture, out major)
            && int.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out minor);
    }

    private static bool IsBlank(ReadOnlySpan<byte> rest) => rest.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static void Validate(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Validate(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    Validate(member.Value);
                }

                break;
        }
    }
}
