using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.BuiltinDefinition;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Functions that take functions.</summary>
internal static class HigherFunctions
{
    private const int Any = NativeFn.Any;

    public static IEnumerable<BuiltinDefinition> All =>
    [
        Plain("map", 2, Any, args => Mapped(args)),
        Plain("mapv", 2, Any, args => PVec.Of(Sequences.List(Mapped(args)))),
        Plain("mapcat", 2, Any, args => PSeq.Of(Sequences.List(Mapped(args)).SelectMany(Sequences.List))),
        Two("map-indexed", (f, a) => PSeq.Of(Made(Sequences.List(a).Select((item, i) => F(f).Invoke(Numbers.Box((long)i), item))))),
        Two("keep", (f, a) => PSeq.Of(Made(Sequences.List(a).Select(i => F(f).Invoke(i)).Where(r => r is not null)))),
        Two("filter", (f, a) => Filtered(f, a, true)),
        Two("filterv", (f, a) => PVec.Of(Made(Sequences.List(a).Where(F(f).Test)))),
        Two("remove", (f, a) => Filtered(f, a, false)),
        Plain("reduce", 2, 3, Reduce),
        One("reduced", a => new Reduced(a)),
        Two("keep-indexed", (f, a) => PSeq.Of(Made(
            Sequences.List(a).Select((item, i) => F(f).Invoke(Numbers.Box((long)i), item)).Where(made => made is not null)))),
        Plain("reduce-kv", 3, 3, args =>
        {
            var (f, value) = (F(args[0]), args[1]);
            foreach (var (key, item) in Sequences.Entries(args[2]))
            {
                value = f.Invoke(value, key, item);
            }

            return value;
        }),
        Plain("reductions", 2, 3, Reductions),
        Plain("apply", 2, Any, args => F(args[0]).Invoke([.. args[1..^1], .. Sequences.List(args[^1]).ToArray()])),
        Plain("partial", 1, Any, args =>
        {
            var (f, first) = (F(args[0]), args[1..].ToArray());
            return Make("partial", more => f.Invoke([.. first, .. more]));
        }),
        Plain("comp", 0, Any, args =>
        {
            var all = Rescue.Functions(args.ToArray());
            return Make("comp", given =>
            {
                var value = all.Length == 0 ? given[0] : all[^1].Invoke(given);
                for (var i = all.Length - 2; i >= 0; i--)
                {
                    value = all[i].Invoke(value);
                }

                return value;
            });
        }),
        Plain("juxt", 1, Any, args =>
        {
            var all = Rescue.Functions(args.ToArray());
            return Make("juxt", given =>
            {
                var values = new object?[all.Length];
                for (var i = 0; i < all.Length; i++)
                {
                    values[i] = all[i].Invoke(given);
                }

                return PVec.Own(values);
            });
        }),
        One("complement", a => F(a) is var f ? Make("complement", given => Truth.Box(!Truth.Of(f.Invoke(given)))) : null),
        One("constantly", a => Make("constantly", _ => a)),
        Plain("fnil", 2, 4, args =>
        {
            var (f, otherwise) = (F(args[0]), args[1..].ToArray());
            return Make("fnil", given =>
            {
                var all = given.ToArray();
                for (var i = 0; i < all.Length && i < otherwise.Length; i++)
                {
                    all[i] ??= otherwise[i];
                }

                return f.Invoke(all);
            });
        }),
        Plain("every-pred", 1, Any, args => args.ToArray() is var all ? Make("every-pred", given => Every(all, given.ToArray())) : null),
        Plain("some-fn", 1, Any, args => args.ToArray() is var all
            ? Make("some-fn", given => given.ToArray().Select(a => all.Select(f => F(f).Invoke(a))
                .FirstOrDefault(Truth.Of)).FirstOrDefault(Truth.Of))
            : null),
        One("memoize", a => a),
        Two("some", (f, a) => Sequences.Of(a).Select(i => F(f).Invoke(i)).FirstOrDefault(Truth.Of)),
        Two("every?", (f, a) => Truth.Box(Sequences.Of(a).All(F(f).Test))),
        Two("not-every?", (f, a) => Truth.Box(!Sequences.Of(a).All(F(f).Test))),
        Two("not-any?", (f, a) => Truth.Box(!Sequences.Of(a).Any(F(f).Test))),
        Two("take-while", (f, a) => PSeq.Of(Made(Sequences.Of(a).TakeWhile(F(f).Test)))),
        Two("drop-while", (f, a) => PSeq.Of(Made(Sequences.List(a).SkipWhile(F(f).Test)))),
        Two("split-with", (f, a) => PVec.Own([
            PSeq.Of(Made(Sequences.List(a).TakeWhile(F(f).Test))), PSeq.Of(Made(Sequences.List(a).SkipWhile(F(f).Test)))])),
        Two("group-by", (f, a) =>
        {
            var map = PMap.Empty;
            foreach (var item in Sequences.Of(a))
            {
                var key = F(f).Invoke(item);
                map = map.Set(key, (map.TryGet(key, out var known) ? (PVec)known! : PVec.Empty).Add(item));
            }

            return map;
        }),
        Two("partition-by", PartitionBy),
        Plain("sort", 1, 2, args => Sorted(i => i, args.Length == 2 ? args[0] : null, args[^1])),
        Plain("sort-by", 2, 3, args => Sorted(F(args[0]).Invoke, args.Length == 3 ? args[1] : null, args[^1])),
        Plain("max-key", 2, Any, args => ByKey(args, 1)),
        Plain("min-key", 2, Any, args => ByKey(args, -1)),
        Two("iterate", (f, first) => new LazySeq(Iterated(F(f), first))),
        Plain("repeatedly", 1, 2, args => args.Length == 1 ? Endless(F(args[0])) : Repeated(Numbers.Whole(args[0]), F(args[1]))),
        Two("for*", (a, f) =>
        {
            var all = new List<object?>();
            foreach (var item in Sequences.Of(a))
            {
                var part = F(f).Invoke(item);
                if (ReferenceEquals(part, SequenceFunctions.Stop))
                {
                    break;
                }

                all.AddRange(Sequences.List(part));
            }

            return PSeq.Of(all);
        }),
        Two("run!*", (a, f) =>
        {
            foreach (var item in Sequences.Of(a))
            {
                if (ReferenceEquals(F(f).Invoke(item), SequenceFunctions.Stop))
                {
                    break;
                }
            }

            return null;
        }),
        Two("run!", (f, a) =>
        {
            foreach (var item in Sequences.Of(a))
            {
                F(f).Invoke(item);
            }

            return null;
        }),
    ];

