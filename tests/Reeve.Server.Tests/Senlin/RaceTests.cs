using System.Net;
using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Many who want something of the same clusters at once: whatever is refused or stopped, nothing hangs or is lost.</summary>
public sealed class RaceTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private readonly FaceClient _senlin = new(reeve);

    [Fact]
    public async Task A_deletion_that_is_overtaken_before_it_began_is_said_to_be_cancelled()
    {
        var cluster = await _senlin.ClusterAsync("overtaken", await _senlin.ProfileAsync("\"simulate.delay\": \"0.2\""), 2);
        var node = Id((await _senlin.NodesAsync(cluster))[0]);
        var scale = await _senlin.PostAsync($"/clusters/{cluster}/actions", """{"scale_out": {"count": 1}}""");
        var first = await _senlin.SendAsync(HttpMethod.Delete, $"/nodes/{node}", null);
        var second = await _senlin.SendAsync(HttpMethod.Delete, $"/nodes/{node}", null);

        Assert.Equal("SUCCEEDED", await EndAsync(scale));
        Assert.Equal("CANCELLED", await EndAsync(first));
        Assert.Equal("SUCCEEDED", await EndAsync(second));
        var shown = await _senlin.ShowAsync(cluster);
        Assert.Equal(2, shown.GetProperty("desired_capacity").GetInt32());
        Assert.Equal("ACTIVE", shown.GetProperty("status").GetString());
        Assert.DoesNotContain(await _senlin.NodesAsync(cluster), n => Id(n) == node);
    }

    [Fact]
    public async Task Children_that_never_had_their_turn_end_with_the_action_that_wanted_them()
    {
        var (cluster, action) = await _senlin.CreateAsync("crowded", await _senlin.ProfileAsync("\"simulate.delay\": \"0.3\""), 100);
        await Eventually.IsTrueAsync(async () => (await ChildrenAsync("RUNNING")).Count > 0);
        await _senlin.SendAsync(HttpMethod.Patch, $"/actions/{action}", """{"action": {"status": "CANCELLED"}}""");

        Assert.Equal("CANCELLED", (await _senlin.EndAsync(action)).GetProperty("status").GetString());
        await Eventually.IsTrueAsync(async () =>
            (await ChildrenAsync("RUNNING")).Count == 0 && (await ChildrenAsync("READY")).Count == 0);
        await _senlin.EndAsync(FaceClient.ActionOf(await _senlin.SendAsync(HttpMethod.Delete, $"/clusters/{cluster}?force=true", null)));

        async Task<List<JsonElement>> ChildrenAsync(string status) =>
            [.. (await _senlin.GetAsync($"/actions?cluster_id={cluster}&action=NODE_CREATE&status={status}")).Body
                .GetProperty("actions").EnumerateArray()];
    }

    [Fact]
    public async Task A_storm_on_a_receiver_makes_as_many_nodes_as_it_was_promised()
    {
        var cluster = await _senlin.ClusterAsync("storm", await _senlin.ProfileAsync(), 1, ", \"max_size\": 500");
        var receiver = Id((await _senlin.PostAsync("/receivers", $$$"""
            {"receiver": {"name": "r", "type": "webhook", "cluster_id": "{{{cluster}}}", "action": "CLUSTER_SCALE_OUT"} }
            """)).Body.GetProperty("receiver"));
        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(
            _ => _senlin.PostAsync($"/webhooks/{receiver}/trigger?V=2", """{"count": "2"}""")));
        var taken = replies.Where(r => r.Status == HttpStatusCode.Accepted).ToList();
        Assert.All(replies.Except(taken), r => Assert.Equal("ActionConflict", TypeOf(r)));
        foreach (var reply in taken)
        {
            Assert.Equal("SUCCEEDED", await EndAsync(reply));
        }

        Assert.NotEmpty(taken);
        var shown = await _senlin.ShowAsync(cluster);
        Assert.Equal(1 + (2 * taken.Count), shown.GetProperty("nodes").GetArrayLength());
        Assert.Equal(1 + (2 * taken.Count), shown.GetProperty("desired_capacity").GetInt32());
    }

    [Theory]
    [InlineData("scale_in", """{"count": 2}""", "stop", "Failed in deleting nodes")]
    [InlineData("scale_out", """{"count": 2}""", "create", "Failed in creating nodes")]
    [InlineData("resize", """{"adjustment_type": "EXACT_CAPACITY", "number": 1}""", "delete", "Failed in deleting nodes")]
    public async Task A_driver_that_fails_half_way_leaves_nodes_in_error_and_a_recovery_brings_the_size(
        string action, string inputs, string fails, string said)
    {
        var well = await _senlin.ProfileAsync($"\"case\": \"{action}\"");
        var ill = await _senlin.ProfileAsync($"\"case\": \"{action}\", \"simulate.fail\": \"{fails}\", \"simulate.times\": \"1\"");
        var cluster = await _senlin.ClusterAsync($"half-{action}", well, 3);
        await _senlin.EndAsync(FaceClient.ActionOf(await _senlin.SendAsync(
            HttpMethod.Patch, $"/clusters/{cluster}", $$$"""{"cluster": {"profile_id": "{{{ill}}}"} }""")));
        var failed = await _senlin.ActAsync(cluster, $$"""{"{{action}}": {{inputs}} }""");

        Assert.Equal("FAILED", failed.GetProperty("status").GetString());
        Assert.Contains(said, failed.GetProperty("status_reason").GetString(), StringComparison.Ordinal);
        Assert.Contains($"told to fail {fails}", failed.GetProperty("status_reason").GetString(), StringComparison.Ordinal);
        Assert.Single(await _senlin.NodesAsync(cluster), n => n.GetProperty("status").GetString() == "ERROR");
        await _senlin.ActAsync(cluster, """{"recover": {"check": true, "check_capacity": true}}""");
        var shown = await _senlin.ShowAsync(cluster);
        Assert.Equal("ACTIVE", shown.GetProperty("status").GetString());
        Assert.True(
            shown.GetProperty("nodes").GetArrayLength() >= shown.GetProperty("desired_capacity").GetInt32(), shown.GetRawText());
    }

    [Fact]
    public async Task Whatever_is_asked_at_once_the_records_agree_afterwards()
    {
        var profile = await _senlin.ProfileAsync("\"simulate.delay\": \"0.005\"");
        var clusters = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            clusters.Add(await _senlin.ClusterAsync($"rough{i}", profile, 3, ", \"min_size\": 1, \"max_size\": 9"));
        }

        foreach (var (type, properties) in new[]
        {
            ("deletion", """{"criteria": "OLDEST_FIRST"}"""), ("zone_placement", """{"zones": [{"name": "AZ1"}, {"name": "AZ2"}]}"""),
            ("loadbalance", """{"pool": {"subnet": "s"}, "vip": {"subnet": "s"} }"""),
        })
        {
            await _senlin.PostAsync("/policies", $$$"""
                {"policy": {"name": "rough-{{{type}}}",
                  "spec": {"type": "senlin.policy.{{{type}}}", "version": "1.0", "properties": {{{properties}}} } } }
                """);
        }

        await Task.WhenAll(Enumerable.Range(0, 6).Select(caller => RoughlyAsync(clusters, new Random(caller))));
        await Eventually.IsTrueAsync(async () =>
        {
            var open = (await _senlin.GetAsync("/actions?status=READY&status=RUNNING&status=WAITING&status=INIT")).Body;
            return open.GetProperty("actions").EnumerateArray().All(a => !clusters.Contains(a.GetProperty("cluster_id").GetString()!));
        });
        foreach (var cluster in clusters)
        {
            var shown = await _senlin.ShowAsync(cluster);
            var nodes = await _senlin.NodesAsync(cluster);
            Assert.Equal(
                shown.GetProperty("nodes").EnumerateArray().Select(n => n.GetString()).Order(), nodes.Select(n => (string?)Id(n)).Order());
            Assert.Equal(shown.GetProperty("desired_capacity").GetInt32(), nodes.Count);
            Assert.Equal("ACTIVE", shown.GetProperty("status").GetString());
            Assert.Equal(nodes.Count, nodes.Select(n => n.GetProperty("index").GetInt32()).Distinct().Count());
            Assert.All(nodes, n => Assert.Equal("ACTIVE", n.GetProperty("status").GetString()));
        }
    }

    private async Task RoughlyAsync(List<string> clusters, Random random)
    {
        for (var turn = 0; turn < 40; turn++)
        {
            var cluster = clusters[random.Next(clusters.Count)];
            var members = await _senlin.NodesAsync(cluster);
            var node = members.Count > 0 ? Id(members[random.Next(members.Count)]) : "none";
            var policy = random.Next(2) == 0 ? "deletion" : "loadbalance";
            var reply = random.Next(9) switch
            {
                0 => await ActAsync("""{"scale_out": {"count": 2}}"""),
                1 => await ActAsync("""{"scale_in": {}}"""),
                2 => await ActAsync($$$"""{"resize": {"adjustment_type": "EXACT_CAPACITY", "number": {{{random.Next(1, 9)}}} } }"""),
                3 => await ActAsync("""{"check": {}}"""),
                4 => await ActAsync("""{"recover": {"check": true}}"""),
                5 => await ActAsync($$$"""{"del_nodes": {"nodes": ["{{{node}}}"], "destroy_after_deletion": true} }"""),
                6 => await ActAsync($$$"""{"policy_attach": {"policy_id": "rough-{{{policy}}}"} }"""),
                7 => await ActAsync("""{"policy_attach": {"policy_id": "rough-zone_placement"}}"""),
                _ => await _senlin.SendAsync(HttpMethod.Delete, $"/nodes/{node}", null),
            };
            Assert.True((int)reply.Status is 202 or 400 or 404 or 409, reply.Body.GetRawText());

            Task<Reply> ActAsync(string body) => _senlin.PostAsync($"/clusters/{cluster}/actions", body);
        }
    }

    private async Task<string> EndAsync(Reply reply) =>
        (await _senlin.EndAsync(FaceClient.ActionOf(reply))).GetProperty("status").GetString()!;

    private static string TypeOf(Reply reply) => reply.Body.GetProperty("error").GetProperty("type").GetString()!;

    private static string Id(JsonElement shown) => shown.GetProperty("id").GetString()!;
}
