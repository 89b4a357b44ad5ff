using Reeve.Core.Identity;

namespace Reeve.Core.Signals;

/// <summary>Where whoever sees something hands it in: an intake, a driver that saw its process die.</summary>
public interface ISignalSink
{
    /// <summary>Takes the event, or says why not; never takes it and drops it.</summary>
    OfferOutcome Offer(Scope scope, Event seen);
}

/// <summary>What became of an offered event.</summary>
public enum OfferOutcome
{
    /// <summary>Taken: it will be evaluated.</summary>
    Accepted,

    /// <summary>Taken, and no binding wants it.</summary>
    Unmatched,

    /// <summary>The queue is full: offer it again later.</summary>
    Full,

    /// <summary>Not ready (the store is away, or the process is stopping): offer it again later.</summary>
    Unavailable,

    /// <summary>Its time is too far from now to mean anything.</summary>
    AbsurdTime,
}

/// <summary>Services that Reeve's own parts report.</summary>
public static class WellKnownServices
{
    /// <summary>
    /// The state of an instance, reported by its driver; <see cref="Event.State"/> is a <see cref="Targets.TargetState"/> in lower case.
    /// </summary>
    public const string State = "reeve.state";

    /// <summary>An instance lives; no metric.</summary>
    public const string Heartbeat = "heartbeat";
}
