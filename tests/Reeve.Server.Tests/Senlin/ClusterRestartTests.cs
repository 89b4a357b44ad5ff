using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>What was begun goes on after a restart; and clusters of real processes.</summary>
public sealed class ClusterRestartTests : IAsyncLifetime
{
    private readonly RunningReeve _reeve = new();
    private FaceClient _senlin = null!;

    public async Task InitializeAsync()
    {
        await _reeve.InitializeAsync();
        _senlin = new FaceClient(_reeve);
    }

    public Task DisposeAsync() => _reeve.DisposeAsync();

    [Theory]
    [InlineData("CREATING")]
    [InlineData("RESIZING")]
    [InlineData("DELETING")]
    public async Task An_action_that_a_restart_interrupts_goes_on_and_makes_nothing_twice(string state)
    {
        var profile = await _senlin.ProfileAsync("\"simulate.delay\": \"0.4\"");
        var (cluster, action) = await _senlin.CreateAsync("c", profile, 3);
        if (state != "CREATING")
        {
            await _senlin.EndAsync(action);
            var asked = state == "RESIZING"
                ? await _senlin.PostAsync($"/clusters/{cluster}/actions", """{"scale_out": {"count": 2}}""")
                : await _senlin.SendAsync(HttpMethod.Delete, $"/clusters/{cluster}", null);
            action = FaceClient.ActionOf(asked);
        }

        await Eventually.IsTrueAsync(async () => (await _senlin.ShowAsync(cluster)).GetProperty("status").GetString() == state);
        await _reeve.RestartAsync();
        _senlin = new FaceClient(_reeve);

        Assert.Equal("SUCCEEDED", (await _senlin.EndAsync(action)).GetProperty("status").GetString());
        var nodes = (await _senlin.GetAsync("/nodes")).Body.GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(state switch { "CREATING" => 3, "RESIZING" => 5, _ => 0 }, nodes.Count);
        Assert.All(nodes, n => Assert.Equal("ACTIVE", n.GetProperty("status").GetString()));
        Assert.Equal(nodes.Count, nodes.Select(n => n.GetProperty("index").GetInt32()).Distinct().Count());
        var events = (await _senlin.GetAsync($"/events?oid={cluster}&status=start")).Body.GetProperty("events").EnumerateArray();
        Assert.Single(events, e => Uuid(e) == action[..8]);

        static string Uuid(JsonElement happened) => happened.GetProperty("status_reason").GetString()!;
    }

    [Fact]
    public async Task Everything_is_there_again_after_a_restart()
    {
        var profile = await _senlin.ProfileAsync();
        var cluster = await _senlin.ClusterAsync("kept", profile, 2, ", \"metadata\": {\"a\": 1}");
        await _senlin.PostAsync(
            "/policies",
            """{"policy": {"name": "d", "spec": {"type": "senlin.policy.deletion", "version": "1.0", "properties": {}}}}""");
        await _senlin.ActAsync(cluster, """{"policy_attach": {"policy_id": "d", "enabled": false}}""");
        await _senlin.PostAsync(
            "/receivers",
            $$$"""{"receiver": {"name": "r", "type": "webhook", "cluster_id": "{{{cluster}}}", "action": "CLUSTER_SCALE_OUT"}}""");
        string[] paths =
        [
            "/clusters", "/nodes", "/profiles", "/policies", "/receivers", "/actions", "/events", $"/clusters/{cluster}/policies",
        ];
        var before = new List<string>();
        foreach (var path in paths)
        {
            before.Add((await _senlin.GetAsync(path)).Body.GetRawText());
        }

        var old = _reeve.App.Urls[0];
        await _reeve.RestartAsync();
        var senlin = new FaceClient(_reeve);
        for (var i = 0; i < paths.Length; i++)
        {
            var after = (await senlin.GetAsync(paths[i])).Body.GetRawText().Replace(_reeve.App.Urls[0], old, StringComparison.Ordinal);
            Assert.Equal(before[i], after);
        }
    }
}
