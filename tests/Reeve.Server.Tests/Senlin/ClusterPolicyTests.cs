using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Policies on clusters of the simulated cloud.</summary>
public sealed class ClusterPolicyTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private readonly SenlinClient _senlin = new(reeve.App.SenlinUrl);

    [Fact]
    public async Task New_nodes_are_where_the_weights_want_them()
    {
        var cluster = await ClusterAsync(0);
        await AttachAsync(cluster, "senlin.policy.zone_placement-1.0", """
            {"zones": [{"name": "AZ1", "weight": 300}, {"name": "AZ2", "weight": 150}, {"name": "AZ3", "weight": 100}]}
            """);
        var grown = await _senlin.ActAsync(cluster, "scale_out", """{"count": 7}""");

        Assert.Equal("SUCCEEDED", grown.GetProperty("status").GetString());
        var zones = (await _senlin.NodesAsync(cluster))
            .CountBy(n => n.GetProperty("data").GetProperty("placement").GetProperty("zone").GetString()!)
            .OrderBy(z => z.Key, StringComparer.Ordinal);
        Assert.Equal([new("AZ1", 4), new("AZ2", 2), new("AZ3", 1)], zones);
    }

    [Fact]
    public async Task A_node_goes_when_its_hook_has_said_so()
    {
        await using var sink = await HttpSink.StartAsync();
        var cluster = await ClusterAsync(2);
        await AttachAsync(cluster, "senlin.policy.deletion-1.1", $$$"""
            {"criteria": "OLDEST_FIRST", "hooks": {"type": "webhook", "timeout": 60, "params": {"url": "{{{sink.Url}}}bye"} } }
            """);
        var (_, asked) = await _senlin.PostAsync($"clusters/{cluster}/actions", JsonNode.Parse("""{"scale_in": {"count": 1}}""")!);
        var told = JsonDocument.Parse((await sink.WaitForAsync(1))[0].Text).RootElement;
        Assert.Equal("termination", told.GetProperty("lifecycle_transition_type").GetString());
        Assert.Equal(2, (await _senlin.NodesAsync(cluster)).Count);

        var (status, _) = await _senlin.PostAsync($"clusters/{cluster}/actions", new JsonObject
        {
            ["complete_lifecycle"] = new JsonObject
            {
                ["lifecycle_action_token"] = told.GetProperty("lifecycle_action_token").GetString(),
            },
        });
        Assert.Equal(HttpStatusCode.Accepted, status);
        var ended = await _senlin.EndOfAsync(asked.GetProperty("action").GetString()!);
        Assert.True(ended.GetProperty("status").GetString() == "SUCCEEDED", ended.GetRawText());
        Assert.Single(await _senlin.NodesAsync(cluster));
    }

    [Theory]
    [InlineData("senlin.policy.deletion-1.1", """{"hooks": {"type": "zaqar", "params": {"queue": "q"}, "timeout": 5}}""", "zaqar")]
    [InlineData("senlin.policy.batch-1.0", """{"max_batch_size": 0}""", "max_batch_size")]
    public async Task What_cannot_work_is_refused_when_it_is_attached(string type, string properties, string reason)
    {
        var ended = await AttachAsync(await ClusterAsync(0), type, properties, succeeds: false);
        Assert.Contains(reason, ended.GetProperty("status_reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_versions_of_a_deletion_policy_do_not_sit_on_one_cluster()
    {
        var cluster = await ClusterAsync(0);
        await AttachAsync(cluster, "senlin.policy.deletion-1.0", "{}");
        var ended = await AttachAsync(cluster, "senlin.policy.deletion-1.1", "{}", succeeds: false);

        Assert.Contains("Only one instance", ended.GetProperty("status_reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_of_the_core_sits_before_an_action_on_a_cluster()
    {
        var cluster = await ClusterAsync(1);
        Assert.Equal(HttpStatusCode.OK, (await reeve.ApplyAsync($$"""
            kind: Policy
            metadata: {name: by-three}
            spec: {type: senlin.policy.scaling-1.0, properties: {event: CLUSTER_SCALE_OUT, adjustment: {number: 3} } }
            ---
            kind: Binding
            metadata: {name: from-outside}
            spec: {policy: by-three, targets: {path: "{{cluster}}" }, per: all, on: {operations: [{operation: scale_out}] } }
            """)).Status);
        var grown = await _senlin.ActAsync(cluster, "scale_out");

        Assert.Equal("SUCCEEDED", grown.GetProperty("status").GetString());
        Assert.Equal(4, (await _senlin.NodesAsync(cluster)).Count);
    }

    [Fact]
    public async Task A_balancer_of_the_cloud_notes_its_address_and_its_members()
    {
        var cluster = await ClusterAsync(2);
        await AttachAsync(
            cluster, "senlin.policy.loadbalance-1.1", """{"pool": {"subnet": "s"}, "vip": {"subnet": "s", "address": "10.1.2.3"}}""");
        await _senlin.ActAsync(cluster, "scale_out");

        var data = (await _senlin.ClusterAsync(cluster)).GetProperty("data").GetProperty("loadbalancers").EnumerateObject().Single().Value;
        Assert.Equal("10.1.2.3", data.GetProperty("vip_address").GetString());
        Assert.Equal(3, data.GetProperty("members").GetInt32());
        Assert.All(
            await _senlin.NodesAsync(cluster), n => Assert.True(n.GetProperty("data").TryGetProperty("lb_member", out _), n.GetRawText()));
    }

    [Fact]
    public async Task Processes_without_a_balancer_say_how_to_get_one()
    {
        var cluster = await ClusterAsync(0, """
            {"type": "reeve.process", "version": "1.0", "properties": {"command": ["/bin/true"]}}
            """);
        var ended = await AttachAsync(
            cluster, "senlin.policy.loadbalance-1.3", """{"pool": {"subnet": "s"}, "vip": {"subnet": "s"}}""", succeeds: false);

        Assert.Contains("--haproxy", ended.GetProperty("status_reason").GetString(), StringComparison.Ordinal);
    }

    private async Task<string> ClusterAsync(int size, string? spec = null)
    {
        var profile = await _senlin.MakeAsync("profile", new JsonObject
        {
            ["name"] = "server",
            ["spec"] = JsonNode.Parse(spec ?? """
                {"type": "os.nova.server", "version": "1.0", "properties": {"name": "s", "flavor": "f", "image": "i"}}
                """),
        });
        var cluster = await _senlin.MakeAsync("cluster", new JsonObject
        {
            ["name"] = "c",
            ["profile_id"] = profile,
            ["desired_capacity"] = size,
        });
        await Eventually.IsTrueAsync(async () => (await _senlin.ClusterAsync(cluster)).GetProperty("status").GetString() == "ACTIVE");
        return cluster;
    }

    private async Task<JsonElement> AttachAsync(string cluster, string type, string properties, bool succeeds = true)
    {
        var policy = await _senlin.PolicyAsync(type, properties);
        var ended = await _senlin.ActAsync(cluster, "policy_attach", $$"""{"policy_id": "{{policy}}"}""");
        Assert.True(ended.GetProperty("status").GetString() == (succeeds ? "SUCCEEDED" : "FAILED"), ended.GetRawText());
        return ended;
    }
}
