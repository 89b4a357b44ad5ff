using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.EventFunctions;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Streams that hand on some events, or choose among their children.</summary>
internal static class FilterFunctions
{
    private const int Any = NativeFn.Any;

    public static IEnumerable<BuiltinDefinition> All =>
    [
        new("where**", 3, 3, run => args => new Where(
            run, Rescue.Function(args[0]), Rescue.Functions(Sequences.Of(args[1])), Rescue.Functions(Sequences.Of(args[2])))),
        new("match", 2, Any, run => args =>
        {
            var (f, pattern, children) = (Rescue.Function(args[0]), args[1], Kids(args, 2));
            return Asked(run, seen => Matching.Holds(pattern, f.Invoke(seen)), children);
        }),
        new("tagged-all", 1, Any, run => args =>
        {
            var (tags, children) = (PSet.Of(Tags(args[0])), Kids(args, 1));
            return Asked(run, seen => HasAll(tags, seen), children);
        }),
        new("tagged-any", 1, Any, run => args =>
        {
            var (tags, children) = (PSet.Of(Tags(args[0])), Kids(args, 1));
            return Asked(run, seen => HasAny(tags, seen), children);
        }),
        new("expired", 0, Any, run => args => Passing(run, seen => Expiry.IsExpired(run, seen), Kids(args, 0))),
        new("not-expired", 0, Any, run => args => Passing(run, seen => !Expiry.IsExpired(run, seen), Kids(args, 0))),
        new("over", 1, Any, run => args => Beyond(run, args, (bound, metric) => StreamNumber.IsLess(bound, metric))),
        new("under", 1, Any, run => args => Beyond(run, args, (bound, metric) => StreamNumber.IsLess(metric, bound))),
        new("sdo", 0, Any, run => args => args.Length == 1 ? Rescue.Function(args[0]) : Passing(run, _ => true, Kids(args, 0))),
        new("call-rescue", 2, 2, run => args =>
        {
            Rescue.Call(run, Rescue.Functions(Sequences.Of(args[1])), args[0]);
            return Truth.True;
        }),
        new("exception-stream*", 2, 2, ExceptionStream),
        new("dual", 3, 3, run => args => Dual(run, Rescue.Function(args[0]), Rescue.Function(args[1]), Rescue.Function(args[2]))),
        new("split*", 0, Any, Split),
        new("splitp*", 2, Any, SplitBy),
        new("by*", 2, 2, run => args => new By(run, Rescue.Functions(Tags(args[0])), Rescue.Function(args[1]))),
        new("by-fn", 2, 2, run => args => new By(run, Rescue.Functions(Tags(args[0])), Rescue.Function(args[1]))),
        new("changed", 1, Any, run => args =>
        {
            var hasOptions = args.Length > 1 && Sequences.IsMap(args[1]);
            var options = hasOptions ? args[1] : null;
            return new Changed(
                run, Rescue.Function(args[0]), Lookup.Get(options, Keyword.Of("init")), Truth.Of(Lookup.Get(options, Keyword.Of("pairs?"))),
                Kids(args, hasOptions ? 2 : 1));
        }),
        new("sreduce", 1, Any, run => args => args.Length == 1 || args[1] is Fn and not (PMap or PVec or PSet or Keyword)
            ? new Reduce(run, Rescue.Function(args[0]), false, null, Kids(args, 1))
            : new Reduce(run, Rescue.Function(args[0]), true, args[1], Kids(args, 2))),
        new("project*", 1, Any, run => args => new Project(run, Rescue.Functions(Sequences.Of(args[0])), Kids(args, 1))),
        new("runs", 2, Any, Runs),
        new("stable", 2, Any, run => args => new Stable(run, Numbers.Of(args[0]), Rescue.Function(args[1]), Kids(args, 2))),
        new("top", 3, 5, Top),
    ];

    // gives true when it held, so that it can stand where a predicate is asked for
    private static PlainNode Asked(StreamRun run, Func<object?, bool> holds, Fn[] children) => new(run, seen =>
    {
        if (!holds(seen))
        {
            return null;
        }

        Rescue.Call(run, children, seen);
        return Truth.True;
    });

    private static PlainNode Passing(StreamRun run, Func<object?, bool> holds, Fn[] children) => new(run, seen =>
    {
        if (holds(seen))
        {
            Rescue.Call(run, children, seen);
        }

        return null;
    });

    private delegate bool Bound(StreamNumber bound, StreamNumber metric);

