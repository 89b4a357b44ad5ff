using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.BuiltinDefinition;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Sequences without a function among the arguments.</summary>
internal static class SequenceFunctions
{
    private const int Any = NativeFn.Any;

    public static IEnumerable<BuiltinDefinition> All =>
    [
        One("first", a => First(a)),
        One("second", a => Sequences.Of(a).Skip(1).FirstOrDefault()),
        One("ffirst", a => First(First(a))),
        One("last", a => Sequences.List(a) is { Count: > 0 } list ? list[^1] : null),
        One("peek", a => a is PVec vector ? (vector.Count > 0 ? vector[^1] : null) : First(a)),
        One("pop", a => a is PVec vector ? vector.Slice(0, Math.Max(0, vector.Count - 1)) : PSeq.Of(Sequences.Of(a).Skip(1))),
        One("rest", a => a is LazySeq lazy ? new LazySeq(lazy.Skip(1)) : PSeq.Of(Tail(a, 1))),
        One("next", a => Tail(a, 1) is { Count: > 0 } tail ? PSeq.Of(tail) : null),
        One("nnext", a => Tail(a, 2) is { Count: > 0 } tail ? PSeq.Of(tail) : null),
        One("fnext", a => Sequences.Of(a).Skip(1).FirstOrDefault()),
        Two("nthrest", (a, n) => PSeq.Of(Tail(a, (int)Math.Clamp(Numbers.Whole(n), 0, int.MaxValue)))),
        Two("nthnext", (a, n) => Tail(a, (int)Math.Clamp(Numbers.Whole(n), 0, int.MaxValue)) is { Count: > 0 } tail ? PSeq.Of(tail) : null),
        One("not-empty", a => a is null || !Sequences.Of(a).Any() ? null : a),
        One("empty", a => a switch
        {
            PVec => PVec.Empty,
            PMap or StreamEvent => PMap.Empty,
            PSet => PSet.Of([]),
            PSeq or LazySeq => PSeq.Empty,
            _ => null,
        }),
        Two("replace", (map, a) => Sequences.List(a).Select(i => Lookup.TryGet(map, i, out var other) ? other : i) is var all && a is PVec
            ? PVec.Of(all)
            : PSeq.Of(all)),
        One("butlast", a => Sequences.List(a) is { Count: > 1 } list ? PSeq.Of(list.SkipLast(1)) : null),
        Plain("nth", 2, 3, Nth),
        One("seq", a => a is LazySeq ? a : Sequences.List(a) is { Count: > 0 } list ? PSeq.Of(list) : null),
        One("reverse", a => PSeq.Of(Sequences.List(a).Reverse())),
        One("rseq", a => PSeq.Of(Sequences.List(a).Reverse())),
        Two("cons", (item, rest) => PSeq.Of([item, .. Sequences.List(rest)])),
        Plain("concat", 0, Any, args => PSeq.Of(Concat(args))),
        Plain("list*", 1, Any, args => PSeq.Of([.. args[..^1].ToArray(), .. Sequences.List(args[^1])])),
        Two("take", (n, a) => PSeq.Of(Sequences.Of(a).Take((int)Math.Clamp(Numbers.Whole(n), 0, 1_000_000)))),
        Two("drop", (n, a) => a is LazySeq lazy
            ? new LazySeq(lazy.Skip((int)Numbers.Whole(n)))
            : PSeq.Of(Tail(a, (int)Math.Clamp(Numbers.Whole(n), 0, int.MaxValue)))),
        Two("take-last", (n, a) => PSeq.Of(Sequences.List(a).TakeLast((int)Math.Max(0, Numbers.Whole(n))))),
        Plain("drop-last", 1, 2, args => PSeq.Of(Sequences.List(args[^1]).SkipLast(args.Length == 1 ? 1 : (int)Math
            .Max(0, Numbers.Whole(args[0]))))),
        Two("take-nth", (n, a) => PSeq.Of(Sequences.List(a).Where((_, i) => i % Math.Max(1, Numbers.Whole(n)) == 0))),
        Plain("subvec", 2, 3, args =>
        {
            var vector = args[0] as PVec ?? throw StreamError.Cast(args[0], "a vector");
            var (from, to) = (Numbers.Whole(args[1]), args.Length == 3 ? Numbers.Whole(args[2]) : vector.Count);
            return from >= 0 && from <= to && to <= vector.Count
                ? vector.Slice((int)from, (int)(to - from))
                : throw new StreamError(StreamError.OutOfBounds, $"a vector of {vector.Count} has no part {from} to {to}");
        }),
        One("distinct", a =>
        {
            var seen = new HashSet<object>(Equality.Comparer);
            return PSeq.Of(Sequences.List(a).Where(i => seen.Add(i ?? NilKey.Instance)));
        }),
        One("dedupe", a => PSeq.Of(Deduped(Sequences.List(a)))),
        One("flatten", a => PSeq.Of(Flat(a, 0))),
        Plain("interleave", 1, Any, Interleave),
        Two("interpose", (between, a) => PSeq.Of(Sequences.List(a).SelectMany(i => new[] { between, i }).Skip(1))),
        Plain("partition", 2, 4, args => Partition(args, all: false)),
        Plain("partition-all", 2, 3, args => Partition(args, all: true)),
        One("frequencies", a =>
        {
            var map = PMap.Empty;
            foreach (var item in Sequences.Of(a))
            {
                map = map.Set(item, map.TryGet(item, out var count) ? Numbers.Box((long)count! + 1) : Numbers.Box(1L));
            }

            return map;
        }),
        Two("split-at", (n, a) => PVec.Own([
            PSeq.Of(Sequences.List(a).Take((int)Numbers.Whole(n))), PSeq.Of(Sequences.List(a).Skip((int)Numbers.Whole(n)))])),
        new("range", 0, 3, run => args => Range(run, args)),
        new("repeat", 1, 2, run => args =>
        {
            var item = args[^1];
            if (args.Length == 1)
            {
                return new LazySeq(Forever(item));
            }

            var count = Math.Max(0, Numbers.Whole(args[0]));
            run.MayMake(count);
            return PSeq.Of(Enumerable.Repeat(item, (int)count));
        }),
        One("cycle", a => Sequences.List(a) is { Count: > 0 } list ? new LazySeq(Forever(list)) : PSeq.Empty),
        Two("member?", (item, a) => Sequences.Of(a).Any(i => Equality.AreEqual(i, item)) ? Truth.True : null),
        Plain("dorun*", 1, 2, args => args[^1]),
        Plain("stop*", 0, 0, _ => Stop),
    ];

