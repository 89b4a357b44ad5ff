using System.Net;
using System.Text.Json;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Senlin's policies bound to a group of Reeve's own: they change and refuse its operations.</summary>
public sealed class CoreOperationTests : IAsyncLifetime
{
    private const string Documents = """
        kind: Target
        metadata: {name: shop}
        spec:
          children:
            - name: web
              capacity: {min: 1, max: 6, desired: 3}
              driver: {name: simulated}
        ---
        kind: Policy
        metadata: {name: two-more}
        spec:
          type: senlin.policy.scaling-1.0
          properties: {event: CLUSTER_SCALE_OUT, adjustment: {type: CHANGE_IN_CAPACITY, number: "2", cooldown: 3600}}
        ---
        kind: Policy
        metadata: {name: oldest}
        spec: {type: senlin.policy.deletion-1.1, properties: {criteria: OLDEST_FIRST}}
        ---
        kind: Binding
        metadata: {name: grow}
        spec:
          policy: two-more
          targets: {path: shop/web}
          per: group
          on: {operations: [{operation: scale_out}, {operation: scale_out, phase: after}]}
        ---
        kind: Binding
        metadata: {name: victims}
        spec: {policy: oldest, targets: {path: shop/web}, per: group, on: {operations: [{operation: scale_in}]}}
        """;

    private readonly RunningReeve _reeve = new();

    public async Task InitializeAsync()
    {
        await _reeve.InitializeAsync();
        Assert.Equal(HttpStatusCode.OK, (await _reeve.ApplyAsync(Documents)).Status);
        await RunAsync("create");
    }

    public Task DisposeAsync() => _reeve.DisposeAsync();

    [Fact]
    public async Task A_scaling_policy_says_how_many_and_then_holds_back()
    {
        Assert.Equal("succeeded", (await RunAsync("scale_out")).GetProperty("status").GetString());
        Assert.Equal(5, (await InstancesAsync()).Count);

        var second = await RunAsync("scale_out");
        Assert.Equal("failed", second.GetProperty("status").GetString());
        Assert.Contains("cooldown is still in progress", second.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cooldown_outlives_a_restart()
    {
        await RunAsync("scale_out");
        await _reeve.RestartAsync();

        Assert.Contains("cooldown", (await RunAsync("scale_out")).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deletion_policy_chooses_who_goes()
    {
        // without it the youngest would have gone
        var oldest = (await _reeve.GetAsync("/api/v1/targets?limit=100")).Items
            .Where(t => t.GetProperty("kind").GetString() == "instance")
            .OrderBy(t => t.GetProperty("created_at").GetDateTimeOffset())
            .ThenBy(t => t.GetProperty("path").GetString(), StringComparer.Ordinal)
            .First().GetProperty("path").GetString();
        Assert.Equal("succeeded", (await RunAsync("scale_in")).GetProperty("status").GetString());
        Assert.DoesNotContain(oldest, await InstancesAsync());
    }

    [Fact]
    public async Task What_would_fail_at_every_use_is_refused_when_it_is_put_to_work()
    {
        var reply = await _reeve.ApplyAsync("""
            kind: Policy
            metadata: {name: none-at-once}
            spec: {type: senlin.policy.batch-1.0, properties: {max_batch_size: 0}}
            ---
            kind: Policy
            metadata: {name: by-queue}
            spec: {type: senlin.policy.deletion-1.1, properties: {hooks: {type: zaqar, params: {queue: q}}}}
            """);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.Equal(
            ["/spec/properties/max_batch_size", "/spec/properties/hooks/type"],
            reply.Errors.Select(e => e.GetProperty("path").GetString()));
    }

    private async Task<JsonElement> RunAsync(string operation)
    {
        var reply = await _reeve.PostAsync("/api/v1/executions", $$"""{"operation": "{{operation}}", "target": "shop/web"}""");
        return await _reeve.EndOfAsync(reply.Text("id"));
    }

    private async Task<List<string?>> InstancesAsync() =>
        [.. (await _reeve.GetAsync("/api/v1/targets?limit=100")).Items
            .Where(t => t.GetProperty("kind").GetString() == "instance")
            .Select(t => t.GetProperty("path").GetString())
            .Order(StringComparer.Ordinal)];
}
