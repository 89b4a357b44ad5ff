using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Server.Tests;

/// <summary>A whole Reeve in this process, on a free port and a data folder of its own, with a client.</summary>
public sealed class RunningReeve : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    public ReeveApp App { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public string DataFolder => _folder.At("data");

    /// <summary>
    /// A deployment with a group of simulated instances, a threshold on its load that wants to scale out, and an approval before.
    /// </summary>
    public const string Shop = """
        kind: Target
        metadata: {name: shop}
        spec:
          children:
            - name: web
              capacity: {min: 1, max: 4, desired: 1}
              driver: {name: simulated}
        ---
        kind: Policy
        metadata: {name: busy}
        spec:
          type: reeve.threshold-1.0
          properties: {service: load, upper_bound: 10}
        ---
        kind: Binding
        metadata: {name: grow}
        spec:
          policy: busy
          targets: {path: shop/web}
          per: group
          on: {events: [load]}
          escalation:
            - steps:
                - approval: may it grow?
                - operation: scale_out
                  target: group
        ---
        kind: Workflow
        metadata: {name: greet}
        spec:
          inputs: {who: {required: true}}
          steps:
            - name: pause
              wait: 1s
        """;

    /// <summary>The folders whose programs may run.</summary>
    public IReadOnlyList<string> Programs { get; init; } = [];

    /// <summary>Its options for a data folder, where the usual ones will not do.</summary>
    public Func<string, ReeveOptions>? Custom { get; init; }

    public static ReeveOptions Options(string folder, IReadOnlyList<string>? programs = null) => new()
    {
        DataFolder = folder,
        Urls = "http://127.0.0.1:0",
        LogLevel = "none",
        ProcessFolders = programs ?? [],
    };

    public async Task InitializeAsync()
    {
        App = await ReeveApp.StartAsync(Custom?.Invoke(DataFolder) ?? Options(DataFolder, Programs), CancellationToken.None);
        Client = new HttpClient { BaseAddress = new Uri(App.Urls[0]) };
    }

    public async Task RestartAsync()
    {
        Client.Dispose();
        await App.StopAsync(CancellationToken.None);
        await InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
        _folder.Dispose();
    }

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> ApplyAsync(string text, string query = "") =>
        SendAsync(HttpMethod.Post, $"/api/v1/apply{query}", text, "application/yaml");

    public Task<Reply> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, "application/json", headers);

    public async Task<Reply> SendAsync(
        HttpMethod method, string path, string? text = null, string? type = null, params (string Name, string Value)[] headers)
    {
        var content = text is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        return await SendAsync(method, path, content, type, headers);
    }

    public async Task<Reply> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (content is not null && type is not null)
        {
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        using var json = JsonDocument.Parse(body.Length == 0 ? "{}" : body);
        return new Reply(
            response.StatusCode, json.RootElement.Clone(), response.Content.Headers.ContentType?.MediaType,
            response.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase));
    }

    public async Task<JsonElement> EndOfAsync(string execution)
    {
        JsonElement found = default;
        await Eventually.IsTrueAsync(async () =>
        {
            found = (await GetAsync($"/api/v1/executions/{execution}")).Body;
            return found.GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled";
        });
        return found;
    }
}

/// <summary>What came back.</summary>
public sealed record Reply(HttpStatusCode Status, JsonElement Body, string? Type, IReadOnlyDictionary<string, string> Headers)
{
    public string? Code => Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string Detail => Body.GetProperty("detail").GetString()!;

    public IReadOnlyList<JsonElement> Errors => [.. Body.GetProperty("errors").EnumerateArray()];

    public IReadOnlyList<JsonElement> Items => [.. Body.GetProperty("items").EnumerateArray()];

    public string Text(string name) => Body.GetProperty(name).ToString();
}
