using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Asks Senlin's API as its client does: version 1.14, an action's end waited for.</summary>
internal sealed class SenlinClient(string root) : IDisposable
{
    private readonly HttpClient _client = new() { DefaultRequestHeaders = { { "OpenStack-API-Version", "clustering 1.14" } } };

    public async Task<JsonElement> GetAsync(string path) =>
        (await _client.GetFromJsonAsync<JsonElement>($"{root}/v1/{path}")).Clone();

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, JsonNode body)
    {
        using var answer = await _client.PostAsJsonAsync($"{root}/v1/{path}", body);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, JsonDocument.Parse(text.Length == 0 ? "{}" : text).RootElement);
    }

    /// <summary>Makes a thing and gives its id.</summary>
    public async Task<string> MakeAsync(string kind, JsonObject what)
    {
        var (status, body) = await PostAsync(kind == "policy" ? "policies" : $"{kind}s", new JsonObject { [kind] = what });
        Assert.True(status is HttpStatusCode.Created or HttpStatusCode.Accepted, $"{kind}: {status}: {body.GetRawText()}");
        return body.GetProperty(kind).GetProperty("id").GetString()!;
    }

    public Task<string> PolicyAsync(string type, string properties) => MakeAsync("policy", new JsonObject
    {
        ["name"] = type,
        ["spec"] = new JsonObject
        {
            ["type"] = type[..type.LastIndexOf('-')],
            ["version"] = type[(type.LastIndexOf('-') + 1)..],
            ["properties"] = JsonNode.Parse(properties)
        },
    });

    /// <summary>Asks for an action on a cluster and gives it when it has ended.</summary>
    public async Task<JsonElement> ActAsync(string cluster, string action, string inputs = "{}")
    {
        var (status, body) = await PostAsync($"clusters/{cluster}/actions", new JsonObject { [action] = JsonNode.Parse(inputs) });
        Assert.True(status == HttpStatusCode.Accepted, $"{action}: {status}: {body.GetRawText()}");
        return await EndOfAsync(body.GetProperty("action").GetString()!);
    }

    public async Task<JsonElement> EndOfAsync(string action)
    {
        JsonElement found = default;
        await Eventually.IsTrueAsync(
            async () =>
            {
                found = (await GetAsync($"actions/{action}")).GetProperty("action");
                return found.GetProperty("status").GetString() is "SUCCEEDED" or "FAILED" or "CANCELLED";
            },
            TimeSpan.FromSeconds(60));
        return found;
    }

    public async Task<JsonElement> ClusterAsync(string id) => (await GetAsync($"clusters/{id}")).GetProperty("cluster");

    public async Task<List<JsonElement>> NodesAsync(string cluster) =>
        [.. (await GetAsync($"nodes?cluster_id={cluster}")).GetProperty("nodes").EnumerateArray()];

    public void Dispose() => _client.Dispose();
}
