using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>The newest event of each host and service, all together every dt seconds; expired ones once more (coalesce).</summary>
internal sealed class Coalesce : ParentNode, IHasState
{
    private readonly Periodic _periodic;
    private readonly Dictionary<object, object?> _newest = new(Equality.Comparer);
    private readonly List<object> _order = [];

    public Coalesce(StreamRun run, StreamNumber interval, Fn[] children)
        : base(run, children)
    {
        _periodic = new Periodic(run, interval, StreamNumber.Zero, SendAll);
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        Put(seen);
        _periodic.Take(seen);
        return null;
    }

    public object? Save() => PVec.Own([PVec.Own([.. _order.Select(k => _newest[k])]), _periodic.Save()]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        foreach (var seen in Sequences.List(parts[0]))
        {
            Put(seen);
        }

        _periodic.Load(parts[1]);
    }

    private void Put(object? seen)
    {
        object key = PVec.Own([Lookup.Get(seen, Keyword.Service), Lookup.Get(seen, Keyword.Host)]);
        if (!_newest.ContainsKey(key))
        {
            Run.Keep(1);
            _order.Add(key);
        }

        _newest[key] = seen;
    }

    private void SendAll()
    {
        var keys = JavaOrder.Of(_order);
        var events = PVec.Own([.. keys.Select(k => _newest[k])]);
        foreach (var key in keys)
        {
            if (Expiry.IsExpired(Run, _newest[key]))
            {
                _newest.Remove(key);
                _order.Remove(key);
                Run.Keep(-1);
            }
        }

        Forward(events);
    }
}

/// <summary>The newest event of each key, with each event that comes; expired ones once (coalesce-with-event).</summary>
internal sealed class CoalesceWithEvent : StreamNode, IHasState
{
    private readonly Fn _key;
    private readonly Fn _child;
    private PMap _newest = PMap.Empty;

    public CoalesceWithEvent(StreamRun run, Fn key, Fn child)
        : base(run)
    {
        _key = key;
        _child = child;
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var all = _newest.Set(_key.Invoke(seen), seen);
        Run.Keep(all.Count - _newest.Count);
        var (expired, rest) = (PVec.Empty, PMap.Empty);
        foreach (var (key, value) in Sequences.Entries(all))
        {
            if (Expiry.IsExpired(Run, value))
            {
                expired = expired.Add(value);
            }
            else
            {
                rest = rest.Set(key, value);
            }
        }

        Run.Keep(rest.Count - all.Count);
        _newest = rest;
        return _child.Invoke(seen, PSeq.Of([.. expired, .. Sequences.Entries(rest).Select(e => e.Value)]));
    }

    public object? Save() => PVec.Own([.. Sequences.Entries(_newest).Select(e => (object?)PVec.Own([e.Key, e.Value]))]);

    public void Load(object? saved)
    {
        foreach (var pair in Sequences.List(saved).Select(Sequences.List))
        {
            _newest = _newest.Set(pair[0], pair[1]);
        }
    }
}

/// <summary>
/// The order in which the JVM walks a hash table whose keys are vectors of texts, so that what `coalesce` hands on has the order that
/// programs saw there.
/// </summary>
internal static class JavaOrder
{
    public static List<object> Of(IReadOnlyList<object> keys)
    {
        var size = 16;
        while (keys.Count >= size - (size >> 2))
        {
            size *= 2;
        }

        return [.. keys.OrderBy(k => Bucket(k, size))];
    }

    private static int Bucket(object key, int size)
    {
        var hash = 1;
        foreach (var part in Sequences.List(key))
        {
            hash = unchecked((31 * hash) + HashOf(part));
        }

        return (hash ^ (int)((uint)hash >> 16)) & 0x7fffffff & (size - 1);
    }

    private static int HashOf(object? part)
    {
        switch (part)
        {
            case string text:
                var hash = 0;
                foreach (var letter in text)
                {
                    hash = unchecked((31 * hash) + letter);
                }

                return hash;
            case long whole:
                return (int)(whole ^ (long)((ulong)whole >> 32));
            default:
                return 0;
        }
    }
}
