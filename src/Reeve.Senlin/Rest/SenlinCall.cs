using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;

namespace Reeve.Senlin.Rest;

/// <summary>One request to Senlin's face.</summary>
internal sealed class SenlinCall(HttpContext http)
{
    // as upstream: a larger body is refused
    private const int MaxBody = 1024 * 1024;
    private const int MaxDepth = 64;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The request and the reply.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>The minor number of the API version that the client asks for: 0 for 1.0, which is also what silence means.</summary>
    public int Minor => MinorOf(Http.Request.Headers["OpenStack-API-Version"].ToString());

    /// <summary>A part of the address.</summary>
    public string Route(string name) => Http.Request.RouteValues[name]?.ToString() ?? "";

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

    private static int MinorOf(string header)
    {
        var words = header.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length != 2 || words[0] != "clustering")
        {
            return 0;
        }

        return words[1] == "latest" ? SenlinFace.LastMinor
            : words[1].StartsWith("1.", StringComparison.Ordinal)
                && int.TryParse(words[1].AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var minor) ? minor : 0;
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
