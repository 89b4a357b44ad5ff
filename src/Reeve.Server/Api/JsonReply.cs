using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Reeve.Server.Api;

/// <summary>Writes JSON as the body of a reply. What was read gets an ETag, and is not sent again to whoever has it.</summary>
internal static class JsonReply
{
    // replies are JSON for programs and terminals, never put into a page as they are
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync(HttpContext http, int status, string type, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return WriteAsync(http, status, type, buffer.WrittenMemory);
    }

    public static async Task WriteAsync(HttpContext http, int status, string type, ReadOnlyMemory<byte> body)
    {
        var isHead = HttpMethods.IsHead(http.Request.Method);
        if (status == StatusCodes.Status200OK && (isHead || HttpMethods.IsGet(http.Request.Method)))
        {
            if (http.Response.Headers.ETag.Count == 0)
            {
                http.Response.Headers.ETag = TagOf(body.Span);
            }

            if (ETags.Match(http.Request.Headers.IfNoneMatch.ToString(), http.Response.Headers.ETag.ToString(), weakly: true))
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        if (!isHead)
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    // not a promise of secrecy, only a name for these bytes
    private static string TagOf(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return $"\"{Convert.ToHexStringLower(hash[..12])}\"";
    }
}
