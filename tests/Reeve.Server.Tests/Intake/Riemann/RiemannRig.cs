using System.Net;
using System.Text;
using System.Text.Json;
using Reeve.Core.Journal;
using Reeve.Server.Hosting;
using Reeve.Server.Intake.Riemann;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Intake.Riemann;

/// <summary>A whole Reeve that takes Riemann's protocol in, on free ports.</summary>
internal sealed class RiemannRig : IAsyncDisposable
{
    /// <summary>A threshold on the metric of `cpu`, for whatever the selector names.</summary>
    public const string Hot = """
        kind: Policy
        metadata: {name: hot}
        spec: {type: reeve.threshold-1.0, properties: {service: cpu, upper_bound: 10}}
        ---
        kind: Binding
        metadata: {name: hot}
        spec: {policy: hot, targets: {kind: host}, per: instance, on: {events: [cpu]}}

        """;

    private readonly TempFolder _folder = new();

    public ReeveApp App { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public IPEndPoint Address => IPEndPoint.Parse(new Uri(App.RiemannAddresses[0]).Authority);

    public Uri Web => new($"{App.RiemannAddresses[^1]}/");

    public RiemannIntake Intake => App.Riemann!;

    public static async Task<RiemannRig> StartAsync(
        RiemannOptions? riemann = null, Reeve.Runtime.RuntimeOptions? runtime = null, params IReadOnlyList<string> programs)
    {
        var rig = new RiemannRig();
        rig.App = await ReeveApp.StartAsync(
            new ReeveOptions
            {
                DataFolder = rig._folder.At("data"),
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                ProcessFolders = programs,
                Riemann = riemann ?? new RiemannOptions { Address = "127.0.0.1:0", WebAddress = "127.0.0.1:0" },
                Runtime = runtime ?? new Reeve.Runtime.RuntimeOptions(),
            },
            CancellationToken.None);
        rig.Http = new HttpClient { BaseAddress = new Uri(rig.App.Urls[0]) };
        return rig;
    }

    public Task<RiemannClient> ConnectAsync() => RiemannClient.ConnectAsync(Address);

    public async Task ApplyAsync(string documents)
    {
        using var content = new StringContent(documents, Encoding.UTF8, "application/yaml");
        var reply = await Http.PostAsync(new Uri("/api/v1/apply", UriKind.Relative), content);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetAsync(string path) =>
        JsonDocument.Parse(await Http.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;

    public async Task<IReadOnlyList<string>> IncidentTargetsAsync()
    {
        await App.Runtime.FlushAsync(CancellationToken.None);
        var incidents = await GetAsync("/api/v1/incidents");
        return [.. incidents.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("target").GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
        _folder.Dispose();
    }
}
