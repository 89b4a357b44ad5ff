using System.Diagnostics;
using Reeve.Languages.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;

namespace Reeve.Bench.Rows;

/// <summary>
/// Stream programs in process on one core: events of 10,000 hosts, made before, each host once a second; names are shared, as the wire's
/// cache of texts hands them out.
/// </summary>
internal sealed class StreamPrograms : IMeasurement
{
    private const int Hosts = 10_000;

    /// <inheritdoc/>
    public string Name => "streams";

    /// <inheritdoc/>
    public Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        const string Stable = "(by :host (stable 5 :state emit))";
        IReadOnlyList<(string What, string Program, int StateFor, double? Reach)> rows =
        [
            ("a filter", "(where (and (service \"cpu\") (> metric 0.9)) emit)", 1, 15),
            ("by + 10-second moving window with a mean", "(by :host (moving-time-window 10 (smap folds/mean emit)))", 1, 2),
            ("by + stable, states that last 50 s", Stable, 50, 8),
            ("by + stable, states that last 6 s", Stable, 6, null),
            ("by + ewma-timeless", "(by :host (ewma-timeless 0.2 emit))", 1, 8),
        ];
        var figures = new List<Figure>();
        foreach (var (what, program, stateFor, reach) in rows)
        {
            var (rates, bytes) = Measure(effort, program, stateFor);
            say(what);
            figures.Add(new Figure($"Stream program: {what}", "M events/s", rates)
            {
                Reach = reach,
                MoreIsBetter = true,
                Note = $"one core, {Hosts} hosts; {bytes} bytes allocated an event",
            });
        }

        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    private static (double[] Rates, long Bytes) Measure(Effort effort, string text, int stateFor)
    {
        var program = StreamProgram.Compile(text, new StreamOptions(), out _)!;
        var count = effort.Quick ? 500_000 : 3_000_000;
        var sent = 0L;
        var instance = program.Open((_, _) => sent++, limits: new StreamLimits { Kept = int.MaxValue });
        var events = new StreamEvent[count];
        var hosts = Enumerable.Range(0, Hosts).Select(i => $"host-{i}").ToArray();
        var rates = new List<double>();
        var bytes = 0L;
        var second = 0L;
        for (var run = 0; run < effort.Runs + 1; run++)
        {
            for (var i = 0; i < count; i++)
            {
                var time = second + (i / Hosts);
                events[i] = new StreamEvent
                {
                    Host = hosts[i % Hosts],
                    Service = "cpu",
                    State = (time + i) / stateFor % 2 == 0 ? "ok" : "high",
                    Metric = StreamNumber.Of(i % 100 / 100.0),
                    Time = StreamNumber.Of(time),
                };
            }

            second += count / Hosts;
            GC.Collect();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            foreach (var seen in events)
            {
                instance.Send(seen);
            }

            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (run > 0)
            {
                rates.Add(count / seconds / 1e6);
                bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
            }
        }

        return ([.. rates], bytes);
    }
}
