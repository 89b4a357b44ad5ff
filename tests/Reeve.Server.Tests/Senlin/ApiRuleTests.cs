using System.Net;
using System.Text.Json;

namespace Reeve.Server.Tests.Senlin;

/// <summary>What the API refuses, and what each version of it knows.</summary>
public sealed class ApiRuleTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private readonly FaceClient _senlin = new(reeve);

    [Theory]
    [InlineData("/clusters?status=BOGUS", "1.14", "BOGUS is invalid for 'status'")]
    [InlineData("/nodes?status=active", "1.14", "active is invalid for 'status'")]
    [InlineData("/actions?action=CLUSTER_FLY", "1.14", "CLUSTER_FLY is invalid for 'action'")]
    [InlineData("/actions?status=FAILED&status=DONE", "1.14", "DONE is invalid for 'status'")]
    [InlineData("/receivers?type=mail", "1.14", "mail is invalid for 'type'")]
    [InlineData("/events?action=CLUSTER_FLY", "1.14", "CLUSTER_FLY is invalid for 'action'")]
    [InlineData("/policies?global_project=1", "1.14", "Invalid value '1' specified for 'global_project'")]
    [InlineData("/nodes/x?show_details=maybe", "1.14", "Invalid value 'maybe' specified for 'show_details'")]
    [InlineData("/receivers?action=NODE_CREATE", "1.14", "NODE_CREATE is invalid for 'action'")]
    [InlineData("/profile-types/os.nova.server-1.0/ops", "1.3", "API version '1.3' is not supported on this method.")]
    public async Task A_list_refuses_what_it_does_not_know(string path, string version, string message)
    {
        var reply = await _senlin.SendAsync(HttpMethod.Get, path, null, version);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(message, FaceClient.Message(reply), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/actions", "1.2", """{"replace_nodes": {"nodes": {"a": "b"}}}""", "API version '1.2'")]
    [InlineData("POST", "/actions", "1.8", """{"complete_lifecycle": {"lifecycle_action_token": "a"}}""", "API version '1.8'")]
    [InlineData("POST", "/ops", "1.3", """{"reboot": {}}""", "API version '1.3'")]
    [InlineData("PATCH", "", "1.6", """{"cluster": {"config": {"a": 1}}}""", "No property needs an update.")]
    [InlineData("PATCH", "", "1.5", """{"cluster": {"profile_only": true}}""", "No property needs an update.")]
    [InlineData("GET", "/attrs/$.id", "1.1", null, "API version '1.1'")]
    public async Task An_older_version_does_not_know_what_came_later(
        string method, string path, string version, string? body, string message)
    {
        var cluster = await _senlin.ClusterAsync("old", await _senlin.ProfileAsync(), 0);
        var reply = await _senlin.SendAsync(new HttpMethod(method), $"/clusters/{cluster}{path}", body, version);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(message, FaceClient.Message(reply), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_that_changes_nothing_is_refused()
    {
        var profile = await _senlin.ProfileAsync();
        var cluster = await _senlin.ClusterAsync("same", profile, 0);
        var policy = IdOf(await _senlin.PostAsync(
            "/policies", """{"policy": {"name": "p", "spec": {"type": "senlin.policy.deletion", "version": "1.0", "properties": {}}}}"""));
        var receiver = IdOf(await _senlin.PostAsync("/receivers", $$$"""
            {"receiver": {
              "name": "r", "type": "webhook", "cluster_id": "{{{cluster}}}", "action": "CLUSTER_SCALE_OUT", "params": {"count": 1} } }
            """));
        foreach (var (path, body) in new[]
        {
            ($"/clusters/{cluster}", """{"cluster": {"name": "same"}}"""),
            ($"/profiles/{profile}", """{"profile": {"name": "p"}}"""),
            ($"/policies/{policy}", """{"policy": {"name": "p"}}"""),
            ($"/receivers/{receiver}", """{"receiver": {"action": "CLUSTER_SCALE_OUT", "params": {"count": 1}}}"""),
        })
        {
            var reply = await _senlin.SendAsync(HttpMethod.Patch, path, body);
            Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
            Assert.Equal("No property needs an update.", FaceClient.Message(reply));
        }
    }

    [Fact]
    public async Task A_node_is_not_deleted_below_the_smallest_size_of_its_cluster()
    {
        var cluster = await _senlin.ClusterAsync("least", await _senlin.ProfileAsync(), 1, ", \"min_size\": 1");
        var node = (await _senlin.NodesAsync(cluster))[0].GetProperty("id").GetString();
        var reply = await _senlin.SendAsync(HttpMethod.Delete, $"/nodes/{node}", null);
        var ended = await _senlin.EndAsync(FaceClient.ActionOf(reply));

        Assert.Equal("FAILED", ended.GetProperty("status").GetString());
        Assert.Equal(
            "The target capacity (0) is less than the cluster's min_size (1).", ended.GetProperty("status_reason").GetString());
        Assert.Single(await _senlin.NodesAsync(cluster));
    }

    [Fact]
    public async Task The_hook_of_a_deletion_policy_is_called_when_a_node_is_deleted_by_itself()
    {
        await using var sink = await TestKit.HttpSink.StartAsync();
        var cluster = await _senlin.ClusterAsync("hooked", await _senlin.ProfileAsync(), 2);
        var policy = IdOf(await _senlin.PostAsync("/policies", $$$"""
            {"policy": {"name": "bye", "spec": {"type": "senlin.policy.deletion", "version": "1.1", "properties": {
              "hooks": {"type": "webhook", "timeout": 300, "params": {"url": "{{{sink.Url}}}bye"} } } } } }
            """));
        await _senlin.ActAsync(cluster, $$$"""{"policy_attach": {"policy_id": "{{{policy}}}"} }""");
        var node = (await _senlin.NodesAsync(cluster))[0].GetProperty("id").GetString();
        var action = FaceClient.ActionOf(await _senlin.SendAsync(HttpMethod.Delete, $"/nodes/{node}", null));
        var told = JsonDocument.Parse((await sink.WaitForAsync(1))[0].Text).RootElement;

        Assert.Equal(node, told.GetProperty("node_id").GetString());
        Assert.Equal(action, told.GetProperty("lifecycle_action_token").GetString());
        Assert.Equal(2, (await _senlin.NodesAsync(cluster)).Count);
        await _senlin.PostAsync(
            $"/clusters/{cluster}/actions", $$$"""{"complete_lifecycle": {"lifecycle_action_token": "{{{action}}}"} }""");
        Assert.Equal("SUCCEEDED", (await _senlin.EndAsync(action)).GetProperty("status").GetString());
        Assert.Single(await _senlin.NodesAsync(cluster));
    }

    private static string IdOf(Reply reply) =>
        reply.Body.EnumerateObject().First().Value.GetProperty("id").GetString()!;
}