    private static PlainNode Beyond(StreamRun run, ReadOnlySpan<object?> args, Bound isBeyond)
    {
        var (bound, children) = (args[0], Kids(args, 1));
        var number = Numbers.TryOf(bound);
        return new PlainNode(run, seen =>
        {
            var metric = seen is StreamEvent { Metric.HasValue: true } e
                ? e.Metric
                : Lookup.Get(seen, Keyword.Metric) is { } said && Truth.Of(said) ? Numbers.Of(said) : StreamNumber.None;
            if (metric.HasValue && isBeyond(number.HasValue ? number : Numbers.Of(bound), metric))
            {
                Rescue.Call(run, children, seen);
            }

            return null;
        });
    }

    private static NativeFn.Body ExceptionStream(StreamRun run) => args =>
    {
        var (stream, make) = (Rescue.Function(args[0]), Rescue.Function(args[1]));
        var outer = run.ExceptionStream;
        Fn[] children;
        try
        {
            run.ExceptionStream = stream;
            children = Rescue.Functions(Sequences.Of(make.Invoke()));
        }
        finally
        {
            run.ExceptionStream = outer;
        }

        return new PlainNode(run, seen =>
        {
            var before = run.ExceptionStream;
            run.ExceptionStream = stream;
            try
            {
                Rescue.Call(run, children, seen);
            }
            finally
            {
                run.ExceptionStream = before;
            }

            return null;
        });
    };

    private static PlainNode Dual(StreamRun run, Fn predicate, Fn yes, Fn no) => new(run, seen =>
    {
        var holds = Truth.Of(predicate.Invoke(seen));
        if (Expiry.IsExpired(run, seen))
        {
            Rescue.Call(run, [yes, no], seen);
        }
        else
        {
            Rescue.Call(run, [holds ? no : yes], Expiry.Expire(run, seen));
            Rescue.Call(run, [holds ? yes : no], seen);
        }

        return null;
    });

    // predicates each with its stream; a last one alone takes the rest
    private static NativeFn.Body Split(StreamRun run) => args =>
    {
        var clauses = args.ToArray();
        return new PlainNode(run, seen =>
        {
            for (var i = 0; i < clauses.Length; i += 2)
            {
                var isLast = i + 1 == clauses.Length || clauses[i + 1] is null;
                if (isLast || ReferenceEquals(clauses[i], clauses[i + 1]) || Rescue.Function(clauses[i]).Test(seen))
                {
                    Rescue.Call(run, [Rescue.Function(isLast ? clauses[i] : clauses[i + 1])], seen);
                    break;
                }
            }

            return null;
        });
    };

    private static NativeFn.Body SplitBy(StreamRun run) => args =>
    {
        var (predicate, value) = (Rescue.Function(args[0]), Rescue.Function(args[1]));
        var clauses = Rescue.Functions(args[2..].ToArray());
        return new PlainNode(run, seen =>
        {
            var found = value.Invoke(seen);
            for (var i = 0; i < clauses.Length; i += 2)
            {
                if (i + 1 == clauses.Length)
                {
                    return clauses[i].Invoke(seen);
                }

                if (Truth.Of(predicate.Invoke(clauses[i].Invoke(), found)))
                {
                    return clauses[i + 1].Invoke(seen);
                }
            }

            throw StreamError.Argument($"No matching clause: {Printer.Str(found)}");
        });
    };

    private static NativeFn.Body Runs(StreamRun run) => args =>
    {
        var (length, field, children) = (Numbers.Whole(args[0]), Rescue.Function(args[1]), Kids(args, 2));
        var check = new PlainNode(run, window =>
        {
            var events = Sequences.List(window);
            if (events.Count >= length && length >= 1)
            {
                var first = field.Invoke(events[0]);
                if (events.Skip(1).All(e => Equality.AreEqual(first, field.Invoke(e))) && events[^1] is not null)
                {
                    Rescue.Call(run, children, events[^1]);
                }
            }

            return null;
        });
        return new MovingEventWindow(run, length, [check]);
    };

    private static NativeFn.Body Top(StreamRun run) => args =>
    {
        var (size, of, top) = (Numbers.Whole(args[0]), Rescue.Function(args[1]), Rescue.Function(args[2]));
        var bottom = args.Length > 3 ? Rescue.Function(args[3]) : new PlainNode(run, _ => null);
        var demotes = args.Length == 4 || (args.Length == 5 && Truth.Of(args[4]));
        return Dual(run, new TopK(run, size, of, top, bottom, demotes), top, bottom);
    };
}
