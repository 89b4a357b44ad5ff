using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>When an event no longer counts (riemann.streams/expired?, riemann.common/expire).</summary>
internal static class Expiry
{
    public const string Expired = "expired";
    private static readonly StreamNumber DefaultTtl = StreamNumber.Of(60L);

    /// <summary>Its state says so, or it is older than its ttl, 60 seconds where it has none.</summary>
    public static bool IsExpired(StreamRun run, object? seen)
    {
        if (seen is not StreamEvent e)
        {
            return Equality.AreEqual(Lookup.Get(seen, Keyword.State), Expired) || IsOld(run, seen);
        }

        if (e.State is { } state)
        {
            if (state == Expired)
            {
                return true;
            }
        }

        return e.Time.HasValue
            ? StreamNumber.IsLess(e.Ttl.HasValue ? e.Ttl : TtlOf(e), Numbers.Subtract(run.Now, e.Time))
            : IsOld(run, seen);
    }

    /// <summary>What is sent in the place of an event that has expired: host, service, the time now.</summary>
    public static StreamEvent Expire(StreamRun run, object? seen)
    {
        var builder = default(EventBuilder);
        builder.Set(Keyword.Host, Lookup.Get(seen, Keyword.Host));
        builder.Set(Keyword.Service, Lookup.Get(seen, Keyword.Service));
        builder.Set(Keyword.Time, Numbers.Box(run.Now));
        builder.Set(Keyword.State, Expired);
        return builder.ToEvent();
    }

    private static bool IsOld(StreamRun run, object? seen)
    {
        if (Lookup.Get(seen, Keyword.Time) is not { } time || !Truth.Of(time))
        {
            return false;
        }

        var ttl = Lookup.Get(seen, Keyword.Ttl) is { } said && Truth.Of(said) ? Numbers.Of(said) : DefaultTtl;
        return StreamNumber.IsLess(ttl, Numbers.Subtract(run.Now, Numbers.Of(time)));
    }

    private static StreamNumber TtlOf(StreamEvent seen) =>
        seen.Attributes.Length > 0 && seen.Attribute(Keyword.Ttl) is { } unusual ? Numbers.Of(unusual) : DefaultTtl;
}

/// <summary>Calls something every so often, from the first event until one expires (periodically-until-expired).</summary>
internal sealed class Periodic(StreamRun run, StreamNumber interval, StreamNumber delay, Action action)
{
    private StreamTask? _task;
    private StreamNumber _expiresAt = StreamNumber.Of(double.PositiveInfinity);

    /// <summary>Takes note of an event: starts, goes on or stops.</summary>
    public void Take(object? seen)
    {
        var (ttl, time) = (Lookup.Get(seen, Keyword.Ttl), Lookup.Get(seen, Keyword.Time));
        _expiresAt = ttl is not null && time is not null
            ? Numbers.Add(Numbers.Of(time), Numbers.Of(ttl))
            : StreamNumber.Of(double.PositiveInfinity);
        if (Expiry.IsExpired(run, seen))
        {
            Stop();
        }
        else
        {
            _task ??= run.Scheduler.Every(interval, delay, Turn);
        }
    }

    public object? Save() => PVec.Own([Numbers.Box(_expiresAt), Tasks.Save(_task)]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _expiresAt = Numbers.Of(parts[0]);
        _task = Tasks.Load(run, parts[1], interval, Turn);
    }

    private void Turn()
    {
        if (StreamNumber.IsLess(_expiresAt, run.Now))
        {
            Stop();
        }
        else
        {
            action();
        }
    }

    private void Stop()
    {
        _task?.Cancel();
        _task = null;
    }
}

/// <summary>Tasks as values to be saved: id, time, and the time they were put off to.</summary>
internal static class Tasks
{
    public static object? Save(StreamTask? task) => task is null or { IsCancelled: true }
        ? null
        : PVec.Own([task.Id, Numbers.Box(task.At), Numbers.Box(task.Deferred)]);

    public static StreamTask? Load(StreamRun run, object? saved, in StreamNumber interval, Action action)
    {
        if (saved is null)
        {
            return null;
        }

        var parts = Sequences.List(saved);
        return run.Scheduler.Restore(Numbers.Whole(parts[0]), Numbers.Of(parts[1]), interval, Numbers.TryOf(parts[2]), action);
    }
}
