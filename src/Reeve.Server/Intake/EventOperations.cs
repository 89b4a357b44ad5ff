using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Errors;
using Reeve.Core.Signals;
using Reeve.Server.Access;
using Reeve.Server.Api;

namespace Reeve.Server.Intake;

/// <summary>
/// <c>POST /api/v1/events</c>. Either the request is refused as a whole because of what it says, or its events are taken in order; when
/// the queue is full, the reply says how many were taken, and the rest is to be sent again.
/// </summary>
internal static class EventOperations
{
    public static void Map(Routes routes) => routes.Post("/api/v1/events", Needs.Operator, TakeAsync);

    private static async Task TakeAsync(ApiCall call)
    {
        ApplyOperations.MustServe(call);
        var body = await call.BodyAsync("application/json", "application/x-ndjson", "application/jsonl", CloudEvents.One,
            CloudEvents.Batch);
        var mistakes = new List<Mistake>();
        var now = call.State.Runtime.Time.GetUtcNow();
        var events = CloudEvents.IsBinary(call.Http.Request)
            ? [CloudEvents.FromHeaders(call.Http.Request, body, now, mistakes)]
            : EventReader.Read(body.Span, now, mistakes, CloudEvents.IsStructured(call.Http.Request) ? CloudEvents.FromObject : null);
        await OfferAsync(call, events, mistakes, now);
    }

    /// <summary>Offers events to the loop and replies: all refused for what they say, or taken in order as far as the queue goes.</summary>
    public static async Task OfferAsync(ApiCall call, List<Event> events, List<Mistake> mistakes, DateTimeOffset now)
    {
        var state = call.State;
        CheckTimes(events, now, state, mistakes);
        if (mistakes.Count > 0)
        {
            Interlocked.Add(ref state.Intake.Refused, events.Count);
            throw new ApiProblem(mistakes);
        }

        var scope = call.Scope;
        int accepted = 0, unmatched = 0;
        foreach (var seen in events)
        {
            switch (state.Runtime.Offer(scope, seen))
            {
                case OfferOutcome.Accepted:
                    accepted++;
                    continue;
                case OfferOutcome.Unmatched:
                    unmatched++;
                    continue;
                case OfferOutcome.AbsurdTime:
                    // at the very edge of what is allowed, and time went on
                    Count(state, accepted, unmatched, events.Count);
                    throw Refused(Absurd(accepted + unmatched, seen), accepted, unmatched);
                case OfferOutcome.Full:
                    Count(state, accepted, unmatched, events.Count);
                    throw Later(ErrorCodes.QueueFull, "the queue is full", 1, accepted, unmatched);
                default:
                    Count(state, accepted, unmatched, events.Count);
                    throw Later(ErrorCodes.Unavailable, state.NotReady().FirstOrDefault() ?? "reeve is not ready", 2, accepted, unmatched);
            }
        }

        Count(state, accepted, unmatched, events.Count);
        await call.WriteAsync(StatusCodes.Status202Accepted, writer =>
        {
            writer.WriteStartObject();
            WriteTaken(writer, accepted, unmatched);
            writer.WriteEndObject();
        });
    }

    // asked of all before any is taken, so that a batch with one bad clock is not half taken
    private static void CheckTimes(List<Event> events, DateTimeOffset now, ApiState state, List<Mistake> mistakes)
    {
        var options = state.Options.Runtime;
        for (var i = 0; i < events.Count && mistakes.Count < 20; i++)
        {
            if (events[i].Time > now + options.MaxFuture || events[i].Time < now - options.MaxPast)
            {
                mistakes.Add(Absurd(i, events[i]));
            }
        }
    }

    private static Mistake Absurd(int index, Event seen) => new(
        ErrorCodes.AbsurdTime,
        string.Create(CultureInfo.InvariantCulture, $"/{index}/time"),
        string.Create(
            CultureInfo.InvariantCulture,
            $"the time `{seen.Time:yyyy-MM-ddTHH:mm:ssZ}` of event {index} is too far from now; set the sender's clock"));

    private static ApiProblem Later(string code, string reason, int seconds, int accepted, int unmatched) =>
        new(
            code,
            string.Create(CultureInfo.InvariantCulture, $"{reason}; {accepted + unmatched} events were taken, send the others again later"))
        {
            RetryAfter = seconds,
            More = writer => WriteTaken(writer, accepted, unmatched),
        };

    private static ApiProblem Refused(Mistake mistake, int accepted, int unmatched) =>
        new([mistake]) { More = writer => WriteTaken(writer, accepted, unmatched) };

    private static void WriteTaken(Utf8JsonWriter writer, int accepted, int unmatched)
    {
        writer.WriteNumber("accepted", accepted);
        writer.WriteNumber("unmatched", unmatched);
    }

    private static void Count(ApiState state, int accepted, int unmatched, int offered)
    {
        Interlocked.Add(ref state.Intake.Accepted, accepted);
        Interlocked.Add(ref state.Intake.Unmatched, unmatched);
        Interlocked.Add(ref state.Intake.Refused, offered - accepted - unmatched);
    }
}
