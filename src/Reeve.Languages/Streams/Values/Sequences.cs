using Reeve.Languages.Streams.Events;

namespace Reeve.Languages.Streams.Values;

/// <summary>What Clojure can walk through: vectors, lists, maps, sets, texts, events; nil is the empty one.</summary>
internal static class Sequences
{
    /// <summary>The items; throws for what is no sequence.</summary>
    public static IEnumerable<object?> Of(object? value) => value switch
    {
        null => [],
        IReadOnlyList<object?> list => list,
        LazySeq lazy => lazy,
        PSet set => set,
        PMap or StreamEvent => Entries(value).Select(e => (object?)PVec.Own([e.Key, e.Value])),
        string text => text.Select(c => (object?)c),
        _ => throw StreamError.Argument($"{Printer.Short(value)} is no sequence"),
    };

    /// <summary>The items, all at hand.</summary>
    public static IReadOnlyList<object?> List(object? value) => value switch
    {
        IReadOnlyList<object?> list => list,
        LazySeq lazy => [.. lazy],
        _ => [.. Of(value)],
    };

    /// <summary>Vectors and lists; null for everything else.</summary>
    public static IReadOnlyList<object?>? TryList(object? value) => value switch
    {
        IReadOnlyList<object?> list => list,
        LazySeq lazy => [.. lazy],
        _ => null,
    };

    /// <summary>Keys and values of a map or an event.</summary>
    public static IEnumerable<KeyValuePair<object?, object?>> Entries(object? value) => value switch
    {
        null => [],
        StreamEvent seen => seen.Fields().Select(f => new KeyValuePair<object?, object?>(f.Key, f.Value)),
        PMap map => map.Select(e => new KeyValuePair<object?, object?>(NilKey.Open(e.Key), e.Value)),
        _ => throw StreamError.Cast(value, "a map"),
    };

    /// <summary>How many items there are.</summary>
    public static int Count(object? value) => value switch
    {
        null => 0,
        IReadOnlyList<object?> list => list.Count,
        PMap map => map.Count,
        PSet set => set.Count,
        string text => text.Length,
        StreamEvent seen => seen.Fields().Count(),
        LazySeq lazy => lazy.Count(),
        _ => throw new StreamError("java.lang.UnsupportedOperationException", $"count is not there for {Printer.Short(value)}"),
    };

    public static bool IsMap(object? value) => value is PMap or StreamEvent;

    public static bool IsCollection(object? value) => value is PVec or PSeq or LazySeq or PMap or PSet or StreamEvent;

    /// <summary>Clojure's <c>conj</c>.</summary>
    public static object Conj(object? collection, object? item) => collection switch
    {
        PVec vector => vector.Add(item),
        null => PSeq.Of([item]),
        PSeq or LazySeq => PSeq.Of([item, .. Of(collection)]),
        PSet set => set.Add(item),
        PMap or StreamEvent => ConjMap(collection, item),
        _ => throw StreamError.Cast(collection, "a collection"),
    };

    private static object ConjMap(object map, object? item)
    {
        switch (item)
        {
            case null:
                return map;
            case PVec { Count: 2 } pair:
                return Lookup.Assoc(map, pair[0], pair[1]);
            case PMap or StreamEvent:
                foreach (var (key, value) in Entries(item))
                {
                    map = Lookup.Assoc(map, key, value);
                }

                return map;
            default:
                throw StreamError.Argument($"{Printer.Short(item)} is no entry of a map");
        }
    }
}
