using System.Diagnostics;
using Reeve.Core.Identity;
using Reeve.Core.Signals;

namespace Reeve.Bench.Rows;

/// <summary>How fast events are dropped that no binding wants, offered by one thread.</summary>
internal sealed class DroppedEvents : IMeasurement
{
    private const int Different = 8192;

    /// <inheritdoc/>
    public string Name => "dropped";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        await using var rig = await Rig.OpenAsync(null, cancellationToken);
        var program = new Answering(_ => null);
        for (var i = 0; i < effort.Bindings; i++)
        {
            rig.Put($"shop-{i}");
            rig.Put($"shop-{i}/web");
            rig.Bind($"binding-{i}", $"shop-{i}", program, i % 2 == 0 ? "cpu" : "memory");
        }

        await rig.StartAsync(cancellationToken);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        var count = effort.Quick ? 500_000 : 5_000_000;
        var step = effort.Bindings / Different;
        var strange = Enumerable.Range(0, Different).Select(i => Rig.Seen($"elsewhere-{i * step}/web", "cpu", 0.5)).ToArray();
        var unwanted = Enumerable.Range(0, Different).Select(i => Rig.Seen($"shop-{i * step}/web", "disk", 0.5)).ToArray();
        var elsewhere = Enumerable
            .Range(0, Different)
            .Select(i => Rig.Seen($"shop-{i * step}/web", i * step % 2 == 0 ? "memory" : "cpu", 0.5))
            .ToArray();
        var figures = new List<Figure>();
        (string, Event[])[] kinds =
        [
            ("of targets nobody knows", strange),
            ("of known targets, service nobody wants", unwanted),
            ("of known targets, service wanted elsewhere", elsewhere),
        ];
        foreach (var (what, events) in kinds)
        {
            Offer(rig, events, count / 4);
            var runs = Enumerable.Range(0, effort.Runs).Select(_ => Offer(rig, events, count)).ToList();
            say(what);
            var title = $"events matched to none of {effort.Bindings:N0} bindings, {what}";
            figures.Add(new Figure(title, "events/s", [.. runs.Select(r => r.PerSecond)])
            {
                Reach = 5_000_000,
                MoreIsBetter = true,
                Note = "one thread offers 8,192 different events in turn to the runtime's door, whole: time, target, index",
            });
            figures.Add(new Figure("– the same by processor time", "events/s", [.. runs.Select(r => r.PerCpuSecond)]));
            figures.Add(new Figure("– allocated for each", "bytes", [.. runs.Select(r => r.Bytes)]));
        }

        return figures;
    }

    private static (double PerSecond, double PerCpuSecond, double Bytes) Offer(Rig rig, Event[] events, int count)
    {
        var runtime = rig.Runtime;
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            if (runtime.Offer(Scope.Default, events[i & (Different - 1)]) != OfferOutcome.Unmatched)
            {
                throw new InvalidOperationException("an event was not dropped");
            }
        }

        var taken = Stopwatch.GetElapsedTime(started);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        return (count / taken.TotalSeconds, count / cpu.TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)count);
    }
}
