using Reeve.Core.Executions;
using Reeve.Core.Targets;

namespace Reeve.Runtime.Tests.Workers;

public sealed class OperationTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_group_is_created_with_the_wanted_number_and_not_twice()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Shop);

        Assert.Null((await loop.EndOfOperationAsync("create", "shop/web")).Error);
        Assert.Equal(["web-1", "web-2"], Started(loop));
        await loop.FlushAsync();
        Assert.Null((await loop.EndOfOperationAsync("create", "shop/web")).Error);

        Assert.Equal(["web-1", "web-2"], Started(loop));
        Assert.Equal(1, Starts(loop, "shop/web/web-1"));
    }

    [Fact]
    public async Task A_group_grows_and_shrinks_by_a_count()
    {
        await using var loop = await CreatedAsync(Samples.Shop);

        await Done(loop, "scale_out", "shop/web", """{"count":2}""");
        Assert.Equal(4, Started(loop).Count);
        Assert.Equal(4, loop.Find("shop/web")!.Capacity!.Desired);
        await Done(loop, "scale_in", "shop/web", """{"instances":["web-1"]}""");

        Assert.Equal(["web-2", "web-3", "web-4"], Started(loop));
        Assert.Null(loop.Find("shop/web/web-1"));
        Assert.Equal(3, loop.Find("shop/web")!.Capacity!.Desired);
    }

    [Theory]
    [InlineData("resize", """{"desired":6}""", "`shop/web` would have 6 instances; its bounds are 0 to 5")]
    [InlineData("resize", "{}", "resize needs the input `desired`, a whole number")]
    [InlineData("scale_in", """{"count":3}""", "`shop/web` would have -1 instances; its bounds are 0 to 5")]
    [InlineData("scale_out", """{"count":0}""", "`count` is 0; it must be at least 1")]
    public async Task What_is_beyond_the_bounds_changes_nothing(string operation, string inputs, string error)
    {
        await using var loop = await CreatedAsync(Samples.Shop);

        var ended = await loop.EndOfOperationAsync(operation, "shop/web", inputs);

        Assert.Equal(error, ended.Error);
        Assert.Equal(2, Started(loop).Count);
        Assert.Equal(2, loop.Find("shop/web")!.Capacity!.Desired);
    }

    [Fact]
    public async Task An_instance_that_is_named_is_healed_in_any_state_and_the_others_are_left_alone()
    {
        await using var loop = await CreatedAsync(Samples.Shop);

        await Done(loop, "heal", "shop/web/web-1");

        Assert.Equal((2, 1), (Starts(loop, "shop/web/web-1"), Starts(loop, "shop/web/web-2")));
    }

    [Fact]
    public async Task A_group_is_restarted_stopped_and_started()
    {
        await using var loop = await CreatedAsync(Samples.Shop);

        await Done(loop, "restart", "shop/web");
        Assert.Equal(2, Starts(loop, "shop/web/web-2"));
        await Done(loop, "stop", "shop/web");
        Assert.Equal(TargetState.Stopped, loop.Find("shop/web/web-1")!.State);
        await Done(loop, "start", "shop/web");

        Assert.Equal(2, Started(loop).Count);
    }

    [Fact]
    public async Task What_is_deleted_is_gone_and_wanted_no_more()
    {
        await using var loop = await CreatedAsync(Samples.Shop);

        await Done(loop, "delete", "shop");

        Assert.Null(loop.Find("shop/web/web-1"));
        Assert.Equal(0, loop.Find("shop/web")!.Capacity!.Desired);
        await loop.CrashAsync();
        Assert.Null(loop.Find("shop/web/web-2"));
    }

    [Fact]
    public async Task A_driver_that_fails_twice_is_tried_a_third_time()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.ShopWith("{fail: [{verb: start, instances: web-1, times: 2}]}"));

        var ended = await loop.EndOfOperationAsync("create", "shop/web", step: _second);

        Assert.Null(ended.Error);
        Assert.Equal(3, ended.Steps.Single(s => s.Path == "shop/web/web-1/start").Attempts);
        Assert.Equal(2, Started(loop).Count);
    }

    [Fact]
    public async Task An_instance_whose_driver_keeps_failing_has_failed_and_the_others_have_not()
    {
        await using var loop = await RuntimeHarness.StartAsync(
            Samples.ShopWith("{fail: [{verb: start, instances: web-1, error: no room}]}"));

        var ended = await loop.EndOfOperationAsync("create", "shop/web", step: _second);

        Assert.Equal("`shop/web/web-1`: start: shop/web/web-1: no room", ended.Error);
        Assert.Equal(TargetState.Failed, loop.Find("shop/web/web-1")!.State);
        Assert.Equal(["web-2"], Started(loop));
    }

    [Fact]
    public async Task A_driver_that_hangs_is_not_waited_for_without_end()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.ShopWith("{start: 20h}"));

        var ended = await loop.EndOfOperationAsync("create", "shop/web", step: TimeSpan.FromSeconds(10));

        Assert.Contains("timed out after 1m", ended.Error);
        Assert.True(ended.EndedAt - ended.StartedAt < TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_policy_that_is_asked_before_can_refuse()
    {
        await using var loop = await CreatedAsync(Samples.Shop + """
            ---
            kind: Workflow
            metadata: {name: no}
            spec: {steps: [{name: no, actor: note, with: {say: asked, fail: 1, lasting: 1}}]}
            ---
            kind: Policy
            metadata: {name: guard}
            spec: {type: reeve.check-1.0, properties: {workflow: no}}
            ---
            kind: Binding
            metadata: {name: guard-deletes}
            spec: {policy: guard, targets: {path: shop}, per: all, on: {operations: [{operation: delete}]}}
            """);

        var ended = await loop.EndOfOperationAsync("delete", "shop/web", step: _second);

        Assert.StartsWith("refused by binding `guard-deletes`: ", ended.Error);
        Assert.Equal(2, Started(loop).Count);
    }

    [Fact]
    public async Task A_dry_run_plans_and_does_nothing()
    {
        await using var loop = await CreatedAsync(Samples.Shop);

        var ended = await loop.EndOfAsync(await loop.RequestAsync(
            loop.New(ActionKind.Operation, "scale_out", "shop/web", """{"count":2}""") with { DryRun = true }));

        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.Equal(2, Started(loop).Count);
        Assert.Equal(2, loop.Find("shop/web")!.Capacity!.Desired);
    }

    [Fact]
    public async Task What_nothing_drives_is_not_begun()
    {
        await using var loop = await RuntimeHarness.StartAsync("""
            kind: Target
            metadata: {name: bare}
            spec: {capacity: {min: 0, max: 3, desired: 1}}
            """);

        Assert.StartsWith("nothing drives `bare/bare-1`", (await loop.EndOfOperationAsync("create", "bare")).Error);
        Assert.Equal("there is no target `none`", (await loop.EndOfOperationAsync("create", "none")).Error);
    }

    [Fact]
    public async Task An_operation_that_a_crash_cut_short_goes_on_and_scales_once()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.ShopWith("{create: 20s}"));
        var id = await loop.OperateAsync("scale_out", "shop/web", """{"count":3}""");
        await loop.StepAsync(id, "shop/web/web-1/create", StepStatus.Running);

        await loop.CrashAsync();
        var ended = await loop.EndOfAsync(id, _second);

        Assert.Null(ended.Error);
        Assert.Equal(5, loop.Find("shop/web")!.Capacity!.Desired);
        Assert.Equal(5, Started(loop).Count);
    }

    private static async Task<RuntimeHarness> CreatedAsync(string yaml)
    {
        var loop = await RuntimeHarness.StartAsync(yaml);
        await Done(loop, "create", "shop/web");
        return loop;
    }

    private static async Task Done(RuntimeHarness loop, string operation, string target, string inputs = "{}")
    {
        Assert.Null((await loop.EndOfOperationAsync(operation, target, inputs, TimeSpan.FromMilliseconds(100))).Error);

        // its end is on disk before its target is free again
        await loop.FlushAsync();
    }

    private static List<string> Started(RuntimeHarness loop) =>
        [.. loop.Runtime.Targets.InstancesBelow(loop.Find("shop")!.Key).Where(i => i.State == TargetState.Started).Select(i => i.Key.Name)];

    private static int Starts(RuntimeHarness loop, string path) => loop.Find(path)!.Properties.GetProperty("simulated_starts").GetInt32();
}
