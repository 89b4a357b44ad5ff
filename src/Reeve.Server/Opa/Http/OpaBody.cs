using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Reeve.Server.Opa.Http;

/// <summary>Reads the body of a request, unpacked when it came as gzip, within bounds.</summary>
internal static class OpaBody
{
    private const int FirstGuess = 16 * 1024;

    /// <summary>
    /// Hands the whole body to <paramref name="take"/>; a body that lies in one piece is not copied. Throws <see cref="OpaProblem"/>.
    /// </summary>
    public static async ValueTask<T> ReadAsync<T>(HttpContext http, int limit, ReadOnlySpanFunc<T> take)
    {
        if (http.Request.ContentLength > limit)
        {
            throw TooLarge("request body too large");
        }

        // a request is as large as the decision service allows, not as the rest of the server does
        if (http.Request.ContentLength is null or > FirstGuess && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is
            { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = (long)limit + 1;
        }

        var reader = http.Request.BodyReader;
        ReadResult read;
        while (!(read = await reader.ReadAsync(http.RequestAborted)).IsCompleted)
        {
            if (read.Buffer.Length > limit)
            {
                throw TooLarge("request body too large");
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        try
        {
            if (read.Buffer.Length > limit)
            {
                throw TooLarge("request body too large");
            }

            if (IsGzip(http.Request))
            {
                return Unpacked(read.Buffer, limit, take);
            }

            return read.Buffer.IsSingleSegment ? take(read.Buffer.FirstSpan) : Joined(read.Buffer, take);
        }
        finally
        {
            reader.AdvanceTo(read.Buffer.End);
        }
    }

    private static bool IsGzip(HttpRequest request) =>
        request.Headers.ContentEncoding.Count > 0
        && request.Headers.ContentEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);

    private static T Joined<T>(ReadOnlySequence<byte> body, ReadOnlySpanFunc<T> take)
    {
        var rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(rented);
            return take(rented.AsSpan(0, (int)body.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static T Unpacked<T>(ReadOnlySequence<byte> body, int limit, ReadOnlySpanFunc<T> take)
    {
        var packed = body.ToArray();
        using var unpacked = new MemoryStream(Math.Min(limit, 4 * packed.Length));
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            var chunk = new byte[FirstGuess];
            for (int count; (count = gzip.Read(chunk)) > 0;)
            {
                if (unpacked.Length + count > limit)
                {
                    throw TooLarge("compressed request body too large");
                }

                unpacked.Write(chunk, 0, count);
            }
        }
        catch (InvalidDataException e)
        {
            throw OpaProblem.Invalid($"could not decompress the body: {e.Message}");
        }

        return take(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length));
    }

    private static OpaProblem TooLarge(string message) => new(StatusCodes.Status413PayloadTooLarge, "invalid_parameter", message);
}

/// <summary>Makes something of bytes.</summary>
internal delegate T ReadOnlySpanFunc<T>(ReadOnlySpan<byte> bytes);
