using System.Collections.Concurrent;
using Reeve.Engines.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Query;

namespace Reeve.Server.Intake.Riemann.Index;

/// <summary>
/// The last event of each host and service. Any thread may use it. An event in the state <c>expired</c> takes its predecessor out.
/// </summary>
internal sealed class RiemannIndex(int capacity)
{
    /// <summary>How long an event counts that says nothing about it, in seconds.</summary>
    public const double DefaultTtl = 60;

    private readonly ConcurrentDictionary<IndexKey, Place> _places = new();
    private int _count;
    private long _refused;

    /// <summary>How many events it holds.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many events found no place in it.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Puts an event in, or takes its predecessor out; false when the index is full.</summary>
    public bool Put(StreamEvent seen)
    {
        var key = new IndexKey(seen.Host, seen.Service);
        if (seen.State == "expired")
        {
            Delete(key);
            return true;
        }

        while (true)
        {
            if (!_places.TryGetValue(key, out var place))
            {
                if (Interlocked.Increment(ref _count) > capacity)
                {
                    Interlocked.Decrement(ref _count);
                    Interlocked.Increment(ref _refused);
                    return false;
                }

                if (_places.TryAdd(key, new Place(seen)))
                {
                    return true;
                }

                Interlocked.Decrement(ref _count);
                continue;
            }

            lock (place)
            {
                // one that was taken out a moment ago is found no more
                if (place.Event is not null)
                {
                    place.Event = seen;
                    return true;
                }
            }
        }
    }

    /// <summary>The event of a host and a service, or null.</summary>
    public StreamEvent? Find(string? host, string? service) =>
        _places.TryGetValue(new IndexKey(host, service), out var place) ? place.Event : null;

    /// <summary>
    /// The events that fit a query, in no order. One that names host and service is a look-up; others look at everything.
    /// </summary>
    public IEnumerable<StreamEvent> Search(StreamQuery query)
    {
        if (query is { Host: { } host, Service: { } service })
        {
            return Find(host, service) is { } one && query.Matches(one) ? [one] : [];
        }

        return Scan(query);
    }

    /// <summary>
    /// Takes out what is older than its time to live, and gives it. An event that was renewed meanwhile stays.
    /// </summary>
    /// <param name="now">Seconds since 1970.</param>
    public List<StreamEvent> Expire(double now)
    {
        var expired = new List<StreamEvent>();
        foreach (var (key, place) in _places)
        {
            if (place.Event is { } seen && IsExpired(seen, now) && Delete(key, seen))
            {
                expired.Add(seen);
            }
        }

        return expired;
    }

    /// <summary>The hosts of the events in it.</summary>
    public HashSet<string> Hosts() => new(_places.Keys.Select(k => k.Host).OfType<string>(), StringComparer.Ordinal);

    private IEnumerable<StreamEvent> Scan(StreamQuery query)
    {
        foreach (var (_, place) in _places)
        {
            if (place.Event is { } seen && query.Matches(seen))
            {
                yield return seen;
            }
        }
    }

    private bool Delete(IndexKey key, StreamEvent? exactly = null)
    {
        if (!_places.TryGetValue(key, out var place))
        {
            return false;
        }

        lock (place)
        {
            if (place.Event is null || (exactly is not null && !ReferenceEquals(place.Event, exactly)))
            {
                return false;
            }

            place.Event = null;
            _places.TryRemove(KeyValuePair.Create(key, place));
            Interlocked.Decrement(ref _count);
            return true;
        }
    }

    private static bool IsExpired(StreamEvent seen, double now) =>
        now - (StreamFields.Time(seen) ?? now) > (StreamFields.Ttl(seen) ?? DefaultTtl);

    private readonly record struct IndexKey(string? Host, string? Service);

    // INVARIANT: null once it is out of the index; whoever finds that looks again. Changed under a lock of the place itself.
    private sealed class Place(StreamEvent seen)
    {
        private volatile StreamEvent? _event = seen;

        public StreamEvent? Event
        {
            get => _event;
            set => _event = value;
        }
    }
}
