using System.Globalization;
using Microsoft.Extensions.Logging;
using Reeve.Core.Identity;
using Reeve.Core.Matching;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Engines.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Server.Api;
using Reeve.Server.Intake.Riemann.Index;
using Reeve.Server.Intake.Riemann.Wire;

namespace Reeve.Server.Intake.Riemann;

/// <summary>
/// The way of an event from Riemann's protocol: into the loop when a binding wants it, into the index, to the subscribers. Whoever sent
/// it is told when it could not be taken. Any thread may call it.
/// </summary>
internal sealed class RiemannDoor(ApiState state, Scope scope, RiemannOptions options, ILogger logger)
{
    [ThreadStatic]
    private static List<ActiveBinding>? _wanting;

    private readonly RiemannHosts _hosts = new(state.Runtime, scope, options);
    private readonly QueryCache _queries = new();
    private bool _saidIndexFull;
    private bool _saidHostsFull;

    /// <summary>The last event of each host and service.</summary>
    public RiemannIndex Index { get; } = new(options.MaxIndexed);

    /// <summary>Who wants to hear what comes.</summary>
    public Subscriptions Subscriptions { get; } = new(options.MaxUnsent);

    /// <summary>What has come in.</summary>
    public RiemannCounters Counters { get; } = new();

    /// <summary>Targets made of hosts.</summary>
    public RiemannHosts Hosts => _hosts;

    /// <summary>Compiled queries.</summary>
    public QueryCache Queries => _queries;

    /// <summary>Seconds since 1970.</summary>
    public double Now => (state.Runtime.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>Takes a message and writes its reply; false, with what was taken, when the queue is full before all of it was.</summary>
    public bool TryTake(List<StreamEvent> events, ReplyWriter reply, string? query, out Outcome begun)
    {
        begun = Offer(events, default);
        if (begun.Kind == OfferOutcome.Full)
        {
            return false;
        }

        Reply(begun, events.Count, reply, query);
        return true;
    }

    /// <summary>Goes on with a message that met a full queue: waits a moment for place, then refuses the rest.</summary>
    public async ValueTask TakeAsync(
        List<StreamEvent> events, ReplyWriter reply, string? query, Outcome begun, CancellationToken cancellationToken)
    {
        var time = state.Runtime.Time;
        var since = time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(1);
        while (begun.Kind == OfferOutcome.Full && time.GetElapsedTime(since) < options.QueuePatience)
        {
            await Task.Delay(pause, time, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, TimeSpan.TicksPerMillisecond * 16));
            begun = Offer(events, begun);
        }

        Reply(begun, events.Count, reply, query);
    }

    /// <summary>Takes the events of a datagram; false, with how many were taken and why not more.</summary>
    public bool TryTakeAll(List<StreamEvent> events, out int taken, out string reason)
    {
        var outcome = Offer(events, default);
        taken = outcome.Taken;
        reason = Why(outcome, events.Count) ?? "";
        return reason.Length == 0;
    }

    /// <summary>Takes one event that came in another way; gives why not, or null.</summary>
    public string? Take(StreamEvent seen)
    {
        var outcome = Offer([seen], default);
        return Why(outcome, 1);
    }

    /// <summary>Hands an expired event to the subscribers and the loop; false when the queue is full.</summary>
    public bool Reinject(StreamEvent expired)
    {
        var outcome = OfferOne(expired);
        if (outcome is OfferOutcome.Full or OfferOutcome.Unavailable)
        {
            return false;
        }

        Subscriptions.Publish(Subscriptions.IndexChannel, expired);
        return true;
    }

