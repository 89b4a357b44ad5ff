using System.Diagnostics;
using Reeve.Core.Identity;
using Reeve.Core.Signals;

namespace Reeve.Bench.Rows;

/// <summary>What an event costs that one binding wants, with that binding alone and with many others beside it.</summary>
internal sealed class MatchedEvents : IMeasurement
{
    private const int Different = 4096;

    /// <inheritdoc/>
    public string Name => "matched";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        var alone = await MeasureAsync(effort, 1, cancellationToken);
        say("one binding");
        var crowded = await MeasureAsync(effort, effort.Bindings, cancellationToken);
        say("many bindings");
        return
        [
            new Figure("matched event, from the door to its verdict, 1 binding", "µs", alone)
            {
                Note = "processor time of the whole process over the events",
            },
            new Figure($"– the same beside {effort.Bindings:N0} bindings that do not match", "µs", crowded),
            new Figure("– how much more", "times", [Samples.Percentile(crowded, 50) / Samples.Percentile(alone, 50)]) { Reach = 1.5 },
        ];
    }

    private static async Task<double[]> MeasureAsync(Effort effort, int bindings, CancellationToken cancellationToken)
    {
        await using var rig = await Rig.OpenAsync(null, cancellationToken);
        var program = new Answering(_ => null);
        rig.Put("shop");
        for (var i = 0; i < Different; i++)
        {
            rig.Put($"shop/web-{i}");
        }

        rig.Bind("wanted", "shop", program, "cpu");
        for (var i = 1; i < bindings; i++)
        {
            rig.Put($"shop-{i}");
            rig.Bind($"binding-{i}", $"shop-{i}", program, "cpu");
        }

        await rig.StartAsync(cancellationToken);
        var events = Enumerable.Range(0, Different).Select(i => Rig.Seen($"shop/web-{i}", "cpu", 0.5)).ToArray();
        var count = effort.Quick ? 100_000 : 1_000_000;
        await OfferAsync(rig, events, count / 2, cancellationToken);
        var runs = new double[effort.Runs];
        for (var run = 0; run < runs.Length; run++)
        {
            runs[run] = await OfferAsync(rig, events, count, cancellationToken);
        }

        return runs;
    }

    private static async Task<double> OfferAsync(Rig rig, Event[] events, int count, CancellationToken cancellationToken)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < count; i++)
        {
            var spin = new SpinWait();
            while (rig.Runtime.Offer(Scope.Default, events[i & (Different - 1)]) != OfferOutcome.Accepted)
            {
                spin.SpinOnce();
            }
        }

        await rig.Runtime.FlushAsync(cancellationToken);
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count;
    }
}
