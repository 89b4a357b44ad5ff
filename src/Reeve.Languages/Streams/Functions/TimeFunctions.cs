using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.EventFunctions;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Streams that gather over spans of time, hold back, or fill gaps.</summary>
internal static class TimeFunctions
{
    private const int Any = NativeFn.Any;

    public static IEnumerable<BuiltinDefinition> All =>
    [
        new("throttle", 2, Any, Throttle),
        new("rollup", 2, Any, Rollup),
        new("batch", 2, Any, Batch),
        new("apdex*", 3, Any, Apdex),
        new("percentiles", 2, Any, run => args =>
        {
            var (points, children) = (args[1], Kids(args, 2));
            return Gathering(run, Numbers.Of(args[0]), _ => true, events =>
            {
                foreach (var seen in FoldFunctions.SortedSample(events, points))
                {
                    Rescue.Call(run, children, seen);
                }
            });
        }),
        new("fold-interval", 3, Any, run => args => FoldInterval(run, Numbers.Of(args[0]), args[1], Rescue.Function(args[2]),
            Kids(args, 3))),
        new("fold-interval-metric", 2, Any, run => args => FoldInterval(
            run, Numbers.Of(args[0]), Keyword.Metric, Rescue.Function(args[1]), Kids(args, 2))),
        new("fill-in", 2, Any, run => args =>
        {
            var otherwise = args[1];
            return new FillIn(run, Numbers.Of(args[0]), _ => otherwise, startsAtOnce: true, Kids(args, 2));
        }),
        new("fill-in-last", 2, Any, run => args =>
        {
            var update = args[1];
            return new FillIn(run, Numbers.Of(args[0]), last => Merged(last, update), startsAtOnce: false, Kids(args, 2));
        }),
        new("fill-in-last*", 2, Any, run => args =>
        {
            var update = Rescue.Function(args[1]);
            return new FillIn(run, Numbers.Of(args[0]), update.Invoke, startsAtOnce: false, Kids(args, 2));
        }),
        new("interpolate-constant", 1, Any, run => args => new InterpolateConstant(run, Numbers.Of(args[0]), Kids(args, 1))),
        new("periodically-until-expired", 1, 3, Periodically),
        new("part-time-simple", 4, 5, PartTime),
        new("part-time-fast", 4, 4, run => args =>
        {
            var (create, add, finish) = (Rescue.Function(args[1]), Rescue.Function(args[2]), Rescue.Function(args[3]));
            return new PartTimeFast(
                run, Numbers.Of(args[0]), () => create.Invoke(), (bin, seen) => add.Invoke(bin, seen),
                (bin, start, end) => finish.Invoke(bin, Numbers.Box(start), Numbers.Box(end)));
        }),
        new("next-tick", 2, 3, run => args => Numbers.Box(PartTimeSimple.NextTick(
            Numbers.Of(args[0]), Numbers.Of(args[1]), args.Length == 3 ? Numbers.Of(args[2]) : run.Now))),
        new("once!", 2, 2, run => args => Later(run, Numbers.Of(args[0]), Rescue.Function(args[1]))),
        new("after!", 2, 2, run => args => Later(run, Numbers.Add(run.Now, Numbers.Of(args[0])), Rescue.Function(args[1]))),
        new("every!", 2, 3, run => args =>
        {
            var f = Rescue.Function(args[^1]);
            run.Keep(1);
            return run.Scheduler.Every(Numbers.Of(args[0]), args.Length == 3 ? Numbers.Of(args[1]) : StreamNumber.Zero, () => f.Invoke());
        }),
        BuiltinDefinition.One("cancel", task =>
        {
            (task as StreamTask ?? throw StreamError.Cast(task, "a task")).Cancel();
            return null;
        }),
        new("defer", 2, 2, run => args =>
        {
            var task = args[0] as StreamTask ?? throw StreamError.Cast(args[0], "a task");
            if (!task.Interval.HasValue)
            {
                throw StreamError.Argument("only a task of `every!` can be put off");
            }

            run.Scheduler.Defer(task, Numbers.Of(args[1]));
            return null;
        }),
    ];

