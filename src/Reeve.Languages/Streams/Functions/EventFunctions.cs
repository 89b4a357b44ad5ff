using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.BuiltinDefinition;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Streams that change events, and what programs ask of events.</summary>
internal static class EventFunctions
{
    private const int Any = NativeFn.Any;

    public static IEnumerable<BuiltinDefinition> All =>
    [
        new("expired?", 1, 1, run => args => Truth.Box(Expiry.IsExpired(run, args[0]))),
        new("expire", 1, 1, run => args => Expiry.Expire(run, args[0])),
        new("event", 1, 1, run => args => Made(run, args[0])),
        new("unix-time", 0, 0, run => _ => Numbers.Box(run.Now)),
        new("linear-time", 0, 0, run => _ => Numbers.Box(run.Now)),
        Two("match*", (pattern, value) => Matching.Value(pattern, value)),
        Two("tagged-all?", (tags, seen) => Truth.Box(HasAll(PSet.Of(Sequences.Of(tags)), seen))),
        Two("tagged-any?", (tags, seen) => Truth.Box(HasAny(PSet.Of(Sequences.Of(tags)), seen))),
        new("smap", 1, Any, run => args => Smap(run, Rescue.Function(args[0]), Kids(args, 1))),
        new("smap*", 1, Any, run => args => SmapAll(run, Rescue.Function(args[0]), Kids(args, 1))),
        new("smapcat", 1, Any, run => args =>
        {
            var (f, children) = (Rescue.Function(args[0]), Kids(args, 1));
            return new PlainNode(run, seen => ForEach(run, children, f.Invoke(seen)));
        }),
        new("sflatten", 0, Any, run => args =>
        {
            var children = Kids(args, 0);
            return new PlainNode(run, seen => ForEach(run, children, seen));
        }),
        new("with", 1, Any, With),
        new("default", 1, Any, Default),
        new("adjust", 1, Any, Adjust),
        new("scale", 1, Any, run => args =>
        {
            var (factor, children) = (Numbers.Of(args[0]), Kids(args, 1));
            return new PlainNode(run, seen =>
            {
                var metric = Lookup.Get(seen, Keyword.Metric);
                Rescue.Call(run, children, Lookup.Assoc(
                    seen, Keyword.Metric, Truth.Of(metric) ? Numbers.Box(Numbers.Multiply(Numbers.Of(metric), factor)) : null));
                return null;
            });
        }),
        new("tag", 1, Any, run => args =>
        {
            var (tags, children) = (Tags(args[0]), Kids(args, 1));
            return new PlainNode(run, seen =>
            {
                var all = new HashSet<object>(Equality.Comparer);
                var distinct = tags.Concat(Sequences.Of(Lookup.Get(seen, Keyword.Tags))).Where(t => all.Add(t ?? NilKey.Instance));
                Rescue.Call(run, children, Lookup.Assoc(seen, Keyword.Tags, PSeq.Of([.. distinct])));
                return null;
            });
        }),
        new("untag", 1, Any, run => args =>
        {
            var (tags, children) = (PSet.Of(Tags(args[0])), Kids(args, 1));
            return new PlainNode(run, seen =>
            {
                var rest = Sequences.Of(Lookup.Get(seen, Keyword.Tags)).Where(t => !Truth.Of(tags.Invoke(t)));
                Rescue.Call(run, children, Lookup.Assoc(seen, Keyword.Tags, PSeq.Of([.. rest])));
                return null;
            });
        }),
    ];

    internal static Fn[] Kids(ReadOnlySpan<object?> args, int from) => args.Length <= from ? [] : Rescue.Functions(args[from..].ToArray());

    /// <summary>A tag, or tags in lists of lists.</summary>
    internal static List<object?> Tags(object? tags)
    {
        var all = new List<object?>();
        Flatten(tags, all, 0);
        return all;
    }

    internal static bool HasAll(PSet tags, object? seen)
    {
        var there = PSet.Of(Sequences.Of(Lookup.Get(seen, Keyword.Tags)));
        return tags.All(there.Contains);
    }

    internal static bool HasAny(PSet tags, object? seen) => Sequences.Of(Lookup.Get(seen, Keyword.Tags)).Any(tags.Contains);