    private delegate object? Body(ReadOnlySpan<object?> args);

    private static Fn F(object? value) => Rescue.Function(value);

    private static object?[] Made(IEnumerable<object?> items) => [.. items];

    private static NativeFn Make(string name, Body body) => new(name, 0, Any, args => body(args));

    private static PSeq Mapped(ReadOnlySpan<object?> args)
    {
        var f = F(args[0]);
        if (args.Length == 2)
        {
            var list = Sequences.List(args[1]);
            var made = new object?[list.Count];
            for (var i = 0; i < made.Length; i++)
            {
                made[i] = f.Invoke(list[i]);
            }

            return PSeq.Of(PVec.Own(made));
        }

        var many = args[1..].ToArray();
        if (many.All(m => m is LazySeq))
        {
            throw StreamError.Argument("one of the sequences must have an end");
        }

        var shortest = many.Where(m => m is not LazySeq).Min(m => Sequences.List(m).Count);
        var all = many.Select(m => m is LazySeq lazy ? [.. lazy.Take(shortest)] : Sequences.List(m)).ToArray();
        return PSeq.Of(Made(Enumerable.Range(0, shortest).Select(i => f.Invoke([.. all.Select(a => a[i])]))));
    }

    private static object? Filtered(object? f, object? a, bool wanted) => a is LazySeq lazy
        ? new LazySeq(lazy.Where(i => F(f).Test(i) == wanted))
        : PSeq.Of(Made(Sequences.List(a).Where(i => F(f).Test(i) == wanted)));