    private static StreamTask Later(StreamRun run, in StreamNumber at, Fn f)
    {
        run.Keep(1);
        return run.Scheduler.Once(at, () =>
        {
            run.Keep(-1);
            f.Invoke();
        });
    }

    private static object? Merged(object? last, object? update)
    {
        foreach (var (key, value) in Sequences.Entries(update))
        {
            last = Lookup.Assoc(last, key, value);
        }

        return last;
    }

    private static NativeFn.Body Throttle(StreamRun run) => args =>
    {
        var (most, span, children) = (Numbers.Of(args[0]), Numbers.Of(args[1]), Kids(args, 2));
        return new PartTimeSimple(
            run, span, _ => Numbers.Box(0L), (sent, _) => Numbers.Box((long)sent! + 1),
            (sent, seen) =>
            {
                if (!StreamNumber.IsLess(most, Numbers.Of(sent)))
                {
                    Rescue.Call(run, children, seen);
                }
            },
            (_, _, _) => { });
    };

    // the window is how many went out and what waits
    private static NativeFn.Body Rollup(StreamRun run) => args =>
    {
        var (most, span, children) = (Numbers.Of(args[0]), Numbers.Of(args[1]), Kids(args, 2));
        return new PartTimeSimple(
            run, span,
            window =>
            {
                var waiting = window is PVec old ? ((PVec)old[1]!).Count : 0;
                run.Keep(-waiting);
                return PVec.Own([Numbers.Box(waiting == 0 ? 0L : 1L), PVec.Empty]);
            },
            (window, seen) =>
            {
                var (sent, buffer) = ((long)((PVec)window!)[0]!, (PVec)((PVec)window)[1]!);
                if (StreamNumber.IsLess(StreamNumber.Of(sent), most))
                {
                    return PVec.Own([Numbers.Box(sent + 1), buffer]);
                }

                run.Keep(1);
                return PVec.Own([Numbers.Box(sent + 1), buffer.Add(seen)]);
            },
            (window, seen) =>
            {
                if (StreamNumber.IsAtMost(Numbers.Of(((PVec)window!)[0]), most))
                {
                    Rescue.Call(run, children, PVec.Own([seen]));
                }
            },
            (window, _, _) =>
            {
                if (((PVec)window!)[1] is PVec { Count: > 0 } buffer)
                {
                    Rescue.Call(run, children, buffer);
                }
            });
    };

    // the window is what waits, and a batch that has just become full
    private static NativeFn.Body Batch(StreamRun run) => args =>
    {
        var (size, span, children) = (Numbers.Of(args[0]), Numbers.Of(args[1]), Kids(args, 2));
        return new PartTimeSimple(
            run, span, _ => PVec.Own([PVec.Empty, null]),
            (window, seen) =>
            {
                run.Keep(1);
                var batch = ((PVec)((PVec)window!)[0]!).Add(seen);
                if (!StreamNumber.IsAtMost(size, StreamNumber.Of((long)batch.Count)))
                {
                    return PVec.Own([batch, null]);
                }

                run.Keep(-batch.Count);
                return PVec.Own([PVec.Empty, batch]);
            },
            (window, _) =>
            {
                if (((PVec)window!)[1] is { } done)
                {
                    Rescue.Call(run, children, done);
                }
            },
            (window, _, _) =>
            {
                if (((PVec)window!)[0] is PVec { Count: > 0 } batch)
                {
                    run.Keep(-batch.Count);
                    Rescue.Call(run, children, batch);
                }
            });
    };

