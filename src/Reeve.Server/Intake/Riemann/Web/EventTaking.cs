using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Reeve.Server.Intake.Riemann.Web;

/// <summary>
/// Takes events as JSON objects: one on each line of a request, or one in each message of a WebSocket. Each is answered by <c>{}</c> or by
/// an object with <c>error</c>, in order.
/// </summary>
internal sealed class EventTaking(RiemannDoor door, RiemannOptions options)
{
    private const int LongestEvent = 1024 * 1024;
    private static readonly byte[] _taken = "{}"u8.ToArray();
    private readonly int _longest = Math.Min(LongestEvent, options.MaxFrameBytes);

    /// <summary>Answers a request for <c>/events</c>.</summary>
    public Task TakeAsync(HttpContext http, CancellationToken end)
    {
        if (http.WebSockets.IsWebSocketRequest)
        {
            return SocketAsync(http, end);
        }

        if (HttpMethods.IsPut(http.Request.Method) || HttpMethods.IsPost(http.Request.Method))
        {
            return LinesAsync(http, end);
        }

        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        http.Response.Headers.Allow = "PUT, POST";
        return Task.CompletedTask;
    }

    private async Task LinesAsync(HttpContext http, CancellationToken end)
    {
        http.Response.ContentType = "application/json";
        var input = http.Request.BodyReader;
        var output = http.Response.BodyWriter;
        while (true)
        {
            var read = await input.ReadAsync(end);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } at)
            {
                Answer(rest.Slice(0, at), output);
                rest = rest.Slice(rest.GetPosition(1, at));
            }

            if (read.IsCompleted || rest.Length > _longest)
            {
                Answer(rest, output);
                await output.FlushAsync(end);
                return;
            }

            input.AdvanceTo(rest.Start, rest.End);
            await output.FlushAsync(end);
        }
    }

    private void Answer(ReadOnlySequence<byte> line, IBufferWriter<byte> output)
    {
        if (line.Length > 0 && !IsBlank(line))
        {
            output.Write(line.Length > _longest ? Error($"an event is at most {_longest} bytes long") : Take(line.ToArray()));
            output.Write("\n"u8);
        }
    }

    private async Task SocketAsync(HttpContext http, CancellationToken end)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var message = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var read = await socket.ReceiveAsync(message.GetMemory(4096), end);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, end);
                return;
            }

            message.Advance(read.Count);
            if (message.WrittenCount > _longest)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, $"an event is at most {_longest} bytes long", end);
                return;
            }

            if (read.EndOfMessage)
            {
                await socket.SendAsync(Take(message.WrittenMemory), WebSocketMessageType.Text, endOfMessage: true, end);
                message.ResetWrittenCount();
            }
        }
    }

    private byte[] Take(ReadOnlyMemory<byte> text)
    {
        var seen = WebEvent.Read(text, door.Now, out var problem);
        if (seen is null)
        {
            door.Counters.AddMalformed();
        }

        return (seen is null ? problem : door.Take(seen)) is { } why ? Error(why) : _taken;
    }

    private static byte[] Error(string why)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("error", why);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var part in line)
        {
            if (part.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }
}
