using System.Net;
using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Asks Senlin's face of a running Reeve, as its newest clients do.</summary>
internal sealed class FaceClient(RunningReeve reeve)
{
    public const string Server = """{"type": "os.nova.server", "version": "1.0", "properties": {"flavor": 1, "image": "x"}}""";

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Reply> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public Task<Reply> SendAsync(HttpMethod method, string path, string? body, string version = "1.14") => reeve.SendAsync(
        method, $"/senlin/v1{path}", body, body is null ? null : "application/json", ("OpenStack-API-Version", $"clustering {version}"));

    /// <summary>A profile of servers; told how to behave, such as <c>"simulate.delay": "1"</c>.</summary>
    public async Task<string> ProfileAsync(string told = "") => Id(await PostAsync(
        "/profiles",
        $$$"""
        {"profile": {"name": "p", "spec": {"type": "os.nova.server", "version": "1.0",
          "properties": {"flavor": 1, "metadata": { {{{told}}} } } } } }
        """));

    /// <summary>Asks for a cluster; gives its id and its action's.</summary>
    public async Task<(string Cluster, string Action)> CreateAsync(string name, string profile, int desired, string more = "")
    {
        var reply = await PostAsync(
            "/clusters", $$"""{"cluster": {"name": "{{name}}", "profile_id": "{{profile}}", "desired_capacity": {{desired}}{{more}} } }""");
        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
        return (Id(reply), ActionOf(reply));
    }

    /// <summary>A cluster that is there.</summary>
    public async Task<string> ClusterAsync(string name, string profile, int desired, string more = "")
    {
        var (cluster, action) = await CreateAsync(name, profile, desired, more);
        Assert.Equal("SUCCEEDED", (await EndAsync(action)).GetProperty("status").GetString());
        return cluster;
    }

    /// <summary>Asks something of a cluster and gives the action when it has ended.</summary>
    public async Task<JsonElement> ActAsync(string cluster, string body)
    {
        var reply = await PostAsync($"/clusters/{cluster}/actions", body);
        Assert.True(reply.Status == HttpStatusCode.Accepted, reply.Body.GetRawText());
        return await EndAsync(ActionOf(reply));
    }

    public async Task<JsonElement> EndAsync(string action)
    {
        JsonElement found = default;
        await Eventually.IsTrueAsync(async () =>
        {
            found = (await GetAsync($"/actions/{action}")).Body.GetProperty("action");
            return found.GetProperty("status").GetString() is "SUCCEEDED" or "FAILED" or "CANCELLED";
        });
        return found;
    }

    public async Task<JsonElement> ShowAsync(string cluster) => (await GetAsync($"/clusters/{cluster}")).Body.GetProperty("cluster");

    public async Task<IReadOnlyList<JsonElement>> NodesAsync(string cluster) =>
        [.. (await GetAsync($"/nodes?cluster_id={cluster}")).Body.GetProperty("nodes").EnumerateArray()];

    public static string ActionOf(Reply reply) => reply.Headers["Location"].Split('/')[^1];

    public static string Message(Reply reply) => reply.Body.GetProperty("error").GetProperty("message").GetString()!;

    private static string Id(Reply reply) => reply.Body.EnumerateObject().First().Value.GetProperty("id").GetString()!;
}