    private static void Flatten(object? value, List<object?> into, int depth)
    {
        if (value is (PVec or PSeq) and IReadOnlyList<object?> list && depth < 100)
        {
            foreach (var item in list)
            {
                Flatten(item, into, depth + 1);
            }
        }
        else
        {
            into.Add(value);
        }
    }

    private static object? Made(StreamRun run, object? map)
    {
        var time = Lookup.Get(map, Keyword.Time) is { } said ? Numbers.Of(said) : run.Now;
        var whole = Numbers.Box((long)Math.Floor(time.ToDouble() + 0.5));
        var made = Lookup.Assoc(map ?? PMap.Empty, Keyword.Time, whole);
        return Lookup.TryEvent(made) ?? made;
    }

    private static PlainNode Smap(StreamRun run, Fn f, Fn[] children) => new(run, seen =>
    {
        if (f.Invoke(seen) is { } value)
        {
            Rescue.Call(run, children, value);
        }

        return null;
    });

    // the original makes the value once more for each child, which a function with a memory notices
    private static PlainNode SmapAll(StreamRun run, Fn f, Fn[] children)
    {
        Fn[][] each = [.. children.Select(c => (Fn[])[c])];
        return new PlainNode(run, seen =>
        {
            foreach (var child in each)
            {
                Rescue.Call(run, child, f.Invoke(seen));
            }

            return null;
        });
    }

    private static object? ForEach(StreamRun run, Fn[] children, object? events)
    {
        foreach (var seen in Sequences.Of(events))
        {
            run.Step();
            Rescue.Call(run, children, seen);
        }

        return null;
    }

    private static NativeFn.Body With(StreamRun run) => args =>
    {
        var (pairs, from) = Changes(args, "with");
        var children = Kids(args, from);
        return new PlainNode(run, seen =>
        {
            Rescue.Call(run, children, pairs.Length == 0 ? seen : seen is PVec many ? PVec.Own([.. many.Select(e => Set(e, pairs))])
                : Set(seen, pairs));
            return null;
        });
    };

    private static object? Set(object? seen, (object? Key, object? Value)[] pairs)
    {
        if (seen is StreamEvent e && pairs.All(p => p.Key is Keyword))
        {
            var builder = new EventBuilder(e);
            foreach (var (key, value) in pairs)
            {
                builder.Set((Keyword)key!, value);
            }

            return builder.ToEvent();
        }

        foreach (var (key, value) in pairs)
        {
            seen = value is null ? Lookup.Dissoc(seen, key) : Lookup.Assoc(seen, key, value);
        }

        return seen;
    }

    private static NativeFn.Body Default(StreamRun run) => args =>
    {
        var (pairs, from) = Changes(args, "default");
        var children = Kids(args, from);
        return new PlainNode(run, seen =>
        {
            var changed = seen;
            foreach (var (key, value) in pairs)
            {
                if (Lookup.Get(changed, key) is null)
                {
                    changed = value is null && changed is StreamEvent ? changed : Lookup.Assoc(changed, key, value);
                }
            }

            Rescue.Call(run, children, changed);
            return null;
        });
    };

    // a map of fields, or one field and its value
    private static ((object? Key, object? Value)[] Pairs, int From) Changes(ReadOnlySpan<object?> args, string name)
    {
        if (Sequences.IsMap(args[0]))
        {
            return ([.. Sequences.Entries(args[0]).Select(e => (e.Key, e.Value))], 1);
        }

        return args.Length >= 2
            ? ([(args[0], args[1])], 2)
            : throw StreamError.Argument($"`{name}` takes a map, or a field and its value");
    }

    private static NativeFn.Body Adjust(StreamRun run) => args =>
    {
        if (args[0] is not PVec how)
        {
            return Smap(run, Rescue.Function(args[0]), Kids(args, 1));
        }

        var (field, f, more, children) = (how[0], Rescue.Function(how[1]), how.Skip(2).ToArray(), Kids(args, 1));
        return new PlainNode(run, seen =>
        {
            var value = f.Invoke([Rescue.Function(field).Invoke(seen), .. more]);
            Rescue.Call(run, children, Lookup.Assoc(seen, field, value));
            return null;
        });
    };
}
