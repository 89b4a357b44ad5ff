using Reeve.Languages.Streams.Events;

namespace Reeve.Languages.Streams.Values;

/// <summary>What is under a key: Clojure's <c>get</c>, <c>assoc</c> and <c>dissoc</c>, for maps and events alike.</summary>
internal static class Lookup
{
    public static object? Get(object? from, object? key)
    {
        if (from is StreamEvent seen)
        {
            return key is Keyword word ? seen.Get(word) : null;
        }

        return TryGet(from, key, out var value) ? value : null;
    }

    public static object? Get(object? from, object? key, object? otherwise) => TryGet(from, key, out var value) ? value : otherwise;

    public static bool TryGet(object? from, object? key, out object? value)
    {
        switch (from)
        {
            case StreamEvent seen:
                value = key is Keyword word ? seen.Get(word) : null;
                return value is not null;
            case PMap map:
                return map.TryGet(key, out value);
            case PSet set:
                value = key;
                return set.Contains(key);
            case PVec vector when key is long at && at >= 0 && at < vector.Count:
                value = vector[(int)at];
                return true;
            case string text when key is long at && at >= 0 && at < text.Length:
                value = text[(int)at];
                return true;
            default:
                value = null;
                return false;
        }
    }

    public static object Assoc(object? map, object? key, object? value)
    {
        switch (map)
        {
            case StreamEvent seen:
                return key is Keyword word ? seen.With(word, value) : ToMap(seen).Set(key, value);
            case PMap known:
                return known.Set(key, value);
            case null:
                return PMap.Empty.Set(key, value);
            case PVec vector:
                var at = Numbers.Whole(key);
                return at >= 0 && at <= vector.Count
                    ? vector.Set((int)at, value)
                    : throw new StreamError(StreamError.OutOfBounds, $"there is no place {at} in a vector of {vector.Count}");
            default:
                throw StreamError.Cast(map, "a map");
        }
    }

    public static object? Dissoc(object? map, object? key) => map switch
    {
        null => null,
        StreamEvent seen => key is Keyword word ? seen.With(word, null) : seen,
        PMap known => known.Remove(key),
        _ => throw StreamError.Cast(map, "a map"),
    };

    /// <summary>An event's fields as a map.</summary>
    public static PMap ToMap(StreamEvent seen) =>
        PMap.Of(seen.Fields().Select(f => new KeyValuePair<object?, object?>(f.Key, f.Value)));

    /// <summary>
    /// A map as an event, when all its keys are keywords: streams take either, and what a program makes of a map literal is one too.
    /// </summary>
    public static StreamEvent? TryEvent(object? value)
    {
        if (value is StreamEvent seen)
        {
            return seen;
        }

        if (value is not PMap map)
        {
            return null;
        }

        var builder = default(EventBuilder);
        foreach (var (key, inner) in map)
        {
            if (key is not Keyword word)
            {
                return null;
            }

            builder.Set(word, inner);
        }

        return builder.ToEvent();
    }
}
