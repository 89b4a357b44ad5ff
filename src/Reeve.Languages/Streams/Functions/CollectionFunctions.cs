using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.BuiltinDefinition;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Maps, vectors, sets, and the cells that a program keeps values in.</summary>
internal static class CollectionFunctions
{
    private const int Any = NativeFn.Any;

    public static IEnumerable<BuiltinDefinition> All =>
    [
        Plain("get", 2, 3, args => Lookup.Get(args[0], args[1], args.Length == 3 ? args[2] : null)),
        Plain("get-in", 2, 3, GetIn),
        Plain("assoc", 3, Any, Assoc),
        Plain("assoc-in", 3, 3, args => AssocIn(args[0], Sequences.List(args[1]), 0, args[2])),
        Plain("dissoc", 1, Any, args =>
        {
            var map = args[0];
            foreach (var key in args[1..])
            {
                map = Lookup.Dissoc(map, key);
            }

            return map;
        }),
        Plain("update", 3, Any, args => Lookup.Assoc(args[0], args[1], Applied(args[2], Lookup.Get(args[0], args[1]), args[3..]))),
        Plain("update-in", 3, Any, UpdateIn),
        Plain("merge", 0, Any, Merge),
        Plain("merge-with", 1, Any, MergeWith),
        Two("select-keys", (map, keys) => SelectKeys(map, keys)),
        Two("contains?", (map, key) => Truth.Box(Lookup.TryGet(map, key, out _))),
        Two("find", (map, key) => Lookup.TryGet(map, key, out var value) ? PVec.Own([key, value]) : null),
        One("keys", a => NilWhenEmpty(Sequences.Entries(a).Select(e => e.Key))),
        One("vals", a => NilWhenEmpty(Sequences.Entries(a).Select(e => e.Value))),
        One("key", a => Sequences.List(a)[0]),
        One("val", a => Sequences.List(a)[1]),
        Plain("hash-map", 0, Any, args => Pairs(args)),
        Plain("array-map", 0, Any, args => Pairs(args)),
        Plain("sorted-map", 0, Any, args => PMap.Of(Sequences.Entries(Pairs(args))
            .OrderBy(e => e.Key, Comparer<object?>.Create(Equality.Compare))
            .Select(e => new KeyValuePair<object?, object?>(e.Key, e.Value)))),
        Plain("vector", 0, Any, args => PVec.Own(args.ToArray())),
        Plain("list", 0, Any, args => PSeq.Of(args.ToArray())),
        Plain("hash-set", 0, Any, args => PSet.Of(args.ToArray())),
        One("vec", a => PVec.Of(Sequences.List(a))),
        One("set", a => PSet.Of(Sequences.Of(a))),
        Two("zipmap", (keys, values) => PMap.Of(Sequences.Of(keys).Zip(Sequences.Of(values), (k, v) => new KeyValuePair<object?,
            object?>(k, v)))),
        Plain("conj", 1, Any, args =>
        {
            var made = args[0];
            foreach (var item in args[1..])
            {
                made = Sequences.Conj(made, item);
            }

            return made;
        }),
        Plain("disj", 1, Any, args =>
        {
            var set = args[0] as PSet ?? throw StreamError.Cast(args[0], "a set");
            foreach (var item in args[1..])
            {
                set = set.Remove(item);
            }

            return set;
        }),
        Plain("into", 2, 2, args =>
        {
            var made = args[0];
            foreach (var item in Sequences.Of(args[1]))
            {
                made = Sequences.Conj(made, item);
            }

            return made;
        }),
        Two("set/union", (a, b) => PSet.Of(Sequences.Of(a).Concat(Sequences.Of(b)))),
        Two("set/intersection", (a, b) => PSet.Of(Sequences.Of(a).Where(i => b is PSet set && set.Contains(i)))),
        Two("set/difference", (a, b) => PSet.Of(Sequences.Of(a).Where(i => b is not PSet set || !set.Contains(i)))),
        Two("set/subset?", (a, b) => Truth.Box(Sequences.Of(a).All(i => b is PSet set && set.Contains(i)))),
        Two("set/superset?", (a, b) => Truth.Box(Sequences.Of(b).All(i => a is PSet set && set.Contains(i)))),
        One("count", a => Numbers.Box((long)Sequences.Count(a))),
        new("atom", 1, Any, run => args => new CellState(run, args[0]).Cell),
        One("deref", a => a is Cell cell ? cell.Value : a),
        new("reset!", 2, 2, run => args => Put(run, CellOf(args[0]), args[1])),
        new("swap!", 2, Any, run => args => Put(run, CellOf(args[0]), Applied(args[1], CellOf(args[0]).Value, args[2..]))),
        Plain("compare-and-set!", 3, 3, args =>
        {
            var cell = CellOf(args[0]);
            var isAsExpected = Equality.AreEqual(cell.Value, args[1]);
            cell.Value = isAsExpected ? args[2] : cell.Value;
            return Truth.Box(isAsExpected);
        }),
    ];