    // goes on where it has come to before
    private Outcome Offer(List<StreamEvent> events, Outcome begun)
    {
        if (!state.IsServing || !state.Runtime.IsReady)
        {
            return begun with { Kind = OfferOutcome.Unavailable };
        }

        var absurd = begun.Absurd;
        var at = begun.Taken;
        var kind = OfferOutcome.Accepted;
        long accepted = 0, unmatched = 0;
        for (; at < events.Count; at++)
        {
            var seen = events[at];
            kind = OfferOne(seen);
            if (kind is OfferOutcome.Full or OfferOutcome.Unavailable)
            {
                break;
            }

            switch (kind)
            {
                case OfferOutcome.AbsurdTime:
                    absurd = absurd == 0 ? at + 1 : absurd;
                    continue;
                case OfferOutcome.Unmatched:
                    unmatched++;
                    break;
                default:
                    accepted++;
                    break;
            }

            if (!Index.Put(seen) && !_saidIndexFull)
            {
                _saidIndexFull = true;
                logger.RiemannIndexFull(Index.Count);
            }

            Subscriptions.Publish(Subscriptions.IndexChannel, seen);
        }

        Counters.AddEvents(at - begun.Taken);
        Interlocked.Add(ref state.Intake.Accepted, accepted);
        Interlocked.Add(ref state.Intake.Unmatched, unmatched);
        return new Outcome(at < events.Count ? kind : absurd > 0 ? OfferOutcome.AbsurdTime : OfferOutcome.Accepted, at, absurd);
    }

    private OfferOutcome OfferOne(StreamEvent seen)
    {
        var runtime = state.Runtime;
        var service = seen.Service ?? "";
        if (!runtime.Bindings.MayWant(scope, service) && service != WellKnownServices.State)
        {
            return OfferOutcome.Unmatched;
        }

        var target = _hosts.Find(seen);
        var candidate = target is null ? _hosts.Candidate(seen.Host) : null;
        if ((target ?? candidate) is not { } place)
        {
            return OfferOutcome.Unmatched;
        }

        var offered = StreamSignal.Make(place.Key.Path, seen);
        return candidate is not null && !Admit(candidate, offered) ? OfferOutcome.Unmatched : runtime.Offer(scope, offered);
    }

    // a host becomes a target only when somebody listens to it, not for every name that comes along
    private bool Admit(Target candidate, Event offered)
    {
        var wanting = _wanting ??= [];
        wanting.Clear();
        state.Runtime.Bindings.Match(candidate, offered, wanting);
        if (wanting.Count == 0)
        {
            return false;
        }

        if (_hosts.Admit(candidate))
        {
            return true;
        }

        if (!_saidHostsFull)
        {
            _saidHostsFull = true;
            logger.RiemannHostsFull(_hosts.Count);
        }

        return false;
    }

    private void Reply(in Outcome outcome, int offered, ReplyWriter reply, string? query)
    {
        if (Why(outcome, offered) is { } reason)
        {
            Counters.AddRefused(Math.Max(1, offered - outcome.Taken));
            Interlocked.Add(ref state.Intake.Refused, Math.Max(1, offered - outcome.Taken));
            reply.Refuse(reason);
        }
        else if (query is null)
        {
            reply.Accept();
        }
        else if (_queries.TryGet(query, out var compiled, out var problem))
        {
            Counters.AddQuery();
            reply.Answer(Index.Search(compiled));
        }
        else
        {
            reply.Refuse($"parse error: {problem}");
        }
    }

    private string? Why(in Outcome outcome, int offered) => outcome.Kind switch
    {
        OfferOutcome.Full => More("the queue is full", outcome, offered),
        OfferOutcome.Unavailable => More(state.NotReady().FirstOrDefault() ?? "reeve is not ready", outcome, offered),
        OfferOutcome.AbsurdTime => string.Create(
            CultureInfo.InvariantCulture,
            $"event {outcome.Absurd - 1}: its time is too far from now, so no policy was asked; set the sender's clock"),
        _ => null,
    };

    private static string More(string reason, in Outcome outcome, int offered) => string.Create(
        CultureInfo.InvariantCulture, $"{reason}; {outcome.Taken} of {offered} events were taken, send the others again later");

    /// <summary>How far a message has come: the events taken, and the number (from 1) of the first with an absurd time, or 0.</summary>
    internal readonly record struct Outcome(OfferOutcome Kind, int Taken, int Absurd);
}
