using Reeve.Core.Executions;

namespace Reeve.Runtime.Tests.Workers;

public sealed class WorkflowTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Steps_run_in_order_and_see_what_earlier_ones_gave()
    {
        await using var loop = await Workflow("""
              inputs: {who: {default: world}}
              steps:
                - {name: first, actor: note, with: {say: "hello {{ inputs.who }}"}}
                - {name: second, actor: note, with: {say: "I said {{ steps.first.output.said }}"}}
            """);

        var ended = await loop.EndOfRunAsync("w", inputs: """{"who":"shop"}""");

        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.Equal(["hello shop", "I said hello shop"], loop.Actor.Said);
        Assert.Equal("I said hello shop", ended.Output.GetProperty("said").GetString());
    }

    [Fact]
    public async Task A_step_whose_condition_does_not_hold_is_skipped_and_the_rest_runs()
    {
        await using var loop = await Workflow("""
              inputs: {count: {default: 3}}
              steps:
                - {name: many, actor: note, with: {say: many}, when: {value: "{{ inputs.count }}", above: 5}}
                - {name: few, actor: note, with: {say: few}, when: {not: {value: "{{ inputs.count }}", above: 5}}}
                - {name: last, actor: note, with: {say: "many was {{ steps.many.status }}"}}
            """);

        var ended = await loop.EndOfRunAsync("w");

        Assert.Equal(["few", "many was skipped"], loop.Actor.Said);
        Assert.Equal([StepStatus.Skipped, StepStatus.Succeeded, StepStatus.Succeeded], ended.Steps.Select(s => s.Status));
    }

    [Fact]
    public async Task A_transient_failure_is_tried_again_with_pauses_that_double()
    {
        await using var loop = await Workflow("""
              steps:
                - {name: try, actor: note, with: {say: try, fail: 3}, retry: {attempts: 5, backoff: 1s, max_backoff: 3s}}
            """);
        var id = await loop.RunAsync("w");
        foreach (var (attempt, pause) in new[] { (2, 1), (3, 2), (4, 3) })
        {
            var step = await loop.StepAsync(id, "try", StepStatus.Waiting, attempt);
            Assert.Equal(loop.Now + TimeSpan.FromSeconds(pause), step.Until);
            await loop.AdvanceAsync(TimeSpan.FromSeconds(pause));
        }

        var ended = await loop.EndOfAsync(id);

        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.Equal(4, ended.Steps[0].Attempts);
        Assert.Single(loop.Actor.Calls.Select(c => c.Key).Distinct());
    }

    [Fact]
    public async Task A_failure_that_lasts_is_not_tried_again()
    {
        await using var loop = await Workflow("""
              steps:
                - {name: try, actor: note, with: {say: try, fail: 3, lasting: 1}}
                - {name: never, actor: note, with: {say: never}}
            """);

        var ended = await loop.EndOfRunAsync("w");

        Assert.Equal(ExecutionStatus.Failed, ended.Status);
        Assert.Equal("step `try`: `try` was told to fail", ended.Error);
        Assert.Equal(["try"], loop.Actor.Said);
    }

    [Fact]
    public async Task A_failure_that_lasts_is_tried_again_where_the_step_says_always()
    {
        await using var loop = await Workflow("""
              steps:
                - {name: try, actor: note, with: {say: try, fail: 2, lasting: 1}, retry: {attempts: 3, always: true}}
            """);

        Assert.Equal(ExecutionStatus.Succeeded, (await loop.EndOfRunAsync("w", step: _second)).Status);
    }

    [Fact]
    public async Task The_other_side_may_ask_for_a_longer_pause()
    {
        await using var loop = await Workflow("""
              steps:
                - {name: try, actor: note, with: {say: try, fail: 1, retry_after: 90}}
            """);
        var id = await loop.RunAsync("w");

        var step = await loop.StepAsync(id, "try", StepStatus.Waiting, 2);

        Assert.Equal(loop.Now + TimeSpan.FromSeconds(90), step.Until);
    }

    [Fact]
    public async Task A_call_that_never_answers_times_out_and_is_tried_again()
    {
        await using var loop = await Workflow("""
              steps:
                - {name: hang, actor: note, with: {say: hang, hang: 1}, timeout: 10s, retry: {attempts: 2, backoff: 1s}}
            """);

        var ended = await loop.EndOfRunAsync("w", step: _second);

        Assert.Equal("step `hang`: timed out after 10s", ended.Error);
        Assert.Equal(["hang", "hang"], loop.Actor.Said);
    }

    [Fact]
    public async Task The_whole_workflow_times_out_wherever_it_stands()
    {
        await using var loop = await Workflow("""
              timeout: 1m
              steps:
                - {name: a, wait: 40s}
                - {name: b, wait: 40s}
                - {name: c, actor: note, with: {say: never}}
            """);

        var ended = await loop.EndOfRunAsync("w", step: TimeSpan.FromSeconds(5));

        Assert.Equal(ExecutionStatus.Failed, ended.Status);
        Assert.Equal("workflow `w` timed out after 1m", ended.Error);
        Assert.Empty(loop.Actor.Said);
    }

    [Fact]
    public async Task Branches_run_side_by_side_and_one_that_fails_does_not_cut_the_others_short()
    {
        await using var loop = await Workflow("""
              steps:
                - name: both
                  parallel:
                    - - {name: bad, actor: note, with: {say: bad, fail: 1, lasting: 1}}
                      - {name: after-bad, actor: note, with: {say: after-bad}}
                    - [{name: rest, wait: 10s}, {name: good, actor: note, with: {say: good}}]
                - {name: never, actor: note, with: {say: never}}
            """);

        var ended = await loop.EndOfRunAsync("w", step: _second);

        Assert.Equal("step `both/0/bad`: `bad` was told to fail", ended.Error);
        Assert.Equal(["bad", "good"], loop.Actor.Said);
    }

    [Fact]
    public async Task Steps_inside_branches_see_what_their_branch_and_earlier_steps_gave()
    {
        await using var loop = await Workflow("""
              steps:
                - {name: first, actor: note, with: {say: one}}
                - name: both
                  parallel:
                    - - {name: a, actor: note, with: {say: "{{ steps.first.output.said }} a"}}
                      - {name: b, actor: note, with: {say: "{{ steps.a.output.said }} b"}}
                - {name: last, actor: note, with: {say: '{{ steps["both/0/b"].output.said }} last'}}
            """);

        var ended = await loop.EndOfRunAsync("w");

        Assert.Null(ended.Error);
        Assert.Equal(["one", "one a", "one a b", "one a b last"], loop.Actor.Said);
    }

    [Fact]
    public async Task A_step_may_fail_where_it_says_continue_on_error()
    {
        await using var loop = await Workflow("""
              steps:
                - {name: bad, actor: note, with: {say: bad, fail: 1, lasting: 1}, continue_on_error: true}
                - {name: last, actor: note, with: {say: "{{ steps.bad.status }}: {{ steps.bad.error }}"}}
            """);

        var ended = await loop.EndOfRunAsync("w");

        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.Equal("failed: `bad` was told to fail", loop.Actor.Said[^1]);
    }

    [Theory]
    [InlineData("""with: {say: "{{ inputs.nothing }}"}""")]
    [InlineData("""with: {say: x}, target: "{{ steps.none.output.path }}" """)]
    public async Task A_reference_to_nothing_fails_the_step_and_calls_nobody(string with)
    {
        await using var loop = await Workflow($$"""
              steps:
                - {name: lost, actor: note, {{with}}}
            """);

        var ended = await loop.EndOfRunAsync("w");

        Assert.Equal(ExecutionStatus.Failed, ended.Status);
        Assert.StartsWith("step `lost`: ", ended.Error);
        Assert.Empty(loop.Actor.Said);
    }

    [Fact]
    public async Task Inputs_that_must_be_given_are_named_all_at_once()
    {
        await using var loop = await Workflow("""
              inputs: {a: {required: true}, b: {required: true}, c: {default: 1}}
              steps:
                - {name: x, actor: note, with: {say: x}}
            """);

        var ended = await loop.EndOfRunAsync("w");

        Assert.Equal("workflow `w` needs the inputs `a`, `b`", ended.Error);
        Assert.Empty(loop.Actor.Said);
    }

    [Fact]
    public async Task A_dry_run_calls_nobody_and_asks_nobody()
    {
        await using var loop = await Workflow("""
              steps:
                - {name: ask, approval: "may I?"}
                - {name: x, actor: note, with: {say: x}}
            """);

        var ended = await loop.EndOfAsync(await loop.RequestAsync(loop.New(ActionKind.Workflow, "w") with { DryRun = true }));

        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.Empty(loop.Actor.Said);
        Assert.Empty(await loop.ApprovalsAsync());
    }

    [Fact]
    public async Task A_workflow_that_is_not_there_fails()
    {
        await using var loop = await RuntimeHarness.StartAsync();

        Assert.Equal("there is no workflow `none`", (await loop.EndOfRunAsync("none")).Error);
    }

    [Fact]
    public async Task A_workflow_runs_another_one_and_an_operation_and_sees_what_they_gave()
    {
        await using var loop = await Workflow("""
              steps:
                - {name: child, workflow: inner, with: {word: deep}}
                - {name: grow, operation: scale_out, target: shop/web}
                - {name: last, actor: note, with: {say: "got {{ steps.child.output.said }}"}}
            ---
            kind: Workflow
            metadata: {name: inner}
            spec:
              inputs: {word: {required: true}}
              steps:
                - {name: x, actor: note, with: {say: "{{ inputs.word }}"}}
            """);

        var ended = await loop.EndOfRunAsync("w", "shop", step: TimeSpan.FromMilliseconds(100));

        Assert.Null(ended.Error);
        Assert.Equal(["deep", "got deep"], loop.Actor.Said);
        Assert.Equal(3, loop.Find("shop/web")!.Capacity!.Desired);
        Assert.Equal(3, (await loop.ExecutionsAsync()).Count);
    }

    [Fact]
    public async Task What_fails_in_a_child_fails_its_step_with_the_reason()
    {
        await using var loop = await Workflow("""
              steps:
                - {name: grow, operation: resize, target: shop/web, with: {desired: 99}}
            """);

        var ended = await loop.EndOfRunAsync("w", "shop", step: TimeSpan.FromMilliseconds(100));

        Assert.Contains("its bounds are 0 to 5", ended.Error);
    }

    private static Task<RuntimeHarness> Workflow(string spec) => RuntimeHarness.StartAsync(Samples.Workflow(spec));
}
