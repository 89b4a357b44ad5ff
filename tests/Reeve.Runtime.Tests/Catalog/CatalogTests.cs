using Reeve.Core.Errors;
using Reeve.Runtime.Catalog;

namespace Reeve.Runtime.Tests.Catalog;

public sealed class CatalogTests
{
    private const string Busy = """
        kind: Policy
        metadata: {name: busy}
        spec: {type: reeve.threshold-1.0, properties: {service: cpu, upper_bound: 5}}
        """;

    private const string Bound = Samples.Shop + "---\n" + Busy + """

        ---
        kind: Binding
        metadata: {name: watch}
        spec: {policy: busy, targets: {path: shop/web}, per: group, on: {events: [cpu]}}
        """;

    [Fact]
    public async Task An_unchanged_document_does_nothing_however_it_is_written()
    {
        await using var loop = await RuntimeHarness.StartAsync(Bound);
        var entries = (await loop.JournalAsync()).Count;

        var again = await loop.ApplyAsync("""
            {"kind": "Policy", "metadata": {"name": "busy", "revision": 1},
             "spec": {"properties": {"upper_bound": 5, "service": "cpu"}, "type": "reeve.threshold-1.0"}}
            """);

        Assert.Equal(ResourceChangeKind.Unchanged, Assert.Single(again.Changes).Kind);
        Assert.Equal(entries, (await loop.JournalAsync()).Count);
    }

    [Fact]
    public async Task Of_two_appliers_the_second_hears_of_the_first()
    {
        await using var loop = await RuntimeHarness.StartAsync(Bound);
        var mine = Busy.Replace("name: busy", "name: busy, revision: 1", StringComparison.Ordinal);

        var both = await Task.WhenAll(
            loop.TryApplyAsync(mine.Replace("5}", "6}", StringComparison.Ordinal)),
            loop.TryApplyAsync(mine.Replace("5}", "7}", StringComparison.Ordinal)));

        Assert.Single(both, b => b.Succeeded);
        Assert.Equal(ErrorCodes.Conflict, Assert.Single(both.Single(b => !b.Succeeded).Mistakes).Code);
    }

    [Theory]
    [InlineData("Policy", "busy", "`watch`")]
    [InlineData("Policy", "bisy", "did you mean `busy`?")]
    public async Task What_is_used_or_not_there_is_not_deleted(string kind, string name, string hint)
    {
        await using var loop = await RuntimeHarness.StartAsync(Bound);

        var outcome = await loop.DeleteAsync(kind, name);

        Assert.Contains(hint.Trim('`'), Assert.Single(outcome.Mistakes).Message);
    }

    [Fact]
    public async Task A_document_that_is_made_again_goes_on_counting()
    {
        await using var loop = await RuntimeHarness.StartAsync(Busy);
        Assert.True((await loop.DeleteAsync("Policy", "busy", 1)).Succeeded);

        var made = await loop.ApplyAsync(Busy);

        Assert.Equal(2, Assert.Single(made.Changes).Revision);
    }

    [Fact]
    public async Task A_type_does_not_change_under_policies_that_would_no_longer_fit()
    {
        const string type = """
            kind: PolicyType
            metadata: {name: spool-1.0}
            spec:
              engine: check
              properties: {limit: {type: integer}}
              source: {workflow: w}
            """;
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("  steps: [{name: x, wait: 1s}]") + $$$"""
            ---
            {{{type}}}
            ---
            kind: Policy
            metadata: {name: spool}
            spec: {type: spool-1.0, properties: {limit: 3}}
            """);

        var changed = await loop.TryApplyAsync(type.Replace("limit: {type: integer}", "other: {type: integer}", StringComparison.Ordinal));

        Assert.Contains(changed.Mistakes, m =>
            m.Code == ErrorCodes.InUse && m.Message.Contains("`spool` would no longer fit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_policy_keeps_the_value_of_a_property_that_is_not_updatable()
    {
        const string policy = """
            kind: Policy
            metadata: {name: spool}
            spec: {type: spool-1.0, properties: {fixed: 3, free: 3}}
            """;
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow("  steps: [{name: x, wait: 1s}]") + $$$"""
            ---
            kind: PolicyType
            metadata: {name: spool-1.0}
            spec:
              engine: check
              properties: {fixed: {type: integer}, free: {type: integer, updatable: true}}
              source: {workflow: w}
            ---
            {{{policy}}}
            """);

        var refused = await loop.TryApplyAsync(policy.Replace("fixed: 3", "fixed: 4", StringComparison.Ordinal));
        var taken = await loop.TryApplyAsync(policy.Replace("free: 3", "free: 4", StringComparison.Ordinal));

        Assert.Equal("/spec/properties/fixed", Assert.Single(refused.Mistakes).Path);
        Assert.Equal(2, Assert.Single(taken.Changes).Revision);
    }

    [Fact]
    public async Task Scaling_outlives_an_apply_that_does_not_speak_of_it()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Shop);
        await loop.EndOfOperationAsync("resize", "shop/web", """{"desired":4}""");

        await loop.ApplyAsync(Samples.Shop.Replace("max: 5", "max: 6", StringComparison.Ordinal));
        Assert.Equal(4, loop.Find("shop/web")!.Capacity!.Desired);
        await loop.ApplyAsync(Samples.Shop.Replace("max: 5", "max: 3", StringComparison.Ordinal));
        Assert.Equal(3, loop.Find("shop/web")!.Capacity!.Desired);
        await loop.ApplyAsync(Samples.Shop.Replace("desired: 2", "desired: 1", StringComparison.Ordinal));

        Assert.Equal(1, loop.Find("shop/web")!.Capacity!.Desired);
    }

    [Fact]
    public async Task A_group_with_instances_is_not_taken_out_of_its_tree()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Shop);
        await loop.EndOfOperationAsync("create", "shop/web");

        var gone = await loop.TryApplyAsync("kind: Target\nmetadata: {name: shop}\nspec: {kind: deployment, driver: {name: simulated}}");

        Assert.Contains("still exists below `shop/web`", Assert.Single(gone.Mistakes).Message);
        Assert.NotNull(loop.Find("shop/web"));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_changes_nothing()
    {
        await using var loop = await RuntimeHarness.StartAsync();

        Assert.Equal(3, (await loop.TryApplyAsync(Bound, dryRun: true)).Changes.Count);

        Assert.Null(loop.Find("shop"));
        Assert.Empty(await loop.JournalAsync("resource.changed"));
    }

    [Fact]
    public async Task One_mistake_keeps_all_documents_out()
    {
        await using var loop = await RuntimeHarness.StartAsync();

        var outcome = await loop.TryApplyAsync(Bound.Replace("policy: busy", "policy: bussy", StringComparison.Ordinal));

        Assert.Contains("did you mean `busy`", Assert.Single(outcome.Mistakes).Message);
        Assert.Null(loop.Find("shop"));
    }
}
