using Reeve.Core.Evaluation;
using Reeve.Core.Identity;
using Reeve.Core.Signals;

namespace Reeve.Engines.Tests.Builtin;

public sealed class AllocationTests
{
    [Theory]
    [InlineData("reeve.threshold", """{"service":"cpu","upper_bound":0.8,"stability":"10s"}""", "shop/web/web-1")]
    [InlineData("reeve.threshold", """{"service":"cpu","upper_bound":0.8,"smoothing":"ewma"}""", "shop/web/web-1")]
    [InlineData("reeve.threshold", """{"service":"cpu","upper_bound":0.8,"smoothing":"mean","window":"1s"}""", "shop/web")]
    [InlineData("reeve.heartbeat", """{"service":"cpu","ttl":"1h"}""", "shop/web/web-1")]
    public void An_event_that_finds_nothing_allocates_nothing(string type, string properties, string path)
    {
        var key = new KeyHarness(type, properties, path);
        var verdicts = new List<Verdict>(4);
        var signals = Enumerable.Range(0, 20_000).Select(i => new EventSignal
        {
            Scope = Scope.Default,
            At = KeyHarness.Start.AddMilliseconds(i),
            Sequence = i,
            Event = new Event
            {
                Target = "shop/web/web-1",
                Service = "cpu",
                Metric = (i % 100) / 200.0,
                Time = KeyHarness.Start.AddMilliseconds(i),
            },
        }).ToArray();
        var facts = key.Input(null).Facts;
        var next = (DateTimeOffset?)null;
        Run(signals.AsSpan(0, 10_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(signals.AsSpan(10_000));
        var perEvent = (GC.GetAllocatedBytesForCurrentThread() - before) / 10_000.0;

        // a group looks at its members once a second, and the runtime compiles on the way: less than a byte each is none
        Assert.True(perEvent < 1, $"{perEvent} bytes an event, next {next}");

        void Run(ReadOnlySpan<EventSignal> batch)
        {
            foreach (var signal in batch)
            {
                verdicts.Clear();
                key.Instance.OnSignal(new EvaluationInput(signal.At, signal, facts), verdicts);
                next = key.Instance.NextTimer;
            }
        }
    }
}
