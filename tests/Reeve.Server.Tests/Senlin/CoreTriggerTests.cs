using System.Net;
using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Policies of the core ask for actions on Senlin's clusters, and sit before them.</summary>
public sealed class CoreTriggerTests : IAsyncLifetime
{
    private readonly RunningReeve _reeve = new();
    private FaceClient _senlin = null!;

    public async Task InitializeAsync()
    {
        await _reeve.InitializeAsync();
        _senlin = new FaceClient(_reeve);
    }

    public Task DisposeAsync() => _reeve.DisposeAsync();

    [Fact]
    public async Task A_threshold_that_is_crossed_scales_a_cluster_out()
    {
        var cluster = await _senlin.ClusterAsync("web", await _senlin.ProfileAsync(), 1, ", \"max_size\": 3");
        await ApplyAsync($$"""
            kind: Policy
            metadata: {name: busy}
            spec: {type: reeve.threshold-1.0, properties: {service: load, upper_bound: 10} }
            ---
            kind: Binding
            metadata: {name: grow}
            spec:
              policy: busy
              targets: {path: "{{cluster}}" }
              per: group
              on: {events: [load]}
              escalation: [{steps: [{operation: scale_out, target: group, with: {count: 2} }]}]
            """);
        var sent = await _reeve.PostAsync("/api/v1/events", $$"""{"target": "{{cluster}}", "service": "load", "metric": 50}""");
        Assert.True(sent.Status == HttpStatusCode.Accepted || sent.Status == HttpStatusCode.OK, sent.Body.GetRawText());

        await GrowsToAsync(cluster, 3);
        var action = await LastAsync(cluster, "CLUSTER_SCALE_OUT");
        Assert.Equal("SUCCEEDED", action.GetProperty("status").GetString());
        Assert.Equal(2, action.GetProperty("inputs").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_stream_that_sees_a_mean_too_high_resizes_a_cluster()
    {
        var cluster = await _senlin.ClusterAsync("stream", await _senlin.ProfileAsync(), 1, ", \"max_size\": 5");
        await ApplyAsync($$"""
            kind: PolicyType
            metadata: {name: acme.mean-1.0}
            spec:
              engine: streams
              properties: {bound: {type: number, default: 0.9} }
              source:
                program: |
                  (by [:host :service]
                    (fixed-event-window 3
                      (smap folds/mean
                        (where (> metric bound) trigger))))
            ---
            kind: Policy
            metadata: {name: mean}
            spec: {type: acme.mean-1.0, properties: {bound: 10} }
            ---
            kind: Binding
            metadata: {name: mean}
            spec:
              policy: mean
              targets: {path: "{{cluster}}" }
              per: group
              on: {events: [load]}
              escalation: [{steps: [{operation: resize, target: group, with: {desired: 4} }]}]
            """);
        foreach (var metric in (int[])[9, 9, 9, 9, 30, 9])
        {
            var sent = await _reeve.PostAsync(
                "/api/v1/events", $$"""{"target": "{{cluster}}", "host": "h", "service": "load", "metric": {{metric}} }""");
            Assert.True((int)sent.Status < 300, sent.Body.GetRawText());
        }

        await GrowsToAsync(cluster, 4);
        Assert.Equal("SUCCEEDED", (await LastAsync(cluster, "CLUSTER_RESIZE")).GetProperty("status").GetString());
        Assert.Equal(4, (await _senlin.ShowAsync(cluster)).GetProperty("desired_capacity").GetInt32());
    }

    [Fact]
    public async Task A_schedule_scales_a_cluster()
    {
        var cluster = await _senlin.ClusterAsync("nightly", await _senlin.ProfileAsync(), 1, ", \"max_size\": 2");
        await ApplyAsync($$"""
            kind: PolicyType
            metadata: {name: acme.always-1.0}
            spec:
              engine: rego
              source:
                module: |
                  package nightly
                  findings contains {"summary": "it is time"}
            ---
            kind: Policy
            metadata: {name: always}
            spec: {type: acme.always-1.0}
            ---
            kind: Binding
            metadata: {name: nightly}
            spec:
              policy: always
              targets: {path: "{{cluster}}" }
              per: group
              on: {schedule: every 1s}
              escalation: [{steps: [{operation: scale_out, target: group, with: {count: 1} }]}]
            """);

        await GrowsToAsync(cluster, 2);
    }

    [Fact]
    public async Task A_rule_in_rego_sits_before_a_cluster_s_actions()
    {
        var cluster = await _senlin.ClusterAsync("guarded", await _senlin.ProfileAsync(), 2);
        await ApplyAsync($$"""
            kind: PolicyType
            metadata: {name: acme.no-shrinking-1.0}
            spec:
              engine: rego
              source:
                module: |
                  package guard
                  refuse := "not in the daytime" if input.operation.name == "scale_in"
            ---
            kind: Policy
            metadata: {name: no-shrinking}
            spec: {type: acme.no-shrinking-1.0}
            ---
            kind: Binding
            metadata: {name: guard}
            spec:
              policy: no-shrinking
              targets: {path: "{{cluster}}" }
              per: group
              on: {operations: [{operation: scale_in}]}
            """);
        var refused = await _senlin.ActAsync(cluster, """{"scale_in": {"count": 1}}""");

        Assert.Equal("FAILED", refused.GetProperty("status").GetString());
        Assert.Contains("not in the daytime", refused.GetProperty("status_reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("SUCCEEDED", (await _senlin.ActAsync(cluster, """{"scale_out": {"count": 1}}""")).GetProperty("status").GetString());
        Assert.Equal(3, (await _senlin.NodesAsync(cluster)).Count);
    }

    private async Task ApplyAsync(string documents)
    {
        var applied = await _reeve.ApplyAsync(documents);
        Assert.True(applied.Status == HttpStatusCode.OK, applied.Body.GetRawText());
    }

    private Task GrowsToAsync(string cluster, int nodes) => Eventually.IsTrueAsync(
        async () => (await _senlin.NodesAsync(cluster)).Count(n => n.GetProperty("status").GetString() == "ACTIVE") == nodes,
        TimeSpan.FromSeconds(20));

    private async Task<JsonElement> LastAsync(string cluster, string action)
    {
        JsonElement found = default;
        await Eventually.IsTrueAsync(async () =>
        {
            found = (await _senlin.GetAsync($"/actions?target={cluster}&action={action}&sort=created_at:desc&limit=1"))
                .Body.GetProperty("actions")[0];
            return found.GetProperty("status").GetString() is "SUCCEEDED" or "FAILED";
        });
        return found;
    }
}
