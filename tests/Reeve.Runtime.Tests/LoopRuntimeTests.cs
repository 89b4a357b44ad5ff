using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Signals;

namespace Reeve.Runtime.Tests;

public sealed class LoopRuntimeTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(3601, OfferOutcome.AbsurdTime)]
    [InlineData(-8 * 86400, OfferOutcome.AbsurdTime)]
    [InlineData(3599, OfferOutcome.Accepted)]
    [InlineData(-6 * 86400, OfferOutcome.Accepted)]
    public async Task An_event_of_an_absurd_time_is_refused(int seconds, OfferOutcome outcome)
    {
        await using var loop = await RuntimeHarness.StartAsync(Threshold());

        Assert.Equal(outcome, loop.Offer("shop/web", "cpu", 1, at: loop.Now + TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public async Task An_event_that_nobody_wants_costs_no_memory()
    {
        await using var reeve = await RuntimeHarness.StartAsync();
        var seen = new Event { Target = "nobody", Service = "cpu", Metric = 1, Time = reeve.Now };
        Assert.Equal(OfferOutcome.Unmatched, reeve.Runtime.Offer(Scope.Default, seen));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            reeve.Runtime.Offer(Scope.Default, seen);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task What_nobody_wants_is_unmatched_and_a_stopped_runtime_takes_nothing()
    {
        await using var loop = await RuntimeHarness.StartAsync(Threshold());
        Assert.Equal(OfferOutcome.Unmatched, loop.Offer("shop/web", "disk", 1));
        Assert.Equal(OfferOutcome.Unmatched, loop.Offer("elsewhere", "cpu", 1));
        var runtime = loop.Runtime;

        await loop.RestartAsync();

        var late = new Event { Target = "shop/web", Service = "cpu", Time = loop.Now };
        Assert.Equal(OfferOutcome.Unavailable, runtime.Offer(Core.Identity.Scope.Default, late));
    }

    [Fact]
    public async Task A_full_queue_says_so_and_what_it_took_is_evaluated()
    {
        await using var loop = await RuntimeHarness.StartAsync(Threshold(), o => o.QueueCapacity = 8);
        using var hold = new ManualResetEventSlim();
        var holding = loop.Runtime.AskAsync(_ => hold.Wait(TimeSpan.FromSeconds(20)));
        var before = loop.Runtime.Counters.Signals;
        var outcomes = Enumerable.Range(0, 20).Select(i => loop.Offer("shop/web", "cpu", 1)).ToList();

        hold.Set();
        await holding;
        await loop.FlushAsync();

        Assert.Contains(OfferOutcome.Full, outcomes);
        Assert.Equal(outcomes.Count(o => o == OfferOutcome.Accepted), loop.Runtime.Counters.Signals - before);
    }

    [Fact]
    public async Task A_stability_window_goes_on_over_a_crash()
    {
        await using var loop = await RuntimeHarness.StartAsync(Threshold());
        loop.Offer("shop/web", "cpu", 9);
        await loop.FlushAsync();
        await loop.PassAsync(TimeSpan.FromSeconds(20), _second);

        await loop.CrashAsync(TimeSpan.FromSeconds(5));
        await loop.PassAsync(TimeSpan.FromSeconds(3), _second);
        Assert.Empty(await loop.IncidentsAsync());
        await loop.PassAsync(TimeSpan.FromSeconds(3), _second);

        Assert.Equal(IncidentStatus.Triggered, Assert.Single(await loop.IncidentsAsync()).Status);
    }

    [Fact]
    public async Task A_changed_policy_begins_afresh()
    {
        await using var loop = await RuntimeHarness.StartAsync(Threshold());
        loop.Offer("shop/web", "cpu", 9);
        await loop.FlushAsync();
        await loop.PassAsync(TimeSpan.FromSeconds(20), _second);

        await loop.ApplyAsync(Threshold("upper_bound: 6"));
        await loop.PassAsync(TimeSpan.FromSeconds(30), _second);

        Assert.Empty(await loop.IncidentsAsync());
    }

    [Fact]
    public async Task A_schedule_fires_once_after_a_stop_also_when_it_had_never_fired()
    {
        await using var loop = await RuntimeHarness.StartAsync(Check("every 1h"));

        await loop.RestartAsync(TimeSpan.FromHours(5));

        await loop.UntilAsync(() => loop.Actor.Calls.Count == 1, TimeSpan.FromMilliseconds(100));
        await loop.PassAsync(_second, TimeSpan.FromMilliseconds(100));
        Assert.Single(loop.Actor.Calls);
    }

    [Fact]
    public async Task A_schedule_fires_soon_and_once_after_the_clock_was_set_forward()
    {
        await using var loop = await RuntimeHarness.StartAsync(Check("every 1h"));

        loop.Wall.StepTo(loop.Now + TimeSpan.FromHours(5));

        await loop.PassAsync(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(100));
        await loop.UntilAsync(() => loop.Actor.Calls.Count > 0);
        Assert.Single(loop.Actor.Calls);
        Assert.Single(await loop.JournalAsync("clock.jumped"));
    }

    [Fact]
    public async Task A_schedule_keeps_its_pace_after_the_clock_was_set_back()
    {
        await using var loop = await RuntimeHarness.StartAsync(Check("every 10s"));
        var before = loop.Now;

        loop.Wall.StepTo(loop.Now - TimeSpan.FromHours(5));

        Assert.True(loop.Now >= before);
        await loop.PassAsync(TimeSpan.FromSeconds(40), TimeSpan.FromMilliseconds(500));
        Assert.InRange(loop.Actor.Calls.Count, 3, 4);
    }

    [Fact]
    public async Task A_check_that_fails_or_cannot_run_does_not_end_its_schedule_and_removing_the_binding_does()
    {
        await using var loop = await RuntimeHarness.StartAsync(Check("every 10s", "fail: 2, lasting: 1, "));
        await loop.UntilAsync(() => loop.Actor.Calls.Count >= 4, TimeSpan.FromMilliseconds(500));
        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await loop.IncidentsAsync()).Status);

        await loop.DeleteAsync("Binding", "watch");
        var calls = loop.Actor.Calls.Count;
        await loop.PassAsync(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500));

        Assert.InRange(loop.Actor.Calls.Count - calls, 0, 1);
    }

    [Fact]
    public async Task A_slow_check_does_not_overlap_itself()
    {
        await using var loop = await RuntimeHarness.StartAsync(Check("every 2s", "hang: 1, "));

        await loop.PassAsync(TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(500));

        Assert.Single(loop.Actor.Calls);
        Assert.Single(await loop.ExecutionsAsync(), e => e.Action.Kind == ActionKind.Workflow);
    }

    private static string Threshold(string bound = "upper_bound: 5") => Samples.Shop + $$$"""
        ---
        kind: Policy
        metadata: {name: busy}
        spec: {type: reeve.threshold-1.0, properties: {service: cpu, {{{bound}}}, stability: 30s, ttl: 10m}}
        ---
        kind: Binding
        metadata: {name: watch}
        spec: {policy: busy, targets: {path: shop}, per: group, on: {events: [cpu]}}
        """;

    private static string Check(string schedule, string with = "") => Samples.Shop + $$$"""
        ---
        kind: Workflow
        metadata: {name: look}
        spec: {steps: [{name: look, actor: note, with: { {{{with}}}say: look}}]}
        ---
        kind: Policy
        metadata: {name: looks-good}
        spec: {type: reeve.check-1.0, properties: {workflow: look}}
        ---
        kind: Binding
        metadata: {name: watch}
        spec: {policy: looks-good, targets: {path: shop}, per: all, on: {schedule: {{{schedule}}}}}
        """;
}
