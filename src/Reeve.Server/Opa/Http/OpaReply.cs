using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Reeve.Server.Opa.Http;

/// <summary>Writes replies.</summary>
internal static class OpaReply
{
    // below this a packed reply is hardly smaller
    private const int LeastPacked = 1024;

    // what is larger than this is not kept for the next reply
    private const int LargestKept = 256 * 1024;

    // INVARIANT: as deep as values can be, and the reply around them
    private static readonly JsonWriterOptions Plain = Options(indented: false);
    private static readonly JsonWriterOptions Indented = Options(indented: true);

    [ThreadStatic]
    private static Scratch? _kept;

    /// <summary>Answers with what the function writes.</summary>
    public static async ValueTask WriteAsync<T>(HttpContext http, int status, bool pretty, T state, Action<Utf8JsonWriter, T> write)
    {
        var scratch = pretty ? new Scratch(Indented) : _kept ?? new Scratch(Plain);
        _kept = null;
        write(scratch.Writer, state);
        scratch.Writer.Flush();
        scratch.Buffer.Write("\n"u8);
        await SendAsync(http, status, scratch.Buffer.WrittenMemory);
        if (!pretty && scratch.Buffer.Capacity <= LargestKept)
        {
            scratch.Buffer.ResetWrittenCount();
            scratch.Writer.Reset();
            _kept = scratch;
        }
    }

    /// <summary>Answers with bytes that are JSON.</summary>
    public static async ValueTask SendAsync(HttpContext http, int status, ReadOnlyMemory<byte> body, string type = "application/json")
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = type;
        if (body.Length >= LeastPacked && TakesGzip(http.Request))
        {
            body = Packed(body.Span);
            response.Headers.ContentEncoding = "gzip";
        }

        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await response.BodyWriter.WriteAsync(body, http.RequestAborted);
        }
    }

    public static ValueTask ProblemAsync(HttpContext http, OpaProblem problem) =>
        WriteAsync(http, problem.Status, pretty: true, problem, static (writer, p) =>
        {
            writer.WriteStartObject();
            writer.WriteString("code", p.Code);
            writer.WriteString("message", p.Message);
            if (p.Errors.Count > 0)
            {
                WriteErrors(writer, p.Errors);
            }

            writer.WriteEndObject();
        });

    public static void WriteErrors(Utf8JsonWriter writer, IReadOnlyList<OpaError> errors)
    {
        writer.WriteStartArray("errors");
        foreach (var error in errors)
        {
            writer.WriteStartObject();
            writer.WriteString("code", error.Code);
            writer.WriteString("message", error.Message);
            if (error.File is not null)
            {
                writer.WriteStartObject("location");
                writer.WriteString("file", error.File);
                writer.WriteNumber("row", error.Row);
                writer.WriteNumber("col", error.Column);
                writer.WriteEndObject();
            }

            if (error.Place is { } place)
            {
                writer.WriteStartObject("details");
                writer.WriteString("line", place.Line);
                writer.WriteNumber("idx", place.Index);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static bool TakesGzip(HttpRequest request)
    {
        var encodings = request.Headers.AcceptEncoding.ToString();
        return encodings.Contains("gzip", StringComparison.OrdinalIgnoreCase)
            && !encodings.Contains("gzip;q=0", StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] Packed(ReadOnlySpan<byte> body)
    {
        using var packed = new MemoryStream(body.Length / 2);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }

    private static JsonWriterOptions Options(bool indented) => new()
    {
        Indented = indented,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = 100_000,
    };

    private sealed class Scratch
    {
        public Scratch(JsonWriterOptions options)
        {
            Buffer = new ArrayBufferWriter<byte>(4096);
            Writer = new Utf8JsonWriter(Buffer, options);
        }

        public ArrayBufferWriter<byte> Buffer { get; }

        public Utf8JsonWriter Writer { get; }
    }
}
