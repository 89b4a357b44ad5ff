using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Reeve.Languages.Streams.Query;

namespace Reeve.Server.Intake.Riemann.Web;

/// <summary>Sends events that fit a query: what is in the index, then what comes.</summary>
internal sealed class EventSending(RiemannDoor door, ILogger logger)
{
    private static readonly byte[] _data = "data: "u8.ToArray();
    private static readonly byte[] _end = "\n\n"u8.ToArray();

    /// <summary>As text messages of a WebSocket.</summary>
    public async Task SocketAsync(HttpContext http, string channel, StreamQuery query, bool begins, bool follows, CancellationToken end)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(end);
        var hearing = WatchAsync(socket, both);
        var reason = WebSocketCloseStatus.NormalClosure;
        try
        {
            var isWhole = await SendAsync(
                channel, query, begins, follows,
                text => socket.SendAsync(text, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, both.Token),
                static () => ValueTask.CompletedTask,
                both.Token);
            reason = isWhole ? WebSocketCloseStatus.NormalClosure : WebSocketCloseStatus.PolicyViolation;
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            reason = WebSocketCloseStatus.EndpointUnavailable;
        }

        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            var why = reason == WebSocketCloseStatus.PolicyViolation ? "too slow: more events waited than are kept" : null;
            await socket.CloseOutputAsync(reason, why, patience.Token);
            try
            {
                // to stop listening before the other side has said goodbye would cut off what it has not read yet
                await hearing.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                // it had its time
            }
        }

        await both.CancelAsync();
        await hearing;
    }

    /// <summary>As server-sent events.</summary>
    public async Task StreamAsync(HttpContext http, string channel, StreamQuery query, bool begins, CancellationToken end)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        var body = http.Response.BodyWriter;
        await body.FlushAsync(end);
        await SendAsync(
            channel, query, begins, follows: true,
            async text =>
            {
                body.Write(_data);
                body.Write(text.Span);
                body.Write(_end);
                if (body.UnflushedBytes > 32 * 1024)
                {
                    await body.FlushAsync(end);
                }
            },
            async () => await body.FlushAsync(end),
            end);
    }

    // listens before it looks, so that nothing is missed between; an event may then come twice. False when it was too slow.
    private async Task<bool> SendAsync(
        string channel, StreamQuery query, bool begins, bool follows,
        Func<ReadOnlyMemory<byte>, ValueTask> send, Func<ValueTask> flush, CancellationToken end)
    {
        var subscription = follows ? door.Subscriptions.Add(channel, query) : null;
        try
        {
            if (begins)
            {
                foreach (var seen in door.Index.Search(query))
                {
                    await send(WebEvent.Write(seen));
                }

                await flush();
            }

            while (subscription is not null && await subscription.Events.WaitToReadAsync(end))
            {
                while (subscription.Events.TryRead(out var seen))
                {
                    await send(WebEvent.Write(seen));
                }

                await flush();
            }

            if (subscription is { IsTooSlow: true })
            {
                door.Counters.AddUnsent();
                logger.RiemannSubscriberSlow(channel, door.Subscriptions.MaxUnsent);
                return false;
            }

            return true;
        }
        finally
        {
            if (subscription is not null)
            {
                door.Subscriptions.Remove(subscription);
            }
        }
    }

    // a subscriber has nothing to say but that it goes; a message from it is passed over
    private static async Task WatchAsync(WebSocket socket, CancellationTokenSource both)
    {
        var buffer = new byte[256];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), both.Token)).MessageType != WebSocketMessageType.Close)
            {
                // not meant for anybody
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or IOException)
        {
            // the same
        }

        await both.CancelAsync();
    }
}
