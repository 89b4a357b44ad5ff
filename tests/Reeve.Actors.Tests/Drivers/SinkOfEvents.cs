using System.Collections.Concurrent;
using Reeve.Core.Identity;
using Reeve.Core.Signals;

namespace Reeve.Actors.Tests.Drivers;

/// <summary>Keeps the events that a driver offers; can refuse some first, as a full queue does.</summary>
internal sealed class SinkOfEvents : ISignalSink
{
    private readonly ConcurrentQueue<Event> _events = new();
    private int _refusals;

    public IReadOnlyList<Event> Events => [.. _events];

    public void RefuseNext(int times) => _refusals = times;

    public OfferOutcome Offer(Scope scope, Event seen)
    {
        if (Interlocked.Decrement(ref _refusals) >= 0)
        {
            return OfferOutcome.Full;
        }

        _events.Enqueue(seen);
        return OfferOutcome.Accepted;
    }
}