    // the window is the last event, and how many were satisfied, tolerated or neither
    private static NativeFn.Body Apdex(StreamRun run) => args =>
    {
        var (satisfied, tolerated, children) = (Rescue.Function(args[1]), Rescue.Function(args[2]), Kids(args, 3));
        return new PartTimeSimple(
            run, Numbers.Of(args[0]), _ => PVec.Own([null, 0L, 0L, 0L]),
            (window, seen) =>
            {
                if (Expiry.IsExpired(run, seen))
                {
                    return window;
                }

                var counts = ((PVec)window!).Span.ToArray();
                var kind = satisfied.Test(seen) ? 1 : tolerated.Test(seen) ? 2 : 3;
                counts[0] = seen;
                counts[kind] = (long)counts[kind]! + 1;
                return PVec.Own(counts);
            },
            (_, _) => { },
            (window, _, _) =>
            {
                var counts = (PVec)window!;
                var (good, fair, all) = ((long)counts[1]!, (long)counts[2]!, (long)counts[1]! + (long)counts[2]! + (long)counts[3]!);
                if (all > 0)
                {
                    var half = Numbers.Divide(StreamNumber.Of(fair), StreamNumber.Of(2L));
                    var score = Numbers.Divide(Numbers.Add(StreamNumber.Of(good), half), StreamNumber.Of(all));
                    Rescue.Call(run, children, Lookup.Assoc(counts[0], Keyword.Metric, Numbers.Box(score)));
                }
            });
    };

    private static PartTimeFast Gathering(StreamRun run, in StreamNumber interval, Func<object?, bool> wants, Action<PVec> finish) => new(
        run, interval, () => new Cell(PVec.Empty),
        (cell, seen) =>
        {
            if (wants(seen))
            {
                run.Keep(1);
                ((Cell)cell!).Value = ((PVec)((Cell)cell).Value!).Add(seen);
            }
        },
        (cell, _, _) =>
        {
            var events = (PVec)((Cell)cell!).Value!;
            run.Keep(-events.Count);
            finish(events);
        });

    private static PartTimeFast FoldInterval(StreamRun run, in StreamNumber interval, object? field, Fn folder, Fn[] children)
    {
        var key = Rescue.Function(field);
        return Gathering(run, interval, seen => Truth.Of(key.Invoke(seen)), events =>
        {
            var folded = folder.Invoke(PSeq.Of(PVec.Own([.. events.Select(e => key.Invoke(e))])));
            Rescue.Call(run, children, Lookup.Assoc(events.Count == 0 ? null : events[^1], field, folded));
        });
    }

    private static NativeFn.Body Periodically(StreamRun run) => args =>
    {
        var f = Rescue.Function(args[^1]);
        var interval = args.Length > 1 ? Numbers.Of(args[0]) : StreamNumber.Of(1L);
        var delay = args.Length > 2 ? Numbers.Of(args[1]) : StreamNumber.Zero;
        return new PeriodicNode(run, new Periodic(run, interval, delay, () => f.Invoke()));
    };

    // (part-time-simple dt reset add finish) or (part-time-simple dt reset add side-effects finish)
    private static NativeFn.Body PartTime(StreamRun run) => args =>
    {
        var (reset, add, finish) = (Rescue.Function(args[1]), Rescue.Function(args[2]), Rescue.Function(args[^1]));
        var aside = args.Length == 5 ? Rescue.Function(args[3]) : null;
        return new PartTimeSimple(
            run, Numbers.Of(args[0]), reset.Invoke, (window, seen) => add.Invoke(window, seen), (window, seen) => aside?.Invoke(window,
                seen),
            (window, start, end) => finish.Invoke(window, Numbers.Box(start), Numbers.Box(end)));
    };

    private sealed class PeriodicNode : StreamNode, IHasState
    {
        private readonly Periodic _periodic;

        public PeriodicNode(StreamRun run, Periodic periodic)
            : base(run)
        {
            _periodic = periodic;
            Enrol(this);
        }

        public override object? Send(object? seen)
        {
            _periodic.Take(seen);
            return null;
        }

        public object? Save() => _periodic.Save();

        public void Load(object? saved) => _periodic.Load(saved);
    }
}
