using System.Net;
using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Clusters of the simulated cloud, from their making to their end, and what gets in each other's way.</summary>
public sealed class ClusterTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private const string Slow = "\"simulate.delay\": \"0.3\"";
    private readonly FaceClient _senlin = new(reeve);

    [Fact]
    public async Task An_action_of_two_nodes_ends_within_a_tenth_of_a_second()
    {
        var profile = await _senlin.ProfileAsync();
        await _senlin.ClusterAsync("warm", profile, 2);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var begun = TimeProvider.System.GetTimestamp();
            await _senlin.ClusterAsync($"quick{i}", profile, 2);
            var took = TimeProvider.System.GetElapsedTime(begun);
            best = took < best ? took : best;
        }

        Assert.True(best < TimeSpan.FromMilliseconds(100), $"{best.TotalMilliseconds} ms");
    }

    [Fact]
    public async Task Of_two_scale_requests_at_once_one_is_refused_and_says_which_is_at_work()
    {
        var cluster = await _senlin.ClusterAsync("two", await _senlin.ProfileAsync(Slow), 1);
        var asked = await Task.WhenAll(
            _senlin.PostAsync($"/clusters/{cluster}/actions", """{"scale_out": {"count": 1}}"""),
            _senlin.PostAsync($"/clusters/{cluster}/actions", """{"scale_out": {"count": 1}}"""));

        var taken = Assert.Single(asked, r => r.Status == HttpStatusCode.Accepted);
        var refused = Assert.Single(asked, r => r.Status == HttpStatusCode.Conflict);
        Assert.Contains(FaceClient.ActionOf(taken), FaceClient.Message(refused), StringComparison.Ordinal);
        Assert.Equal("ActionConflict", refused.Body.GetProperty("error").GetProperty("type").GetString());
        await _senlin.EndAsync(FaceClient.ActionOf(taken));
        Assert.Equal(2, (await _senlin.ShowAsync(cluster)).GetProperty("nodes").GetArrayLength());
    }

    [Fact]
    public async Task A_policy_is_not_attached_while_an_action_is_at_work()
    {
        var (cluster, action) = await _senlin.CreateAsync("busy", await _senlin.ProfileAsync(Slow), 1);
        var policy = (await _senlin.PostAsync(
            "/policies",
            """{"policy": {"name": "d", "spec": {"type": "senlin.policy.deletion", "version": "1.0", "properties": {}}}}"""))
            .Body.GetProperty("policy").GetProperty("id").GetString();
        var attach = $$$"""{"policy_attach": {"policy_id": "{{{policy}}}"}}""";

        Assert.Equal(HttpStatusCode.Conflict, (await _senlin.PostAsync($"/clusters/{cluster}/actions", attach)).Status);
        await _senlin.EndAsync(action);
        Assert.Equal("SUCCEEDED", (await _senlin.ActAsync(cluster, attach)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("CREATING", true)]
    [InlineData("UPDATING", true)]
    [InlineData("RESIZING", false)]
    public async Task A_delete_stops_what_is_at_work_and_has_to_be_forced_in_some_states(string state, bool mustBeForced)
    {
        var profile = await _senlin.ProfileAsync("\"simulate.delay\": \"0.2\"");
        var (cluster, action) = await _senlin.CreateAsync($"gone-{state}", profile, 2);
        if (state != "CREATING")
        {
            await _senlin.EndAsync(action);
            action = state == "RESIZING"
                ? FaceClient.ActionOf(await _senlin.PostAsync($"/clusters/{cluster}/actions", """{"scale_out": {"count": 2}}"""))
                : await UpdateSlowlyAsync(cluster);
        }

        await Eventually.IsTrueAsync(async () => (await _senlin.ShowAsync(cluster)).GetProperty("status").GetString() == state);
        var deletion = await _senlin.SendAsync(HttpMethod.Delete, $"/clusters/{cluster}", null);
        Assert.Equal(mustBeForced ? HttpStatusCode.Conflict : HttpStatusCode.Accepted, deletion.Status);
        if (mustBeForced)
        {
            deletion = await _senlin.SendAsync(HttpMethod.Delete, $"/clusters/{cluster}", """{"force": true}""");
        }

        Assert.Equal("SUCCEEDED", (await _senlin.EndAsync(FaceClient.ActionOf(deletion))).GetProperty("status").GetString());
        Assert.Equal("CANCELLED", (await _senlin.EndAsync(action)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await _senlin.GetAsync($"/clusters/{cluster}")).Status);
        var nodes = (await _senlin.GetAsync("/nodes")).Body.GetProperty("nodes").EnumerateArray();
        Assert.DoesNotContain(nodes, n => n.GetProperty("cluster_id").GetString() == cluster);
    }

    // one node, then a pause, then the other
    private async Task<string> UpdateSlowlyAsync(string cluster)
    {
        await _senlin.PostAsync("/policies", """
            {"policy": {"name": "slow", "spec": {"type": "senlin.policy.batch", "version": "1.0",
              "properties": {"max_batch_size": 1, "pause_time": 60} } } }
            """);
        await _senlin.ActAsync(cluster, """{"policy_attach": {"policy_id": "slow"}}""");
        var next = await _senlin.ProfileAsync("\"simulate.delay\": \"0.1\"");
        return FaceClient.ActionOf(await _senlin.SendAsync(
            HttpMethod.Patch, $"/clusters/{cluster}", $$$"""{"cluster": {"profile_id": "{{{next}}}"} }"""));
    }

    [Fact]
    public async Task A_driver_that_fails_half_way_leaves_a_warning_with_the_reason_and_recovery_heals_it()
    {
        var profile = await _senlin.ProfileAsync("\"simulate.fail\": \"create\", \"simulate.times\": \"1\"");
        var (cluster, action) = await _senlin.CreateAsync("half", profile, 3);
        var failed = await _senlin.EndAsync(action);
        var shown = await _senlin.ShowAsync(cluster);

        Assert.Equal("FAILED", failed.GetProperty("status").GetString());
        Assert.Contains("told to fail create", failed.GetProperty("status_reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("WARNING", shown.GetProperty("status").GetString());
        Assert.Contains("told to fail create", shown.GetProperty("status_reason").GetString(), StringComparison.Ordinal);
        Assert.Single(await _senlin.NodesAsync(cluster), n => n.GetProperty("status").GetString() == "ERROR");

        Assert.Equal("SUCCEEDED", (await _senlin.ActAsync(cluster, """{"recover": {}}""")).GetProperty("status").GetString());
        Assert.Equal("ACTIVE", (await _senlin.ShowAsync(cluster)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_cancelled_action_says_so_and_leaves_no_state_behind_that_looks_like_work()
    {
        var (cluster, action) = await _senlin.CreateAsync("stop", await _senlin.ProfileAsync("\"simulate.delay\": \"30\""), 1);
        await Eventually.IsTrueAsync(async () => (await _senlin.ShowAsync(cluster)).GetProperty("status").GetString() == "CREATING");
        var cancel = await _senlin.SendAsync(HttpMethod.Patch, $"/actions/{action}", """{"action": {"status": "CANCELLED"}}""");

        Assert.Equal(HttpStatusCode.Accepted, cancel.Status);
        Assert.Equal("CANCELLED", (await _senlin.EndAsync(action)).GetProperty("status").GetString());
        await Eventually.IsTrueAsync(async () => (await _senlin.ShowAsync(cluster)).GetProperty("status").GetString() == "WARNING");
    }

    [Fact]
    public async Task The_core_s_operations_and_bindings_reach_clusters()
    {
        var cluster = await _senlin.ClusterAsync("core", await _senlin.ProfileAsync(), 1, ", \"max_size\": 3");
        var asked = await reeve.PostAsync(
            "/api/v1/executions", $$$"""{"operation": "scale_out", "target": "{{{cluster}}}", "with": {"count": 2} }""");
        Assert.True(asked.Status == HttpStatusCode.Accepted, asked.Body.GetRawText());
        Assert.Equal("succeeded", (await reeve.EndOfAsync(asked.Text("id"))).GetProperty("status").GetString());
        Assert.Equal(3, (await _senlin.ShowAsync(cluster)).GetProperty("desired_capacity").GetInt32());
        var actions = (await _senlin.GetAsync($"/actions?target={cluster}&action=CLUSTER_SCALE_OUT")).Body.GetProperty("actions");
        Assert.Equal("SUCCEEDED", Assert.Single(actions.EnumerateArray()).GetProperty("status").GetString());

        var applied = await reeve.ApplyAsync(
            $$"""
            kind: Policy
            metadata: {name: one-only}
            spec: {type: senlin.policy.scaling-1.0, properties: {event: CLUSTER_SCALE_IN, adjustment: {number: 1, cooldown: 3600} } }
            ---
            kind: Binding
            metadata: {name: guard}
            spec:
              policy: one-only
              targets: {path: {{cluster}}}
              on: {operations: [{operation: scale_in}, {operation: scale_in, phase: after}]}
            """);
        Assert.True(applied.Status == HttpStatusCode.OK, applied.Body.GetRawText());
        Assert.Equal("SUCCEEDED", (await _senlin.ActAsync(cluster, """{"scale_in": {}}""")).GetProperty("status").GetString());
        JsonElement second = default;
        await Eventually.IsTrueAsync(async () =>
        {
            second = await _senlin.ActAsync(cluster, """{"scale_in": {}}""");
            return second.GetProperty("status").GetString() == "FAILED";
        });
        Assert.Contains("guard", second.GetProperty("status_reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_end_and_together_hold_each_cluster_once()
    {
        var profile = await _senlin.ProfileAsync();
        for (var i = 0; i < 7; i++)
        {
            await _senlin.CreateAsync($"page{i}", profile, 0);
        }

        foreach (var sort in (string[])["", "&sort=name:desc", "&sort=status,name:asc"])
        {
            var seen = new List<string>();
            for (var pages = 0; pages < 1000; pages++)
            {
                var after = seen.Count > 0 ? $"&marker={seen[^1]}" : "";
                var page = (await _senlin.GetAsync($"/clusters?limit=3{sort}{after}")).Body.GetProperty("clusters").EnumerateArray()
                    .Select(c => c.GetProperty("id").GetString()!)
                    .ToList();
                seen.AddRange(page);
                if (page.Count == 0)
                {
                    break;
                }
            }

            var all = (await _senlin.GetAsync("/clusters")).Body.GetProperty("clusters").GetArrayLength();
            Assert.Equal(all, seen.Distinct().Count());
            Assert.Equal(all, seen.Count);
        }
    }

    [Theory]
    [InlineData("POST", "/clusters", "{}", 400)]
    [InlineData("POST", "/clusters", """{"cluster": []}""", 400)]
    [InlineData("POST", "/clusters", """{"cluster": {"name": "c"}}""", 400)]
    [InlineData("POST", "/clusters", """{"cluster": {"name": "c", "profile_id": "nosuch"}}""", 400)]
    [InlineData("POST", "/clusters", """{"cluster": {"name": "c", "profile_id": "x", "desired_capacity": -1}}""", 400)]
    [InlineData("POST", "/clusters", """{"cluster": {"name": "c", "profile_id": "x", "metadata": "{"}}""", 400)]
    [InlineData("POST", "/clusters", "nonsense", 400)]
    [InlineData("PATCH", "/clusters/nosuch", """{"cluster": {"name": "d"}}""", 404)]
    [InlineData("DELETE", "/clusters/nosuch", null, 404)]
    [InlineData("POST", "/clusters/nosuch/actions", """{"check": {}}""", 404)]
    [InlineData("POST", "/clusters/nosuch/actions", "{}", 400)]
    [InlineData("POST", "/clusters/nosuch/actions", """{"check": {}, "recover": {}}""", 400)]
    [InlineData("POST", "/clusters/nosuch/actions", """{"explode": {}}""", 400)]
    [InlineData("GET", "/clusters?limit=-1", null, 400)]
    [InlineData("GET", "/clusters?limit=x", null, 400)]
    [InlineData("GET", "/clusters?marker=x", null, 400)]
    [InlineData("GET", "/clusters?sort=name:up", null, 400)]
    [InlineData("GET", "/clusters?colour=red", null, 400)]
    [InlineData("GET", "/nodes?cluster_id=nosuch", null, 400)]
    [InlineData("POST", "/receivers", """{"receiver": {"name": "r", "type": "message"}}""", 400)]
    [InlineData("POST", "/webhooks/nosuch/trigger", "{}", 404)]
    [InlineData("POST", "/actions", "{}", 403)]
    [InlineData("GET", "/nothing", null, 404)]
    public async Task What_cannot_be_done_is_no_failure_of_the_server(string method, string path, string? body, int status)
    {
        var reply = await _senlin.SendAsync(new HttpMethod(method), path, body);
        Assert.Equal(status, (int)reply.Status);
        Assert.True(reply.Body.TryGetProperty("title", out _) && reply.Headers.ContainsKey("X-Openstack-Request-Id"));
    }

    [Fact]
    public async Task A_node_that_leaves_a_cluster_lives_on_and_may_join_another()
    {
        var profile = await _senlin.ProfileAsync();
        var first = await _senlin.ClusterAsync("first", profile, 1);
        var second = await _senlin.ClusterAsync("second", profile, 0);
        var node = (await _senlin.NodesAsync(first))[0].GetProperty("id").GetString();

        await _senlin.ActAsync(first, $$$"""{"del_nodes": {"nodes": ["{{{node}}}"]}}""");
        Assert.Equal("", (await _senlin.GetAsync($"/nodes/{node}")).Body.GetProperty("node").GetProperty("cluster_id").GetString());
        await _senlin.ActAsync(second, $$$"""{"add_nodes": {"nodes": ["{{{node}}}"]}}""");

        Assert.Equal(0, (await _senlin.ShowAsync(first)).GetProperty("desired_capacity").GetInt32());
        Assert.Equal(1, (await _senlin.ShowAsync(second)).GetProperty("desired_capacity").GetInt32());
        Assert.Equal(node, Assert.Single(await _senlin.NodesAsync(second)).GetProperty("id").GetString());
        Assert.Equal("ACTIVE", (await _senlin.ShowAsync(second)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task New_nodes_go_where_the_zone_policy_plans_them()
    {
        var cluster = await _senlin.ClusterAsync("zones", await _senlin.ProfileAsync(), 0);
        var policy = (await _senlin.PostAsync(
            "/policies",
            """
            {"policy": {"name": "z", "spec": {"type": "senlin.policy.zone_placement", "version": "1.0",
              "properties": {"zones": [{"name": "AZ1", "weight": 100}, {"name": "AZ2", "weight": 200}]}}}}
            """)).Body.GetProperty("policy").GetProperty("id").GetString();
        await _senlin.ActAsync(cluster, $$$"""{"policy_attach": {"policy_id": "{{{policy}}}"}}""");
        var action = await _senlin.ActAsync(cluster, """{"scale_out": {"count": 6}}""");
        var zones = (await _senlin.NodesAsync(cluster))
            .CountBy(n => n.GetProperty("data").GetProperty("placement").GetProperty("zone").GetString()!)
            .ToDictionary(z => z.Key, z => z.Value);

        Assert.Equal(2, zones["AZ1"]);
        Assert.Equal(4, zones["AZ2"]);
        Assert.Equal(4, action.GetProperty("data").GetProperty("creation").GetProperty("zones").GetProperty("AZ2").GetInt32());
        Assert.Equal("z", action.GetProperty("trace")[0].GetProperty("policy").GetString());
    }
}
