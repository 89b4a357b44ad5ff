using System.Diagnostics;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>A cluster whose nodes are real processes of this machine.</summary>
public sealed class ProcessClusterTests : IAsyncLifetime
{
    private readonly RunningReeve _reeve = new() { Programs = ["/bin", "/usr/bin"] };
    private FaceClient _senlin = null!;

    public async Task InitializeAsync()
    {
        await _reeve.InitializeAsync();
        _senlin = new FaceClient(_reeve);
    }

    public Task DisposeAsync() => _reeve.DisposeAsync();

    [Fact]
    public async Task A_node_that_dies_is_shown_as_failed_and_recovered_as_a_new_process()
    {
        var profile = (await _senlin.PostAsync(
            "/profiles",
            """
            {"profile": {"name": "sleepers", "spec": {"type": "reeve.process", "version": "1.0",
              "properties": {"command": ["/bin/sleep", "600"]}}}}
            """)).Body.GetProperty("profile").GetProperty("id").GetString()!;
        var cluster = await _senlin.ClusterAsync("real", profile, 2);
        var node = (await _senlin.NodesAsync(cluster))[0].GetProperty("id").GetString()!;
        var pid = await PidAsync(node);
        Process.GetProcessById(pid).Kill();

        await Eventually.IsTrueAsync(async () => (await StatusAsync(node)) == "ERROR");
        Assert.Equal("FAILED", (await _senlin.ActAsync(cluster, """{"check": {}}""")).GetProperty("status").GetString());
        Assert.Equal("SUCCEEDED", (await _senlin.ActAsync(cluster, """{"recover": {}}""")).GetProperty("status").GetString());
        Assert.Equal("ACTIVE", await StatusAsync(node));
        Assert.NotEqual(pid, await PidAsync(node));

        var forgotten = await PidAsync(node);
        var deletion = await _senlin.SendAsync(HttpMethod.Delete, $"/clusters/{cluster}", null);
        Assert.Equal("SUCCEEDED", (await _senlin.EndAsync(FaceClient.ActionOf(deletion))).GetProperty("status").GetString());
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(forgotten));
    }

    private async Task<string> StatusAsync(string node) =>
        (await _senlin.GetAsync($"/nodes/{node}")).Body.GetProperty("node").GetProperty("status").GetString()!;

    private async Task<int> PidAsync(string node) =>
        (await _senlin.GetAsync($"/nodes/{node}?show_details=true")).Body.GetProperty("node").GetProperty("details").GetProperty("pid")
            .GetInt32();
}
