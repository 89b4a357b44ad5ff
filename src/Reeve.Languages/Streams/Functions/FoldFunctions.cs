using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.BuiltinDefinition;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Folds: one event of many (riemann.folds).</summary>
internal static class FoldFunctions
{
    private delegate StreamNumber Operation(StreamNumber a, StreamNumber b);

    public static IEnumerable<BuiltinDefinition> All =>
    [
        Two("folds/sorted-sample-extract", (events, points) => PSeq.Of(Extract(events, Sequences.List(points)))),
        Two("folds/sorted-sample", (events, points) => SortedSample(events, points)),
        One("folds/non-nil-metrics", events => PSeq.Of(Metrics(events))),
        Two("folds/fold*", (f, events) => FoldStar(Rescue.Function(f), events)),
        Two("folds/fold", (f, events) => Fold(Rescue.Function(f), events)),
        Two("folds/fold-all", (f, events) => FoldAll(Rescue.Function(f), events)),
        Starred("folds/sum*", NumberFunction("+")),
        One("folds/sum", events => Summed(events, StreamNumber.Zero, (a, b) => Numbers.Add(a, b))),
        Starred("folds/product*", NumberFunction("*")),
        One("folds/product", events => Summed(events, StreamNumber.Of(1L), (a, b) => Numbers.Multiply(a, b))),
        Starred("folds/difference*", NumberFunction("-")),
        One("folds/difference", events => FoldAll(NumberFunction("-"), events)),
        Starred("folds/quotient*", NumberFunction("/")),
        One("folds/quotient", Quotient),
        One("folds/quotient-sloppy", events => First(events) is { } first && MetricsOfAll(events).Any(m => Numbers.Of(m).IsZero)
            ? Lookup.Assoc(first, Keyword.Metric, Numbers.Box(0L))
            : Quotient(events)),
        One("folds/mean", Mean),
        One("folds/modes", events => PSeq.Of(Modes(events))),
        One("folds/mode", events => Modes(events).FirstOrDefault()),
        One("folds/median", events => Extract(events, [0.5]).FirstOrDefault()),
        Two("folds/extremum", (f, events) => Extremum(Rescue.Function(f), events)),
        One("folds/minimum", events => Extremum(NumberFunction("<="), events)),
        One("folds/maximum", events => Extremum(NumberFunction(">="), events)),
        One("folds/std-dev", Deviation),
        new("folds/count", 1, 1, run => args => Count(run, args[0])),
    ];

    internal static PSeq SortedSample(object? events, object? points)
    {
        IReadOnlyList<object?> at, names;
        if (points is PVec vector)
        {
            at = vector;
            names = [.. vector.Select(p => (object?)(" " + Printer.Str(p)))];
        }
        else
        {
            var pairs = Sequences.Of(points).Select(Sequences.List).ToList();
            (at, names) = ([.. pairs.Select(p => p[0])], [.. pairs.Select(p => p[1])]);
        }

        return PSeq.Of([.. Extract(events, at).Zip(names, (seen, name) => (object?)Lookup.Assoc(
            seen, Keyword.Service, Printer.Str(Lookup.Get(seen, Keyword.Service)) + Printer.Str(name)))]);
    }

    // the arithmetic of the language itself, so that errors are the same
    private static NativeFn NumberFunction(string name)
    {
        var definition = NumberFunctions.All.First(d => d.Name == name);
        return new NativeFn(name, definition.Least, definition.Most, definition.Make(null!));
    }

    private static object? First(object? events) => Sequences.Of(events).FirstOrDefault();

    private static object? FirstThere(object? events) => Sequences.Of(events).FirstOrDefault(Truth.Of);

    private static IEnumerable<object?> MetricsOfAll(object? events) => Sequences.Of(events).Select(e => Lookup.Get(e, Keyword.Metric));

    private static object?[] Metrics(object? events) => [.. MetricsOfAll(events).Where(m => m is not null)];

    private static object? Reduced(Fn f, IReadOnlyList<object?> metrics)
    {
        if (metrics.Count == 0)
        {
            return f.Invoke();
        }

        var value = metrics[0];
        for (var i = 1; i < metrics.Count; i++)
        {
            value = f.Invoke(value, metrics[i]);
        }

        return value;
    }

    private static BuiltinDefinition Starred(string name, Fn f) => One(name, events => FoldStar(f, events));

    private static object FoldStar(Fn f, object? events) =>
        Lookup.Assoc(First(events), Keyword.Metric, Reduced(f, [.. MetricsOfAll(events)]));

    private static object? Fold(Fn f, object? events) => FirstThere(events) is { } first
        ? Lookup.Assoc(first, Keyword.Metric, Reduced(f, Metrics(events)))
        : null;

    private static object? FoldAll(Fn f, object? events)
    {
        if (First(events) is not { } first)
        {
            return null;
        }

        try
        {
            return Lookup.Assoc(first, Keyword.Metric, Reduced(f, [.. MetricsOfAll(events)]));
        }
        catch (StreamError error) when (error.Kind == StreamError.NullPointer)
        {
            return Described(first, "An event or metric was nil.");
        }
    }

    private static object? Quotient(object? events)
    {
        if (First(events) is not { } first)
        {
            return null;
        }

        try
        {
            return FoldAll(NumberFunction("/"), events);
        }
        catch (StreamError error) when (error.Kind == StreamError.Arithmetic)
        {
            return Described(first, "Can't divide by zero");
        }
    }

