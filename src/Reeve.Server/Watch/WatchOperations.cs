using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Time;
using Reeve.Server.Access;
using Reeve.Server.Api;

namespace Reeve.Server.Watch;

/// <summary>
/// <c>GET /api/v1/events</c>: everything that changes, as server-sent events. An entry of the journal has its number as id, and a watcher
/// that comes back with it (<c>Last-Event-ID</c>, or <c>after</c>) misses nothing.
/// </summary>
internal static class WatchOperations
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static void Map(Routes routes) => routes.Get("/api/v1/events", Needs.Viewer, WatchAsync);

    private static async Task WatchAsync(ApiCall call)
    {
        var filter = WatchFilter.Of(call);
        var after = After(call);
        var heartbeat = Heartbeat(call);
        var http = call.Http;
        if (!HttpMethods.IsHead(http.Request.Method) && !await call.State.Feed.TryJoinAsync(call.Aborted))
        {
            throw call.State.Feed.IsClosed
                ? new ApiProblem(ErrorCodes.Unavailable, "reeve is stopping; try again later") { RetryAfter = 2 }
                : new ApiProblem(ErrorCodes.RateLimited, $"{call.State.Feed.Options.MaxWatchers} watch already; try again later")
                {
                    RetryAfter = 10,
                };
        }

        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.StartAsync(call.Aborted);
            return;
        }

        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            var watcher = new Watcher(call.State.Feed, filter, http.Response.Body, heartbeat, call.State.Runtime.Time);
            if (!await watcher.RunAsync(after, call.Aborted))
            {
                http.Abort();
            }
        }
        finally
        {
            await call.State.Feed.LeaveAsync();
        }
    }

    private static long? After(ApiCall call)
    {
        var header = call.Http.Request.Headers["Last-Event-ID"].ToString();
        var (name, text) = header.Length > 0 ? ("last-event-id", header) : ("after", call.Query("after"));
        if (text is null)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? after
            : throw new ApiProblem(
                ErrorCodes.WrongType,
                $"{name}: expected the number of a journal entry, which is the id of an event, found {Quote.Text(text)}");
    }

    private static TimeSpan Heartbeat(ApiCall call)
    {
        if (call.Query("heartbeat") is not { } text)
        {
            return call.State.Feed.Options.Heartbeat;
        }

        return Durations.TryParse(text, out var every) && every >= Shortest && every <= Longest
            ? every
            : throw new ApiProblem(
                ErrorCodes.NotAllowed, $"heartbeat: expected a duration from `1s` to `5m`, found {Quote.Text(text)}");
    }
}
