using System.Collections.Concurrent;
using System.Threading.Channels;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Query;

namespace Reeve.Server.Intake.Riemann;

/// <summary>
/// Who wants to hear which events, by channel. A subscriber that takes them slower than they come is let go when too many wait for it:
/// nobody else waits because of it. Any thread may call it.
/// </summary>
internal sealed class Subscriptions(int maxUnsent)
{
    /// <summary>The channel of everything that goes into the index.</summary>
    public const string IndexChannel = "index";

    private readonly ConcurrentDictionary<string, Subscription[]> _channels = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private volatile Subscription[] _index = [];
    private int _count;

    /// <summary>How many events may wait for one.</summary>
    public int MaxUnsent => maxUnsent;

    /// <summary>How many subscribers there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Begins to hear the events of a channel that fit a query.</summary>
    public Subscription Add(string channel, StreamQuery query)
    {
        var subscription = new Subscription(channel, query, maxUnsent);
        Change(channel, all => [.. all, subscription]);
        Interlocked.Increment(ref _count);
        return subscription;
    }

    /// <summary>Ends it.</summary>
    public void Remove(Subscription subscription)
    {
        Change(subscription.Channel, all => Array.FindAll(all, s => s != subscription));
        Interlocked.Decrement(ref _count);
        subscription.End();
    }

    /// <summary>Hands an event to those who hear the channel.</summary>
    public void Publish(string channel, StreamEvent seen)
    {
        var hearing = ReferenceEquals(channel, IndexChannel) ? _index : _channels.TryGetValue(channel, out var found) ? found : [];
        foreach (var subscription in hearing)
        {
            subscription.Offer(seen);
        }
    }

    private void Change(string channel, Func<Subscription[], Subscription[]> change)
    {
        lock (_gate)
        {
            var all = change(_channels.TryGetValue(channel, out var found) ? found : []);
            if (all.Length == 0)
            {
                _channels.TryRemove(channel, out _);
            }
            else
            {
                _channels[channel] = all;
            }

            if (channel == IndexChannel)
            {
                _index = all;
            }
        }
    }
}

/// <summary>One who hears a channel: the events that wait to be sent to it.</summary>
internal sealed class Subscription(string channel, StreamQuery query, int maxUnsent)
{
    private readonly Channel<StreamEvent> _waiting = System.Threading.Channels.Channel.CreateBounded<StreamEvent>(
        new BoundedChannelOptions(maxUnsent) { SingleReader = true });

    /// <summary>The channel's name.</summary>
    public string Channel { get; } = channel;

    /// <summary>What it wants to hear.</summary>
    public StreamQuery Query { get; } = query;

    /// <summary>The events, in order; ends when the subscriber was let go.</summary>
    public ChannelReader<StreamEvent> Events => _waiting.Reader;

    /// <summary>Was it let go because it was too slow?</summary>
    public bool IsTooSlow { get; private set; }

    /// <summary>Keeps the event for it, if it wants it.</summary>
    public void Offer(StreamEvent seen)
    {
        if (Query.Matches(seen) && !_waiting.Writer.TryWrite(seen) && !Events.Completion.IsCompleted)
        {
            // nothing may be left out silently: what comes after a gap would look like the whole
            IsTooSlow = true;
            End();
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void End() => _waiting.Writer.TryComplete();
}