    private static object Described(object first, string description) => Lookup.Assoc(
        Lookup.Assoc(first, Keyword.Metric, null), Keyword.Description, description);

    // the commonest folds, without a box for each metric
    private static object? Summed(object? events, StreamNumber sum, Operation operation)
    {
        object? first = null;
        foreach (var seen in Sequences.Of(events))
        {
            if (!Truth.Of(seen))
            {
                continue;
            }

            first ??= seen;
            if (seen is StreamEvent { Metric.HasValue: true } e)
            {
                sum = operation(sum, e.Metric);
            }
            else if (Lookup.Get(seen, Keyword.Metric) is { } metric)
            {
                sum = operation(sum, Numbers.Of(metric));
            }
        }

        return first is null ? null : WithMetric(first, sum);
    }

    private static object? Mean(object? events)
    {
        object? first = null;
        var (sum, count) = (StreamNumber.Zero, 0L);
        if (events is PVec vector)
        {
            foreach (var seen in vector.Span)
            {
                Take(seen, ref first, ref sum, ref count);
            }
        }
        else
        {
            foreach (var seen in Sequences.Of(events))
            {
                Take(seen, ref first, ref sum, ref count);
            }
        }

        return count == 0 ? null : WithMetric(first!, Numbers.Divide(sum, StreamNumber.Of(count)));
    }

    private static void Take(object? seen, ref object? first, ref StreamNumber sum, ref long count)
    {
        if (seen is null)
        {
            return;
        }

        first ??= seen;
        if (seen is StreamEvent { Metric.HasValue: true } e)
        {
            sum = count++ == 0 ? e.Metric : Numbers.Add(sum, e.Metric);
        }
        else if (Lookup.Get(seen, Keyword.Metric) is { } metric)
        {
            sum = count++ == 0 ? Numbers.Of(metric) : Numbers.Add(sum, Numbers.Of(metric));
        }
    }

    private static object WithMetric(object seen, in StreamNumber metric) =>
        seen is StreamEvent e ? e.WithMetric(metric) : Lookup.Assoc(seen, Keyword.Metric, Numbers.Box(metric));

    private static List<object?> Extract(object? events, IReadOnlyList<object?> points)
    {
        var sorted = Sequences.Of(events).Where(e => Truth.Of(Lookup.Get(e, Keyword.Metric)))
            .Select(e => (Metric: Lookup.Get(e, Keyword.Metric), Event: e)).ToList();
        if (sorted.Count == 0)
        {
            return [];
        }

        var order = sorted.Count == 1
            ? sorted
            : [.. sorted.OrderBy(s => Numbers.Of(s.Metric), Comparer<StreamNumber>.Create((x, y) => StreamNumber.Compare(x, y)))];
        return [.. points.Select(point =>
        {
            var at = (long)Math.Floor(Numbers.Multiply(StreamNumber.Of((long)sorted.Count), Numbers.Of(point)).ToDouble());
            return at >= 0
                ? order[(int)Math.Min(sorted.Count - 1, at)].Event
                : throw new StreamError(StreamError.OutOfBounds, "a point is at least 0");
        })];
    }

    private static List<object?> Modes(object? events)
    {
        var groups = PMap.Empty;
        foreach (var seen in Sequences.Of(events))
        {
            var metric = Lookup.Get(seen, Keyword.Metric);

            // the newest is kept in front, as the lists of the original are made
            var (count, _) = groups.TryGet(metric, out var known) ? ((int, object?))known! : (0, null);
            groups = groups.Set(metric, (count + 1, seen));
        }

        var all = groups.Select(g => ((int Count, object? Event))g.Value!).ToList();
        var most = all.Count == 0 ? 0 : all.Max(g => g.Count);
        return [.. all.Where(g => g.Count == most).Select(g => g.Event)];
    }

    private static object? Extremum(Fn comparison, object? events)
    {
        object? best = null;
        foreach (var seen in Sequences.Of(events))
        {
            var metric = Lookup.Get(seen, Keyword.Metric);
            if (metric is not null && (best is null || Truth.Of(comparison.Invoke(metric, Lookup.Get(best, Keyword.Metric)))))
            {
                best = seen;
            }
        }

        return best;
    }

    private static object? Deviation(object? events)
    {
        if (FirstThere(events) is not { } first)
        {
            return null;
        }

        var samples = Metrics(events);
        var count = StreamNumber.Of((long)samples.Length);
        var sum = samples.Aggregate(StreamNumber.Zero, (s, m) => Numbers.Add(s, Numbers.Of(m)));
        var mean = Numbers.Divide(sum, count);
        var squares = samples.Sum(m => Math.Pow(Numbers.Subtract(Numbers.Of(m), mean).ToDouble(), 2));
        return Lookup.Assoc(first, Keyword.Metric, Math.Sqrt(squares / samples.Length));
    }

    private static object Count(StreamRun run, object? events)
    {
        var there = Sequences.Of(events).Where(e => e is not null).ToList();
        if (there.Count > 0)
        {
            return Lookup.Assoc(there[0], Keyword.Metric, Numbers.Box((long)there.Count));
        }

        var builder = default(EventBuilder);
        builder.Set(Keyword.Metric, Numbers.Box(0L));
        builder.Set(Keyword.Time, Numbers.Box((long)Math.Floor(run.Now.ToDouble() + 0.5)));
        return builder.ToEvent();
    }
}