    internal static object? Applied(object? function, object? first, ReadOnlySpan<object?> more) =>
        more.Length == 0 ? Rescue.Function(function).Invoke(first) : Rescue.Function(function).Invoke([first, .. more]);

    private static Cell CellOf(object? value) => value as Cell ?? throw StreamError.Cast(value, "an atom or a ref");

    private static object? Put(StreamRun run, Cell cell, object? value)
    {
        if (value is PVec or PSeq or PMap or PSet)
        {
            run.MayHold(Sequences.Count(value));
        }

        return cell.Value = value;
    }

    private static object? NilWhenEmpty(IEnumerable<object?> items) => items.ToArray() is { Length: > 0 } all ? PSeq.Of(all) : null;

    private static PMap Pairs(ReadOnlySpan<object?> args)
    {
        if (args.Length % 2 != 0)
        {
            throw StreamError.Argument($"No value supplied for key: {Printer.Str(args[^1])}");
        }

        var map = PMap.Empty;
        for (var i = 0; i < args.Length; i += 2)
        {
            map = map.Set(args[i], args[i + 1]);
        }

        return map;
    }

    private static object? Assoc(ReadOnlySpan<object?> args)
    {
        if (args.Length % 2 == 0)
        {
            throw StreamError.Argument("assoc expects an even number of arguments after the map");
        }

        var map = args[0];
        for (var i = 1; i < args.Length; i += 2)
        {
            map = Lookup.Assoc(map, args[i], args[i + 1]);
        }

        return map;
    }

    private static object? GetIn(ReadOnlySpan<object?> args)
    {
        var value = args[0];
        foreach (var key in Sequences.Of(args[1]))
        {
            if (!Lookup.TryGet(value, key, out value))
            {
                return args.Length == 3 ? args[2] : null;
            }
        }

        return value;
    }

    private static object AssocIn(object? map, IReadOnlyList<object?> keys, int at, object? value)
    {
        var key = keys.Count == 0 ? null : keys[at];
        return at >= keys.Count - 1
            ? Lookup.Assoc(map, key, value)
            : Lookup.Assoc(map, key, AssocIn(Lookup.Get(map, key), keys, at + 1, value));
    }

    private static object? UpdateIn(ReadOnlySpan<object?> args)
    {
        var old = GetIn([args[0], args[1]]);
        return AssocIn(args[0], Sequences.List(args[1]), 0, Applied(args[2], old, args[3..]));
    }

    private static object? Merge(ReadOnlySpan<object?> args)
    {
        object? made = null;
        foreach (var arg in args)
        {
            made = made is null ? arg : arg is null ? made : Sequences.Conj(made, arg);
        }

        return made;
    }

    private static object? MergeWith(ReadOnlySpan<object?> args)
    {
        object? made = null;
        foreach (var map in args[1..])
        {
            if (made is null)
            {
                made = map;
                continue;
            }

            foreach (var (key, value) in Sequences.Entries(map))
            {
                made = Lookup.Assoc(
                    made, key, Lookup.TryGet(made, key, out var old) ? Rescue.Function(args[0]).Invoke(old, value) : value);
            }
        }

        return made;
    }

    private static PMap SelectKeys(object? map, object? keys)
    {
        var made = PMap.Empty;
        foreach (var key in Sequences.Of(keys))
        {
            if (Lookup.TryGet(map, key, out var value))
            {
                made = made.Set(key, value);
            }
        }

        return made;
    }

    /// <summary>A cell that was made with the program, so that its value is saved with it.</summary>
    private sealed class CellState : IHasState
    {
        public CellState(StreamRun run, object? first)
        {
            Cell = new Cell(first);
            run.Scope?.Nodes.Add(this);
        }

        public Cell Cell { get; }

        public object? Save() => Cell.Value;

        public void Load(object? saved) => Cell.Value = saved;
    }
}
