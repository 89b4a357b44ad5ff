using System.Net;
using System.Text.Json;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Rules of Senlin's API that its clients rely on without a recorded pair for each.</summary>
public sealed class UpstreamRuleTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private readonly FaceClient _senlin = new(reeve);

    [Theory]
    [InlineData("""{"resize": {}}""", "Not enough parameters to do resize action.")]
    [InlineData("""{"resize": {"strict": true, "min_step": 2}}""", "Not enough parameters to do resize action.")]
    [InlineData("""{"resize": {"adjustment_type": "EXACT_CAPACITY"}}""", "Missing number value for size adjustment.")]
    [InlineData("""{"resize": {"adjustment_type": "EXACT_CAPACITY", "number": -1}}""", "must be non-negative integer")]
    [InlineData("""{"resize": {"max_size": 1001}}""", "less than or equal to 1000")]
    [InlineData("""{"resize": {"min_size": 5, "max_size": 4}}""", "less than the specified min_size (5)")]
    [InlineData("""{"resize": {"adjustment_type": "CHANGE_IN_CAPACITY", "number": -3}}""", "The target capacity (-1) is less than")]
    [InlineData("""{"scale_out": null}""", "The data provided is not a map")]
    [InlineData("""{"check": [1]}""", "The data provided is not a map")]
    [InlineData("""{"scale_in": {"count": 0}}""", "Count for scale-in request cannot be 0.")]
    [InlineData("""{"scale_out": {"count": -1}}""", "Value must be >= 0 for field 'count'.")]
    [InlineData("""{"scale_out": {"count": 1000}}""", "The target capacity (1002) is greater than the maximum number of nodes")]
    [InlineData("""{"add_nodes": {"nodes": ["a", "a"]}}""", "Items for 'nodes' must be unique")]
    [InlineData("""{"add_nodes": {"nodes": []}}""", "Value for 'nodes'")]
    [InlineData("""{"add_nodes": {"nodes": ["nosuch", "either"]}}""", "Nodes not found: ['nosuch', 'either'].")]
    [InlineData("""{"del_nodes": {"nodes": ["nosuch"]}}""", "Nodes not found: ['nosuch'].")]
    [InlineData("""{"replace_nodes": {"nodes": {"a": "c", "b": "c"}}}""", "Map contains duplicated values")]
    [InlineData("""{"replace_nodes": {"nodes": {"old": "new"}}}""", "Original nodes not found: ['old'].")]
    [InlineData("""{"replace_nodes": {"nodes": []}}""", "is not a map")]
    [InlineData("""{"recover": {"operation": 7}}""", "operation has to be a string")]
    [InlineData("""{"recover": {"operation": "REBOOT", "operation_params": {"type": "GENTLE"}}}""", "one of the following: SOFT, HARD")]
    [InlineData("""{"recover": {"operation": "REBOOT", "operation_params": "x"}}""", "operation_params must be a map")]
    [InlineData("""{"recover": {"opration": "REBOOT"}}""", "opration")]
    [InlineData("""{"recover": {"operation_params": {"type": "SOFT"}}}""", "Action parameter ['operation_params']")]
    [InlineData("""{"policy_attach": {}}""", "'policy_id' is a required property")]
    [InlineData("""{"policy_attach": {"policy_id": "nosuch"}}""", "The specified policy 'nosuch' could not be found.")]
    [InlineData("""{"check": {}, "recover": {}}""", "Multiple actions specified")]
    [InlineData("{}", "No action specified")]
    [InlineData("""{"fly": {}}""", "Unrecognized action 'fly' specified")]
    public async Task What_cannot_be_asked_of_a_cluster_is_said_at_once(string body, string message)
    {
        var cluster = await _senlin.ClusterAsync("asked", await _senlin.ProfileAsync(), 2);
        var reply = await _senlin.PostAsync($"/clusters/{cluster}/actions", body);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(message, FaceClient.Message(reply), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_nodes_of_a_request_is_said_together()
    {
        var profile = await _senlin.ProfileAsync();
        var cluster = await _senlin.ClusterAsync("first", profile, 1);
        var other = await _senlin.ClusterAsync("second", profile, 1);
        var member = Id((await _senlin.NodesAsync(cluster))[0]);
        var stranger = Id((await _senlin.NodesAsync(other))[0]);
        var adding = await _senlin.PostAsync(
            $"/clusters/{cluster}/actions", $$$"""{"add_nodes": {"nodes": ["{{{stranger}}}", "nosuch"]} }""");
        var removing = await _senlin.PostAsync(
            $"/clusters/{cluster}/actions", $$$"""{"del_nodes": {"nodes": ["{{{stranger}}}", "nosuch"]} }""");
        var replacing = await _senlin.PostAsync(
            $"/clusters/{cluster}/actions", $$$"""{"replace_nodes": {"nodes": {"{{{member}}}": "{{{stranger}}}"} } }""");

        Assert.Equal(HttpStatusCode.BadRequest, adding.Status);
        Assert.Equal($"Nodes ['{stranger}'] already owned by some cluster.\nNodes not found: ['nosuch'].", FaceClient.Message(adding));
        Assert.Equal(HttpStatusCode.BadRequest, removing.Status);
        Assert.Equal(
            $"Nodes not found: ['nosuch'].\nNodes not members of specified cluster: ['{stranger}'].", FaceClient.Message(removing));
        Assert.Equal(HttpStatusCode.BadRequest, replacing.Status);
        Assert.Equal($"Nodes ['{stranger}'] already member of a cluster.", FaceClient.Message(replacing));
    }

    [Theory]
    [InlineData("/policies", "policy", """{"type": "senlin.policy.deletion", "version": "1.0", "properties": {}}""")]
    [InlineData("/profiles", "profile", """{"type": "os.nova.server", "version": "1.0", "properties": {"flavor": 1}}""")]
    public async Task A_name_has_letters_and_digits_and_a_few_signs(string path, string key, string spec)
    {
        foreach (var (name, status) in new[]
        {
            ("\"two words\"", 400), ("\"a/b\"", 400), ("\"\"", 400), ("7", 400), ("null", 400), ($"\"{new string('n', 256)}\"", 400),
            ("\"9lives\"", 201), ("\"a-b_c.d~e\"", 201), ("\"\\u7b56\\u7565\"", 201), ($"\"{new string('n', 255)}\"", 201),
        })
        {
            var reply = await _senlin.PostAsync(path, $$$"""{"{{{key}}}": {"name": {{{name}}}, "spec": {{{spec}}} } }""");
            Assert.True((int)reply.Status == status, $"{name}: {reply.Status}");
        }
    }

    [Fact]
    public async Task An_older_client_is_shown_what_it_knows()
    {
        var cluster = await _senlin.ClusterAsync("shown", await _senlin.ProfileAsync(), 1);
        foreach (var (path, key, field, since) in new[]
        {
            ("/policy-types/senlin.policy.scaling-1.0", "policy_type", "support_status", 5),
            ("/profile-types/os.nova.server-1.0", "profile_type", "support_status", 5),
            ($"/actions?target={cluster}", "actions", "cluster_id", 14),
            ($"/nodes?cluster_id={cluster}", "nodes", "tainted", 13),
        })
        {
            Assert.False(await KnowsAsync(since - 1), path);
            Assert.True(await KnowsAsync(since), path);

            async Task<bool> KnowsAsync(int minor)
            {
                var shown = (await _senlin.SendAsync(HttpMethod.Get, path, null, $"1.{minor}")).Body.GetProperty(key);
                return (shown.ValueKind == JsonValueKind.Array ? shown[0] : shown).TryGetProperty(field, out _);
            }
        }
    }

    [Fact]
    public async Task What_an_older_version_does_not_know_is_passed_over()
    {
        var cluster = await _senlin.ClusterAsync("older", await _senlin.ProfileAsync(), 2);
        var changed = await _senlin.SendAsync(
            HttpMethod.Patch, $"/clusters/{cluster}", """{"cluster": {"name": "oldest", "config": {"a": 1} } }""", "1.6");
        await _senlin.EndAsync(FaceClient.ActionOf(changed));
        var node = Id((await _senlin.NodesAsync(cluster))[0]);
        var removed = await _senlin.SendAsync(
            HttpMethod.Post, $"/clusters/{cluster}/actions",
            $$$"""{"del_nodes": {"nodes": ["{{{node}}}"], "destroy_after_deletion": true} }""", "1.3");
        await _senlin.EndAsync(FaceClient.ActionOf(removed));

        Assert.Equal("{}", (await _senlin.ShowAsync(cluster)).GetProperty("config").GetRawText());
        Assert.Equal("", (await _senlin.GetAsync($"/nodes/{node}")).Body.GetProperty("node").GetProperty("cluster_id").GetString());
        Assert.Equal(HttpStatusCode.OK, (await _senlin.SendAsync(HttpMethod.Get, "/services", null, "1.0")).Status);
        Assert.NotEmpty((await _senlin.SendAsync(HttpMethod.Get, "/actions?cluster_id=nosuch", null, "1.13")).Body
            .GetProperty("actions").EnumerateArray());
    }

    [Fact]
    public async Task Actions_and_events_are_found_by_any_name_of_their_cluster()
    {
        var cluster = await _senlin.ClusterAsync("findme", await _senlin.ProfileAsync(), 1);
        foreach (var kind in (string[])["actions", "events"])
        {
            foreach (var named in (string[])["findme", cluster, cluster[..8]])
            {
                var found = (await _senlin.GetAsync($"/{kind}?cluster_id={named}")).Body.GetProperty(kind).EnumerateArray().ToList();
                Assert.NotEmpty(found);
                Assert.All(found, f => Assert.Equal(cluster, f.GetProperty("cluster_id").GetString()));
            }

            Assert.Empty((await _senlin.GetAsync($"/{kind}?cluster_id=nosuch")).Body.GetProperty(kind).EnumerateArray());
        }

        var ended = (await _senlin.GetAsync("/events?cluster_id=findme&sort=timestamp:desc,oid,cluster_id&limit=1")).Body;
        Assert.Equal("Cluster creation succeeded.", ended.GetProperty("events")[0].GetProperty("status_reason").GetString());
    }

    [Theory]
    [InlineData("$.details.status", "\"ACTIVE\"")]
    [InlineData("status", "\"ACTIVE\"")]
    [InlineData("['status']", "\"ACTIVE\"")]
    [InlineData("metadata.list[1]", "2")]
    [InlineData("metadata.list[-1]", "3")]
    [InlineData("$.metadata.list[1:]", "2")]
    [InlineData("metadata.list[*]", "1")]
    [InlineData("metadata..deep", "\"found\"")]
    [InlineData("$..deep", "\"found\"")]
    [InlineData("metadata.*.deep", "\"found\"")]
    [InlineData("metadata.\"a b\"", "4")]
    [InlineData("nosuch.attribute", null)]
    [InlineData("metadata.list[9]", null)]
    public async Task An_attribute_of_every_node_is_collected_by_its_path(string path, string? value)
    {
        var profile = await _senlin.ProfileAsync();
        var cluster = await _senlin.ClusterAsync("paths", profile, 0);
        var made = await _senlin.PostAsync("/nodes", $$$"""
            {"node": {"name": "n", "profile_id": "{{{profile}}}", "cluster_id": "{{{cluster}}}",
              "metadata": {"list": [1, 2, 3], "a b": 4, "far": {"deep": "found"}} } }
            """);
        await _senlin.EndAsync(FaceClient.ActionOf(made));
        var rows = (await _senlin.GetAsync($"/clusters/{cluster}/attrs/{Uri.EscapeDataString(path)}")).Body
            .GetProperty("cluster_attributes").EnumerateArray().Select(r => r.GetProperty("value").GetRawText());

        Assert.Equal(value is null ? [] : [value], rows);
    }

    [Theory]
    [InlineData("metadata[")]
    [InlineData("a b")]
    [InlineData("metadata.['x'")]
    [InlineData("$..")]
    [InlineData("a..")]
    [InlineData("$$")]
    [InlineData("None")]
    [InlineData("list[99999999999]")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q")]
    public async Task A_path_that_is_none_is_refused(string path)
    {
        var cluster = await _senlin.ClusterAsync("nopaths", await _senlin.ProfileAsync(), 1);
        var reply = await _senlin.GetAsync($"/clusters/{cluster}/attrs/{Uri.EscapeDataString(path)}");

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains("path", FaceClient.Message(reply), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 3600)]
    [InlineData("\"90\"", 90)]
    [InlineData("null", 3600)]
    public async Task A_time_out_of_nothing_is_the_usual_one(string given, int timeout)
    {
        var cluster = await _senlin.ClusterAsync("timed", await _senlin.ProfileAsync(), 1, $", \"timeout\": {given}");

        Assert.Equal(timeout, (await _senlin.ShowAsync(cluster)).GetProperty("timeout").GetInt32());
    }

    [Theory]
    [InlineData("web-$3I", "web-001")]
    [InlineData("web-$I-x", "web-1-x")]
    [InlineData("$5r", "^[a-z][0-9a-z]{4}$")]
    [InlineData("n-$R", "^n-[a-z][0-9a-z]{7}$")]
    [InlineData("$12R$12R", "^[0-9a-z]{24}$")]
    [InlineData("plain", "plain")]
    [InlineData("$99999999I", "^0{254}1$")]
    public async Task Nodes_are_named_by_the_format_of_their_cluster(string format, string name)
    {
        var cluster = await _senlin.ClusterAsync(
            "formed", await _senlin.ProfileAsync(), 1, $$""", "config": {"node.name.format": "{{format}}"}""");
        var made = (await _senlin.NodesAsync(cluster))[0].GetProperty("name").GetString()!;

        Assert.Matches(name.StartsWith('^') ? name : $"^{name}$", made);
    }

    [Fact]
    public async Task A_receiver_goes_with_its_cluster_and_a_wrong_count_from_outside_fails_the_action()
    {
        var cluster = await _senlin.ClusterAsync("outside", await _senlin.ProfileAsync(), 1);
        var receiver = Id((await _senlin.PostAsync("/receivers", $$$"""
            {"receiver": {"name": "r", "type": "webhook", "cluster_id": "{{{cluster}}}", "action": "CLUSTER_SCALE_OUT"} }
            """)).Body.GetProperty("receiver"));
        var asked = await _senlin.PostAsync($"/webhooks/{receiver}/trigger?V=2", """{"count": "many"}""");
        var ended = await _senlin.EndAsync(FaceClient.ActionOf(asked));
        var deleted = await _senlin.SendAsync(HttpMethod.Delete, $"/clusters/{cluster}", null);
        await _senlin.EndAsync(FaceClient.ActionOf(deleted));

        Assert.Equal("FAILED", ended.GetProperty("status").GetString());
        Assert.Equal("Invalid count (many) for scaling out.", ended.GetProperty("status_reason").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await _senlin.GetAsync($"/receivers/{receiver}")).Status);
    }

    [Fact]
    public async Task A_node_that_is_deleted_is_missed_when_the_policy_does_not_reduce_the_capacity()
    {
        var cluster = await _senlin.ClusterAsync("missed", await _senlin.ProfileAsync(), 2);
        await _senlin.PostAsync("/policies", """
            {"policy": {"name": "keep", "spec": {"type": "senlin.policy.deletion", "version": "1.1",
              "properties": {"reduce_desired_capacity": false} } } }
            """);
        await _senlin.ActAsync(cluster, """{"policy_attach": {"policy_id": "keep"}}""");
        var node = Id((await _senlin.NodesAsync(cluster))[0]);
        await _senlin.EndAsync(FaceClient.ActionOf(await _senlin.SendAsync(HttpMethod.Delete, $"/nodes/{node}", null)));
        var shown = await _senlin.ShowAsync(cluster);

        Assert.Equal(2, shown.GetProperty("desired_capacity").GetInt32());
        Assert.Equal("WARNING", shown.GetProperty("status").GetString());
        await _senlin.ActAsync(cluster, """{"recover": {"check": true, "check_capacity": true}}""");
        Assert.Equal(2, (await _senlin.NodesAsync(cluster)).Count);
    }

    private static string Id(JsonElement shown) => shown.GetProperty("id").GetString()!;
}
