using Reeve.Languages.Streams.Events;

namespace Reeve.Languages.Streams.Values;

/// <summary>Clojure's <c>=</c> and the hash and order that go with it.</summary>
internal static class Equality
{
    private const int Deepest = 200;

    public static IEqualityComparer<object> Comparer { get; } = new ByValue();

    public static bool AreEqual(object? a, object? b) => AreEqual(a, b, 0);

    public static int HashOf(object? value) => value switch
    {
        null => 0,
        string text => text.GetHashCode(StringComparison.Ordinal),
        long or double or bool or char or StreamNumber or Symbol or PVec or PSeq or PMap or PSet => value.GetHashCode(),
        StreamEvent => ContentHash(value),
        _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value),
    };

    /// <summary>Clojure's <c>compare</c>; throws where things of two kinds have no order.</summary>
    public static int Compare(object? a, object? b)
    {
        if (a is null || b is null)
        {
            return a is null ? b is null ? 0 : -1 : 1;
        }

        if (Numbers.IsNumber(a) && Numbers.IsNumber(b))
        {
            return StreamNumber.Compare(Numbers.Of(a), Numbers.Of(b));
        }

        return (a, b) switch
        {
            (string x, string y) => string.CompareOrdinal(x, y),
            (Keyword x, Keyword y) => string.CompareOrdinal(x.Name, y.Name),
            (Symbol x, Symbol y) => string.CompareOrdinal(x.Name, y.Name),
            (bool x, bool y) => x.CompareTo(y),
            (char x, char y) => x.CompareTo(y),
            (PVec x, PVec y) => CompareVectors(x, y),
            _ => throw new StreamError(StreamError.ClassCast, $"{Printer.Short(a)} cannot be compared with {Printer.Short(b)}"),
        };
    }

    private static int CompareVectors(PVec a, PVec b)
    {
        if (a.Count != b.Count)
        {
            return a.Count.CompareTo(b.Count);
        }

        for (var i = 0; i < a.Count; i++)
        {
            if (Compare(a[i], b[i]) is var order && order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static bool AreEqual(object? a, object? b, int depth)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        if (a is null || b is null)
        {
            return false;
        }

        if (depth > Deepest)
        {
            throw new StreamLimitException("values are nested too deeply to be compared");
        }

        switch (a)
        {
            case string text:
                return b is string other && text == other;
            case long x:
                return b is long y ? x == y : b is StreamNumber big && StreamNumber.Of(x).Equals(big);
            case double x:
                return b is double z && x == z;
            case StreamNumber number:
                return Numbers.TryOf(b) is { HasValue: true } second && number.Equals(second);
            case bool or char or Symbol:
                return a.Equals(b);
            case StreamEvent or PMap:
                return b is StreamEvent or PMap && HashOf(a) == HashOf(b) && AreMapsEqual(a, b, depth);
            case PSet set:
                return b is PSet others && set.Count == others.Count && set.All(others.Contains);
            default:
                return Sequences.TryList(a) is { } left && Sequences.TryList(b) is { } right && AreListsEqual(left, right, depth);
        }
    }

    private static bool AreListsEqual(IReadOnlyList<object?> a, IReadOnlyList<object?> b, int depth)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        for (var i = 0; i < a.Count; i++)
        {
            if (!AreEqual(a[i], b[i], depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreMapsEqual(object a, object b, int depth)
    {
        if (Sequences.Count(a) != Sequences.Count(b))
        {
            return false;
        }

        foreach (var (key, value) in Sequences.Entries(a))
        {
            if (!Lookup.TryGet(b, key, out var other) || !AreEqual(value, other, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The hash of what is in a collection; equal collections have the same, whatever they are.</summary>
    public static int ContentHash(object value)
    {
        var hash = value is PVec ? 1 : 17;
        switch (value)
        {
            case PVec vector:
                foreach (var item in vector.Span)
                {
                    hash = unchecked((hash * 31) + HashOf(item));
                }

                break;
            default:
                foreach (var (key, inner) in Sequences.Entries(value))
                {
                    hash = unchecked(hash + (HashOf(key) ^ (HashOf(inner) * 31)));
                }

                break;
        }

        return hash == 0 ? 1 : hash;
    }

    private sealed class ByValue : IEqualityComparer<object>
    {
        public new bool Equals(object? x, object? y) => AreEqual(x, y);

        public int GetHashCode(object obj) => HashOf(obj);
    }
}