    /// <summary>Ends a comprehension early.</summary>
    public static Symbol Stop { get; } = new(":stop");

    private static object? First(object? value) => value is IReadOnlyList<object?> list
        ? list.Count > 0 ? list[0] : null
        : Sequences.Of(value).FirstOrDefault();

    private static PVec Tail(object? value, int count)
    {
        if (value is PVec or PSeq)
        {
            var items = value as PVec ?? ((PSeq)value).Items;
            return count >= items.Count ? PVec.Empty : items.Slice(count, items.Count - count);
        }

        return PVec.Of(Sequences.List(value).Skip(count));
    }

    private static object? Nth(ReadOnlySpan<object?> args)
    {
        var at = Numbers.Whole(args[1]);
        if (args[0] is null)
        {
            return args.Length == 3 ? args[2] : null;
        }

        if (args[0] is LazySeq lazy && at is >= 0 and < 1_000_000)
        {
            return lazy.Skip((int)at).FirstOrDefault();
        }

        var list = Sequences.List(args[0]);
        if (at >= 0 && at < list.Count)
        {
            return list[(int)at];
        }

        return args.Length == 3 ? args[2] : throw new StreamError(StreamError.OutOfBounds, $"there is no item {at} in {list.Count}");
    }

    private static List<object?> Concat(ReadOnlySpan<object?> args)
    {
        var all = new List<object?>();
        foreach (var arg in args)
        {
            all.AddRange(Sequences.List(arg));
        }

        return all;
    }

    private static IEnumerable<object?> Deduped(IReadOnlyList<object?> list) =>
        list.Where((item, i) => i == 0 || !Equality.AreEqual(item, list[i - 1]));

    private static IEnumerable<object?> Flat(object? value, int depth)
    {
        if (depth > 100)
        {
            throw new StreamLimitException("lists are nested too deeply");
        }

        if (value is not (PVec or PSeq or LazySeq))
        {
            // only lists are flattened; anything else is not gone into, and alone it is nothing
            return depth == 0 ? [] : [value];
        }

        return Sequences.List(value).SelectMany(i => Flat(i, depth + 1));
    }

    private static object? Interleave(ReadOnlySpan<object?> args)
    {
        var lists = args.ToArray().Select(Sequences.List).ToArray();
        return PSeq.Of(Enumerable.Range(0, lists.Min(l => l.Count)).SelectMany(i => lists.Select(l => l[i])));
    }

    private static object? Partition(ReadOnlySpan<object?> args, bool all)
    {
        var size = (int)Math.Clamp(Numbers.Whole(args[0]), 1, 1_000_000);
        var step = args.Length > 2 ? (int)Math.Clamp(Numbers.Whole(args[1]), 1, 1_000_000) : size;
        var list = Sequences.List(args[^1]);
        var padding = args.Length == 4 ? Sequences.List(args[2]) : null;
        var parts = new List<object?>();
        for (var at = 0; at < list.Count; at += step)
        {
            var part = list.Skip(at).Take(size).ToArray();
            if (part.Length < size && !all)
            {
                if (padding is not null)
                {
                    parts.Add(PSeq.Of([.. part, .. padding.Take(size - part.Length)]));
                }

                break;
            }

            parts.Add(PSeq.Of(part));
        }

        return PSeq.Of(parts);
    }

    private static object? Range(StreamRun run, ReadOnlySpan<object?> args)
    {
        if (args.Length == 0)
        {
            return new LazySeq(Counted());
        }

        var (from, to) = args.Length == 1 ? (Events.StreamNumber.Zero, Numbers.Of(args[0])) : (Numbers.Of(args[0]), Numbers.Of(args[1]));
        var step = args.Length == 3 ? Numbers.Of(args[2]) : Events.StreamNumber.Of(1L);
        if (step.IsZero)
        {
            return PSeq.Empty;
        }

        run.MayMake((long)Math.Clamp((to.ToDouble() - from.ToDouble()) / step.ToDouble(), 0, long.MaxValue / 2));
        var items = new List<object?>();
        for (var at = from; step.Sign > 0 ? Events.StreamNumber.IsLess(at, to) : Events.StreamNumber.IsLess(to, at); at = Numbers
            .Add(at, step))
        {
            items.Add(Numbers.Box(at));
        }

        return PSeq.Of(items);
    }

    private static IEnumerable<object?> Counted()
    {
        for (var i = 0L; ; i++)
        {
            yield return Numbers.Box(i);
        }
    }

    private static IEnumerable<object?> Forever(object? item)
    {
        while (true)
        {
            yield return item;
        }
    }

    private static IEnumerable<object?> Forever(IReadOnlyList<object?> list)
    {
        while (true)
        {
            foreach (var item in list)
            {
                yield return item;
            }
        }
    }
}
