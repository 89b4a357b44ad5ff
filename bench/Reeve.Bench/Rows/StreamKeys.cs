using System.Diagnostics;
using Reeve.Languages.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;

namespace Reeve.Bench.Rows;

/// <summary>What one key of a stream program costs in memory, and a hundred programs over the same events; in process.</summary>
internal sealed class StreamKeys : IMeasurement
{
    private const int Keys = 100_000;
    private const int Seconds = 12;
    private const int Policies = 100;

    /// <inheritdoc/>
    public string Name => "stream-keys";

    /// <inheritdoc/>
    public Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        (string What, string Program)[] rows =
        [
            ("by + counter", "(by :host (counter emit))"),
            ("by + stable", "(by :host (stable 5 :state emit))"),
            ("by + ewma-timeless", "(by :host (ewma-timeless 0.2 emit))"),
            ("by + 10-second moving window (10 events)", "(by :host (moving-time-window 10 (smap folds/mean emit)))"),
            ("by + rate", "(by :host (rate 5 emit))"),
        ];
        var figures = new List<Figure>();
        foreach (var (what, program) in rows)
        {
            figures.Add(new Figure($"Memory for each key: {what}", "bytes", [Bytes(program)])
            {
                Note = $"{Keys:N0} hosts, an event a second from each; the events that it keeps count, their texts are shared",
            });
            say(what);
        }

        var (rates, spread) = HundredPrograms(effort);
        figures.Add(new Figure($"{Policies} stream programs over the same events", "M events/s", rates)
        {
            MoreIsBetter = true,
            Note = $"one core; each event goes through all {Policies}; {spread:N1} M evaluations/s",
        });
        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    private static double Bytes(string text)
    {
        var program = StreamProgram.Compile(text, new StreamOptions(), out _)!;
        var hosts = Enumerable.Range(0, Keys).Select(i => $"host-{i}").ToArray();
        var instance = program.Open((_, _) => { }, limits: new StreamLimits { Kept = int.MaxValue, Tasks = int.MaxValue });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var second = 0; second < Seconds; second++)
        {
            foreach (var host in hosts)
            {
                instance.Send(Event(host, second));
            }
        }

        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(instance);
        GC.KeepAlive(hosts);
        return (after - before) / (double)Keys;
    }

    private static (double[] Rates, double Evaluations) HundredPrograms(Effort effort)
    {
        var sent = 0L;
        var instances = Enumerable.Range(0, Policies)
            .Select(i => StreamProgram.Compile(
                $"(where (and (service \"cpu\") (> metric {i / 100.0})) (by :host (ewma-timeless 0.2 (where (> metric 0.99) emit))))",
                new StreamOptions(), out _)!)
            .Select(program => program.Open((_, _) => sent++))
            .ToArray();
        var count = effort.Quick ? 50_000 : 200_000;
        var events = new StreamEvent[count];
        for (var i = 0; i < count; i++)
        {
            events[i] = Event($"host-{i % 1000}", i / 1000, i % 97 / 97.0);
        }

        var rates = new double[effort.Runs];
        for (var run = -1; run < rates.Length; run++)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var seen in events)
            {
                foreach (var instance in instances)
                {
                    instance.Send(seen);
                }
            }

            if (run >= 0)
            {
                rates[run] = count / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6;
            }
        }

        return (rates, Samples.Percentile(rates, 50) * Policies);
    }

    private static StreamEvent Event(string host, long second, double metric = 0.5) => new()
    {
        Host = host,
        Service = "cpu",
        State = "ok",
        Metric = StreamNumber.Of(metric),
        Time = StreamNumber.Of(second),
    };
}
