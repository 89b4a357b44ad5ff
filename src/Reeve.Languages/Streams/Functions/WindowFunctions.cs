using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.EventFunctions;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Windows, rates and averages.</summary>
internal static class WindowFunctions
{
    private const int Any = NativeFn.Any;

    public static IEnumerable<BuiltinDefinition> All =>
    [
        new("moving-event-window", 1, Any, run => args => new MovingEventWindow(run, Numbers.Whole(args[0]), Kids(args, 1))),
        new("fixed-event-window", 1, Any, run => args => new FixedEventWindow(run, Numbers.Of(args[0]), Kids(args, 1))),
        new("moving-time-window", 1, Any, run => args => new MovingTimeWindow(run, Numbers.Of(args[0]), Kids(args, 1))),
        new("fixed-time-window", 1, Any, run => args => new FixedTimeWindow(run, Numbers.Of(args[0]), false, Kids(args, 1))),
        new("fixed-offset-time-window", 1, Any, run => args => new FixedTimeWindow(run, Numbers.Of(args[0]), true, Kids(args, 1))),
        new("rate", 1, Any, run => args => new Rate(run, Numbers.Of(args[0]), Kids(args, 1))),
        new("ddt", 0, Any, run => args => args.Length > 0 && Numbers.IsNumber(args[0])
            ? new DdtByInterval(run, Numbers.Of(args[0]), Kids(args, 1))
            : new DdtOfEvents(run, Kids(args, 0))),
        new("ddt-real", 1, Any, run => args => new DdtByInterval(run, Numbers.Of(args[0]), Kids(args, 1))),
        new("ddt-events", 0, Any, run => args => new DdtOfEvents(run, Kids(args, 0))),
        new("ewma-timeless", 1, Any, run => args => new EwmaTimeless(run, Numbers.Of(args[0]), Kids(args, 1))),
        new("ewma", 1, Any, run => args => new Ewma(run, Numbers.Of(args[0]), Kids(args, 1))),
        new("counter", 0, Any, run => args => args.Length > 0 && Numbers.IsNumber(args[0])
            ? new Counter(run, Numbers.Of(args[0]), Kids(args, 1))
            : new Counter(run, StreamNumber.Zero, Kids(args, 0))),
        new("sum-over-time", 0, Any, run => args => new SumOverTime(run, Kids(args, 0))),

        // as in the original, whose sum begins as nil and so fails with each event
        new("mean-over-time", 1, 1, run => _ => new PlainNode(run, _ => throw StreamError.Nil())),
        new("coalesce", 0, Any, run => args => args.Length > 0 && Numbers.IsNumber(args[0])
            ? new Coalesce(run, Numbers.Of(args[0]), Kids(args, 1))
            : new Coalesce(run, StreamNumber.Of(1L), Kids(args, 0))),
        new("coalesce-with-event", 2, 2, run => args => new CoalesceWithEvent(run, Rescue.Function(args[0]), Rescue.Function(args[1]))),
        new("clock-skew", 0, Any, ClockSkew),
        new("predict-linear", 2, Any, PredictLinear),
    ];

    private static NativeFn.Body ClockSkew(StreamRun run) => args =>
    {
        var children = Kids(args, 0);
        var stamp = Keyword.Of("riemann.streams/clock-skew-timestamp");
        var judge = new NativeFn("clock-skew", 2, 2, given =>
        {
            var seen = given[0];
            if (Expiry.IsExpired(run, seen))
            {
                Rescue.Call(run, children, seen);
                return null;
            }

            // where the clock of each host stands now
            var clocks = Sequences.Of(given[1]).Where(e => Truth.Of(Lookup.Get(e, Keyword.Time))).Select(e => Numbers.Add(
                Numbers.Of(Lookup.Get(e, Keyword.Time)), Numbers.Subtract(run.Now, Numbers.Of(Lookup.Get(e, stamp)))))
                .Order(Comparer<StreamNumber>.Create((x, y) => StreamNumber.Compare(x, y))).ToList();
            var delta = clocks.Count == 0
                ? StreamNumber.Zero
                : Numbers.Subtract(Numbers.Of(Lookup.Get(seen, Keyword.Time)), clocks[clocks.Count / 2]);
            Rescue.Call(run, children, Lookup.Assoc(Lookup.Dissoc(seen, stamp), Keyword.Metric, Numbers.Box(delta)));
            return null;
        });
        var all = new CoalesceWithEvent(run, Keyword.Host, judge);
        return new PlainNode(run, seen =>
        {
            Rescue.Call(run, [all], Lookup.Assoc(seen, stamp, Numbers.Box(run.Now)));
            return null;
        });
    };

    // a line through the last n events, as it will be s seconds on; made anew after r seconds at the earliest
    private static NativeFn.Body PredictLinear(StreamRun run) => args =>
    {
        var (size, ahead) = (Numbers.Whole(args[0]), Numbers.Of(args[1]));
        if (size <= 1)
        {
            throw new StreamError(StreamError.Assertion, "predict-linear: n must be above 1");
        }

        var hasPause = args.Length > 2 && Numbers.IsNumber(args[2]);
        var pause = hasPause ? Numbers.Of(args[2]) : StreamNumber.Zero;
        var children = Kids(args, hasPause ? 3 : 2);
        var (slope, intercept, made) = (StreamNumber.Zero, StreamNumber.Zero, StreamNumber.None);
        var predict = new PlainNode(run, window =>
        {
            var events = Sequences.List(window);
            if (events.Count < 2)
            {
                return null;
            }

            if (pause.IsZero || !made.HasValue || StreamNumber.IsLess(pause, Numbers.Subtract(run.Now, made)))
            {
                (slope, intercept) = Line(events);
                made = run.Now;
            }

            var last = events[^1];
            var at = Numbers.Add(Numbers.Of(Lookup.Get(last, Keyword.Time)), ahead);
            var prediction = Numbers.Add(intercept, Numbers.Multiply(at, slope));
            Rescue.Call(run, children, Lookup.Assoc(last, Keyword.Metric, Numbers.Box(prediction)));
            return null;
        });
        return new MovingEventWindow(run, size, [predict]);
    };

    private static (StreamNumber Slope, StreamNumber Intercept) Line(IReadOnlyList<object?> events)
    {
        var count = StreamNumber.Of((long)events.Count);
        var times = events.Select(e => Numbers.Of(Lookup.Get(e, Keyword.Time))).ToList();
        var metrics = events.Select(e => Numbers.Of(Lookup.Get(e, Keyword.Metric))).ToList();
        var time = Numbers.Divide(Sum(times), count);
        var metric = Numbers.Divide(Sum(metrics), count);
        var across = Sum(times.Zip(metrics, (t, m) => Numbers.Multiply(Numbers.Subtract(t, time), Numbers.Subtract(m, metric))));
        var along = Sum(times.Select(t => Numbers.Multiply(Numbers.Subtract(t, time), Numbers.Subtract(t, time))));
        var slope = Numbers.Divide(across, along);
        return (slope, Numbers.Subtract(metric, Numbers.Multiply(slope, time)));
    }

    private static StreamNumber Sum(IEnumerable<StreamNumber> numbers) => numbers.Aggregate(StreamNumber.Zero, (a, b) => Numbers.Add(a, b));
}
