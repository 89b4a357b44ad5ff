using Reeve.Core.Executions;

namespace Reeve.Runtime.Tests.Workers;

public sealed class CancelAndResumeTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private const string ThreeSteps = """
          steps:
            - {name: one, actor: note, with: {say: one}}
            - {name: rest, wait: 1h}
            - {name: two, actor: note, with: {say: two}}
        """;

    [Fact]
    public async Task What_was_done_before_a_cancel_is_not_done_again_after_a_resume()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(ThreeSteps));
        var id = await loop.RunAsync("w", "shop");
        await loop.StepAsync(id, "rest", StepStatus.Waiting);

        Assert.True(await loop.Runtime.CancelAsync(id, "tess"));
        var cancelled = await loop.EndOfAsync(id);
        await loop.FlushAsync();
        Assert.Equal(ExecutionStatus.Cancelled, cancelled.Status);
        Assert.Equal(["one"], loop.Actor.Said);

        Assert.Null((await loop.Runtime.ResumeAsync(cancelled, "tess", default)).Holder);
        var ended = await loop.EndOfAsync(id, TimeSpan.FromMinutes(10));

        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.Equal(["one", "two"], loop.Actor.Said);
    }

    [Fact]
    public async Task An_ended_execution_cannot_be_cancelled()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("  steps: [{name: x, actor: note, with: {say: x}}]"));
        var ended = await loop.EndOfRunAsync("w");

        Assert.False(await loop.Runtime.CancelAsync(ended.Id, "tess"));
    }

    [Fact]
    public async Task A_resume_tries_the_failed_step_again_under_the_same_key()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("""
              steps:
                - {name: one, actor: note, with: {say: one}}
                - {name: bad, actor: note, with: {say: bad, fail: 1, lasting: 1}}
            """));
        var failed = await loop.EndOfRunAsync("w");
        await loop.FlushAsync();

        await loop.Runtime.ResumeAsync(failed, "tess", default);
        await loop.UntilAsync(async () => (await loop.GetAsync(failed.Id)).Status == ExecutionStatus.Succeeded, default);

        Assert.Equal(["one", "bad", "bad"], loop.Actor.Said);
        Assert.Equal(loop.Actor.Calls[1].Key, loop.Actor.Calls[2].Key);
    }

    [Fact]
    public async Task A_resume_runs_a_failed_child_again()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("""
              steps:
                - {name: child, workflow: inner}
            ---
            kind: Workflow
            metadata: {name: inner}
            spec:
              steps:
                - {name: bad, actor: note, with: {say: bad, fail: 1, lasting: 1}}
            """));
        var failed = await loop.EndOfRunAsync("w", step: _second);
        Assert.Equal(ExecutionStatus.Failed, failed.Status);
        await loop.FlushAsync();

        await loop.Runtime.ResumeAsync(failed, "tess", default);
        await loop.UntilAsync(
            async () => (await loop.GetAsync(failed.Id)) is { IsEnded: true, Status: ExecutionStatus.Succeeded }, _second);

        Assert.Equal(["bad", "bad"], loop.Actor.Said);
    }

    [Fact]
    public async Task A_cancel_reaches_the_children()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("""
              steps:
                - {name: child, workflow: inner, target: shop/web}
            ---
            kind: Workflow
            metadata: {name: inner}
            spec:
              steps: [{name: rest, wait: 1h}, {name: never, actor: note, with: {say: never}}]
            """));
        var id = await loop.RunAsync("w", "shop");
        await loop.UntilAsync(
            async () => (await loop.ExecutionsAsync()).Any(e => e.Parent == id && e.Status == ExecutionStatus.Waiting), default);

        await loop.Runtime.CancelAsync(id, "tess");

        await loop.UntilAsync(async () => (await loop.ExecutionsAsync()).All(e => e.Status == ExecutionStatus.Cancelled), default);
    }

    [Fact]
    public async Task A_stop_is_no_cancel_for_parents_or_children()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("""
              steps:
                - {name: child, workflow: inner, target: shop/web}
            ---
            kind: Workflow
            metadata: {name: inner}
            spec:
              steps: [{name: rest, wait: 1h}, {name: late, actor: note, with: {say: late}}]
            """));
        var id = await loop.RunAsync("w", "shop");
        await loop.UntilAsync(
            async () => (await loop.ExecutionsAsync()).Any(e => e.Parent == id && e.Status == ExecutionStatus.Waiting), default);

        await loop.RestartAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(ExecutionStatus.Succeeded, (await loop.EndOfAsync(id, TimeSpan.FromMinutes(5))).Status);
        Assert.Equal(["late"], loop.Actor.Said);
        Assert.Equal(2, (await loop.ExecutionsAsync()).Count);
    }

    [Fact]
    public async Task A_wait_goes_on_over_a_crash_until_the_time_it_was_to_end()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(ThreeSteps));
        var begun = loop.Now;
        var id = await loop.RunAsync("w", "shop");
        await loop.StepAsync(id, "rest", StepStatus.Waiting);
        await loop.AdvanceAsync(TimeSpan.FromMinutes(20));

        await loop.CrashAsync(TimeSpan.FromMinutes(20));
        await loop.AdvanceAsync(TimeSpan.FromMinutes(19));
        Assert.Equal(["one"], loop.Actor.Said);
        var ended = await loop.EndOfAsync(id, TimeSpan.FromMinutes(1));

        Assert.Equal(["one", "two"], loop.Actor.Said);
        Assert.Equal(begun + TimeSpan.FromHours(1), ended.Steps[1].EndedAt!.Value, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_pause_before_a_retry_goes_on_over_a_crash_and_counts_its_tries_on()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("""
              steps:
                - {name: one, actor: note, with: {say: one}}
                - {name: try, actor: note, with: {say: try, fail: 9}, retry: {attempts: 3, backoff: 10s}}
            """));
        var id = await loop.RunAsync("w", "shop");
        await loop.StepAsync(id, "try", StepStatus.Waiting, 2);

        await loop.CrashAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(["one", "try"], loop.Actor.Said);
        var ended = await loop.EndOfAsync(id, _second);

        Assert.Equal(ExecutionStatus.Failed, ended.Status);
        Assert.Equal(["one", "try", "try", "try"], loop.Actor.Said);
    }

    [Fact]
    public async Task A_call_that_a_crash_cut_short_is_repeated_under_the_same_key()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("""
              steps:
                - {name: hang, actor: note, with: {say: hang, hang: 1}}
            """));
        await loop.RunAsync("w", "shop");
        await loop.UntilAsync(() => loop.Actor.Calls.Count == 1);

        await loop.CrashAsync();
        await loop.UntilAsync(() => loop.Actor.Calls.Count == 2);

        Assert.Equal(loop.Actor.Calls[0].Key, loop.Actor.Calls[1].Key);
    }

    [Fact]
    public async Task An_overlap_is_refused_with_the_holder()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(ThreeSteps));
        var holder = await loop.RunAsync("w", "shop");

        Assert.Equal(holder, (await loop.Runtime.RequestAsync(loop.New(ActionKind.Operation, "check", "shop/web"), "tess", default))?.Id);
        Assert.Single(await loop.ExecutionsAsync());
    }

    [Fact]
    public async Task An_overlap_that_may_wait_runs_when_its_turn_has_come_also_after_a_crash()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(ThreeSteps));
        var first = await loop.RunAsync("w", "shop");
        await loop.StepAsync(first, "rest", StepStatus.Waiting);
        var second = await loop.RequestAsync(loop.New(ActionKind.Operation, "create", "shop/web") with { OnOverlap = OverlapRule.Queue });
        await loop.FlushAsync();
        Assert.Equal(ExecutionStatus.Pending, (await loop.GetAsync(second)).Status);

        await loop.CrashAsync();
        await loop.FlushAsync();
        Assert.Equal(ExecutionStatus.Pending, (await loop.GetAsync(second)).Status);
        await loop.EndOfAsync(first, TimeSpan.FromMinutes(5));

        Assert.Equal(ExecutionStatus.Succeeded, (await loop.EndOfAsync(second)).Status);
    }

    [Fact]
    public async Task What_waits_its_turn_can_be_withdrawn()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(ThreeSteps));
        await loop.RunAsync("w", "shop");
        var second = await loop.RequestAsync(loop.New(ActionKind.Operation, "create", "shop/web") with { OnOverlap = OverlapRule.Queue });

        Assert.True(await loop.Runtime.CancelAsync(second, "tess"));

        Assert.Equal("cancelled by tess before it began", (await loop.EndOfAsync(second)).Error);
    }

    [Fact]
    public async Task A_scheduled_execution_begins_at_its_time_also_after_a_crash()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("  steps: [{name: x, actor: note, with: {say: x}}]"));
        var at = loop.Now + TimeSpan.FromHours(2);
        var id = await loop.RequestAsync(loop.New(ActionKind.Workflow, "w", "shop") with { ScheduledFor = at });

        await loop.AdvanceAsync(TimeSpan.FromHours(1));
        await loop.CrashAsync();
        await loop.AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Equal(ExecutionStatus.Pending, (await loop.GetAsync(id)).Status);
        await loop.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(at, (await loop.EndOfAsync(id)).StartedAt);
    }

    [Fact]
    public async Task A_scheduled_execution_whose_time_passed_while_nobody_ran_begins_late_and_once()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("  steps: [{name: x, actor: note, with: {say: x}}]"));
        var id = await loop.RequestAsync(
            loop.New(ActionKind.Workflow, "w", "shop") with { ScheduledFor = loop.Now + TimeSpan.FromHours(2) });

        await loop.RestartAsync(TimeSpan.FromHours(5));

        await loop.EndOfAsync(id);
        Assert.Equal(["x"], loop.Actor.Said);
    }
}
