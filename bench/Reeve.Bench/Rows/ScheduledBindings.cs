using System.Collections.Concurrent;
using System.Diagnostics;
using Reeve.Core.Evaluation;
using Reeve.Core.Signals;
using Reeve.Core.Time;

namespace Reeve.Bench.Rows;

/// <summary>Many bindings on a schedule, watched by the real clock for a while.</summary>
internal sealed class ScheduledBindings : IMeasurement
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    public string Name => "schedules";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        var late = new ConcurrentQueue<double>();
        await using var rig = await Rig.OpenAsync(null, cancellationToken);
        var clock = rig.Runtime.Time;
        var program = new Answering(input =>
        {
            late.Enqueue((clock.GetUtcNow() - ((TickSignal)input.Signal!).DueAt).TotalMilliseconds);
            return Verdict.Passed("checked");
        });
        for (var i = 0; i < effort.Bindings; i++)
        {
            rig.Put($"shop-{i}");
            rig.Bind($"binding-{i}", $"shop-{i}", program, schedule: new Schedule.Interval(_period));
        }

        await rig.StartAsync(cancellationToken);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);

        // what the start left over must not count
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellationToken);
        late.Clear();
        say($"watching {effort.Bindings:N0} bindings for {effort.Window.TotalSeconds} s");
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await Task.Delay(effort.Window, TimeProvider.System, cancellationToken);
        var cores = (Environment.CpuUsage.TotalTime - cpu) / Stopwatch.GetElapsedTime(started);
        var samples = late.ToArray();
        var memory = Machine.Kibibytes("/proc/self/status", "VmRSS") / 1024;
        var expected = effort.Bindings * effort.Window / _period;
        return
        [
            new Figure($"{effort.Bindings:N0} bindings every 15 minutes: late at p99", "ms", [Samples.Percentile(samples, 99)])
            {
                Reach = 1000,
                Note = $"real clock for {effort.Window.TotalSeconds} s, phases spread by name; {samples.Length:N0} ticks came, about "
                    + $"{expected:N0} were due; "
                    + $"late is evaluated minus due; most {Table.Number(samples.Max())} ms",
            },
            new Figure("– cores used", "cores", [cores]) { Reach = 1 },
            new Figure("– working set", "MiB", [memory]) { Reach = 1024 },
        ];
    }
}