    private static object? Reduce(ReadOnlySpan<object?> args)
    {
        var f = F(args[0]);
        var list = Sequences.Of(args[^1]).GetEnumerator();
        object? value;
        if (args.Length == 3)
        {
            value = args[1];
        }
        else if (list.MoveNext())
        {
            value = list.Current;
        }
        else
        {
            return f.Invoke();
        }

        while (list.MoveNext())
        {
            value = f.Invoke(value, list.Current);
            if (value is Reduced enough)
            {
                return enough.Value;
            }
        }

        return value;
    }

    /// <summary>What ends a reduction early.</summary>
    private sealed record Reduced(object? Value);

    private static object? Reductions(ReadOnlySpan<object?> args)
    {
        var f = F(args[0]);
        var list = Sequences.List(args[^1]);
        var all = new List<object?>();
        var at = 0;
        if (args.Length == 3)
        {
            all.Add(args[1]);
        }
        else if (list.Count > 0)
        {
            all.Add(list[at++]);
        }
        else
        {
            all.Add(f.Invoke());
        }

        for (; at < list.Count; at++)
        {
            all.Add(f.Invoke(all[^1], list[at]));
        }

        return PSeq.Of(all);
    }

    private static object Every(object?[] functions, object?[] given) => Truth.Box(given.All(a => functions.All(f => F(f).Test(a))));

    private static object? PartitionBy(object? f, object? a)
    {
        var parts = new List<object?>();
        var part = PVec.Empty;
        object? last = null;
        foreach (var item in Sequences.Of(a))
        {
            var value = F(f).Invoke(item);
            if (part.Count > 0 && !Equality.AreEqual(value, last))
            {
                parts.Add(PSeq.Of(part));
                part = PVec.Empty;
            }

            part = part.Add(item);
            last = value;
        }

        if (part.Count > 0)
        {
            parts.Add(PSeq.Of(part));
        }

        return PSeq.Of(parts);
    }

    private static PSeq Sorted(Func<object?, object?> key, object? comparison, object? a)
    {
        var order = Comparer<object?>.Create((x, y) => comparison is null ? Equality.Compare(x, y) : Compared(F(comparison), x, y));
        try
        {
            return PSeq.Of(Made(Sequences.List(a).Select(i => (Key: key(i), Item: i)).OrderBy(p => p.Key, order).Select(p => p.Item)));
        }
        catch (InvalidOperationException wrapped) when (wrapped.InnerException is StreamError or StreamLimitException)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(wrapped.InnerException).Throw();
            throw;
        }
    }

    // a comparison either says a number, or whether the first comes before the second
    private static int Compared(Fn comparison, object? x, object? y) => comparison.Invoke(x, y) switch
    {
        bool isBefore => isBefore ? -1 : Truth.Of(comparison.Invoke(y, x)) ? 1 : 0,
        var number => Math.Sign(Numbers.Whole(number)),
    };

    private static object? ByKey(ReadOnlySpan<object?> args, int sign)
    {
        var f = F(args[0]);
        var best = args[1];
        foreach (var other in args[2..])
        {
            if (Events.StreamNumber.Compare(Numbers.Of(f.Invoke(other)), Numbers.Of(f.Invoke(best))) * sign >= 0)
            {
                best = other;
            }
        }

        return best;
    }

    private static IEnumerable<object?> Iterated(Fn f, object? value)
    {
        while (true)
        {
            yield return value;
            value = f.Invoke(value);
        }
    }

    private static LazySeq Endless(Fn f) => new(Enumerable.Range(0, int.MaxValue).Select(_ => f.Invoke()));

    private static PSeq Repeated(long count, Fn f) =>
        PSeq.Of(Made(Enumerable.Range(0, (int)Math.Clamp(count, 0, 1_000_000)).Select(_ => f.Invoke())));
}
