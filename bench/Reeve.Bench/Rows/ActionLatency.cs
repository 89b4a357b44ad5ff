using System.Collections.Concurrent;
using System.Diagnostics;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Identity;
using Reeve.Core.Signals;

namespace Reeve.Bench.Rows;

/// <summary>
/// How long it takes from an event over the threshold to the actor's call, with all that is recorded between them on disk.
/// </summary>
internal sealed class ActionLatency : IMeasurement
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => "action";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        var events = effort.Quick ? 50 : 400;
        var called = new ConcurrentDictionary<string, TaskCompletionSource<long>>(StringComparer.Ordinal);
        await using var rig = await Rig.OpenAsync(null, cancellationToken);
        rig.Runtime.Actors["note"] = new NotingActor(call => called[call.Target!].TrySetResult(Stopwatch.GetTimestamp()));
        var program = new Answering(input => input.Signal is EventSignal { Event.Metric: > 0.9 } over
            ? Verdict.Found("over", new Finding("cpu is over 0.9", Json.Object(("metric", "cpu"), ("target", over.Event.Target))))
            : Verdict.Passed("over"));
        rig.Put("shop");
        rig.Bind("hot", "shop", program, "cpu", actor: "note");
        await rig.StartAsync(cancellationToken);
        var middle = new List<double>();
        var slow = new List<double>();
        for (var run = 0; run <= (effort.Quick ? 1 : 3); run++)
        {
            var taken = new List<double>();
            for (var i = 0; i < events; i++)
            {
                var path = $"shop/web-{run}-{i}";
                rig.Put(path);
                var noted = called[path] = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
                rig.Runtime.Offer(Scope.Default, Rig.Seen(path, "cpu", 0.5));
                await rig.Runtime.FlushAsync(cancellationToken);
                var seen = Rig.Seen(path, "cpu", 0.95);
                var started = Stopwatch.GetTimestamp();
                rig.Runtime.Offer(Scope.Default, seen);
                taken.Add(Stopwatch.GetElapsedTime(started, await noted.Task.WaitAsync(_patience, cancellationToken)).TotalMilliseconds);
            }

            // the first round warms up
            if (run > 0)
            {
                middle.Add(Samples.Percentile(taken, 50));
                slow.Add(Samples.Percentile(taken, 99));
            }

            say(
                $"{events} events: p50 {Table.Number(Samples.Percentile(taken, 50))} ms, "
                    + $"p99 {Table.Number(Samples.Percentile(taken, 99))} ms");
        }

        return
        [
            new Figure("event over threshold → action started, SQLite, p50", "ms", [.. middle])
            {
                Reach = 5,
                Note = $"{events} events in each run, one after the other, each of another target; the incident, "
                    + "the execution and its step are synced to disk before the actor is called",
            },
            new Figure("– p99", "ms", [.. slow]) { Reach = 25 },
        ];
    }
}
