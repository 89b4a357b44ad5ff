using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Bench.Rows;

/// <summary>
/// Senlin's API over HTTP on this machine: requests per second and their slowest hundredth, actions, a large cluster, many clusters.
/// </summary>
internal sealed class SenlinFaceRow : IMeasurement
{
    private const int Callers = 8;
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private HttpClient _http = null!;

    /// <inheritdoc/>
    public string Name => "senlin";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        await using var app = await ReeveApp.StartAsync(
            new ReeveOptions { DataFolder = folder.At("data"), Urls = "http://127.0.0.1:0", LogLevel = "error" }, cancellationToken);
        using var http = _http = new HttpClient { BaseAddress = new Uri(app.SenlinUrl), Timeout = _patience };
        http.DefaultRequestHeaders.Add("OpenStack-API-Version", "clustering 1.14");
        var profile = (await PostAsync(
            "/v1/profiles",
            """{"profile": {"name": "p", "spec": {"type": "os.nova.server", "version": "1.0", "properties": {"flavor": 1}}}}"""))
            .Body.GetProperty("profile").GetProperty("id").GetString()!;
        var cluster = await ClusterAsync("warm", profile, 2);
        var figures = new List<Figure>();
        figures.AddRange(await RateAsync("show", () => GetAsync($"/v1/clusters/{cluster}"), effort, say));
        figures.AddRange(await RateAsync("list of 1 cluster", () => GetAsync("/v1/clusters"), effort, say));
        figures.AddRange(await RateAsync(
            "create of an empty cluster",
            () => PostAsync("/v1/clusters", $$"""{"cluster": {"name": "c", "profile_id": "{{profile}}"} }"""), effort, say));
        figures.Add(await TwoNodesAsync(profile, effort, say));
        figures.Add(await ResizeAsync(profile, effort, say));
        figures.Add(await PagesAsync(profile, effort, say));
        return figures;
    }

    private static async Task<IReadOnlyList<Figure>> RateAsync(string what, Func<Task> ask, Effort effort, Action<string> say)
    {
        var rates = new List<double>();
        var slow = new List<double>();
        for (var run = 0; run < (effort.Quick ? 1 : 3); run++)
        {
            var begun = Stopwatch.GetTimestamp();
            var taken = await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
            {
                var mine = new List<double>();
                while (Stopwatch.GetElapsedTime(begun) < _window)
                {
                    var asked = Stopwatch.GetTimestamp();
                    await ask();
                    mine.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                }

                return mine;
            }));
            var all = taken.SelectMany(t => t).ToList();
            rates.Add(all.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds);
            slow.Add(Samples.Percentile(all, 99));
            say($"{what}: {Table.Number(rates[^1])}/s, p99 {Table.Number(slow[^1])} ms");
        }

        return
        [
            new Figure($"Senlin: {what}, {Callers} callers", "1/s", [.. rates]) { MoreIsBetter = true },
            new Figure($"Senlin: {what}, p99", "ms", [.. slow]),
        ];
    }

    private async Task<Figure> TwoNodesAsync(string profile, Effort effort, Action<string> say)
    {
        var taken = new List<double>();
        for (var i = 0; i < (effort.Quick ? 10 : 50); i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await ClusterAsync($"two{i}", profile, 2);
            taken.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        say($"a cluster of two nodes: p50 {Table.Number(Samples.Percentile(taken, 50))} ms");
        return new Figure("Senlin: a cluster of two nodes, from the request to its end", "ms", [.. taken]) { Reach = 100 };
    }

    private async Task<Figure> ResizeAsync(string profile, Effort effort, Action<string> say)
    {
        var taken = new List<double>();
        for (var run = 0; run < effort.Runs; run++)
        {
            var cluster = await ClusterAsync($"large{run}", profile, 0);
            var begun = Stopwatch.GetTimestamp();
            await EndAsync(await PostAsync(
                $"/v1/clusters/{cluster}/actions", """{"resize": {"adjustment_type": "EXACT_CAPACITY", "number": 1000}}"""));
            taken.Add(1000 / Stopwatch.GetElapsedTime(begun).TotalSeconds);
            say($"0 to 1000 nodes: {Table.Number(taken[^1])} node actions/s");
        }

        return new Figure("Senlin: node actions while a cluster grows from 0 to 1,000", "1/s", [.. taken]) { MoreIsBetter = true };
    }

    private async Task<Figure> PagesAsync(string profile, Effort effort, Action<string> say)
    {
        var many = effort.Quick ? 1000 : 10_000;
        var made = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (Interlocked.Increment(ref made) <= many)
            {
                await PostAsync("/v1/clusters", $$"""{"cluster": {"name": "many", "profile_id": "{{profile}}"} }""");
            }
        }));
        var taken = new List<double>();
        for (var run = 0; run < effort.Runs; run++)
        {
            var begun = Stopwatch.GetTimestamp();
            var marker = "";
            var seen = 0;
            while (true)
            {
                var page = (await GetAsync($"/v1/clusters?limit=1000{marker}")).GetProperty("clusters");
                if (page.GetArrayLength() == 0)
                {
                    break;
                }

                seen += page.GetArrayLength();
                marker = $"&marker={page[page.GetArrayLength() - 1].GetProperty("id").GetString()}";
            }

            taken.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds * many / seen);
            say($"{seen} clusters in pages of 1000: {Table.Number(taken[^1])} ms for {many}");
        }

        return new Figure($"Senlin: {many} clusters listed in pages of 1,000", "ms", [.. taken]);
    }

    private async Task<string> ClusterAsync(string name, string profile, int nodes)
    {
        var reply = await PostAsync(
            "/v1/clusters", $$"""{"cluster": {"name": "{{name}}", "profile_id": "{{profile}}", "desired_capacity": {{nodes}} } }""");
        await EndAsync(reply);
        return reply.Body.GetProperty("cluster").GetProperty("id").GetString()!;
    }

    private async Task EndAsync((JsonElement Body, string? Location) accepted)
    {
        var path = accepted.Location![accepted.Location!.IndexOf("/v1/", StringComparison.Ordinal)..];
        while ((await GetAsync(path)).GetProperty("action").GetProperty("status").GetString() is not ("SUCCEEDED" or "FAILED"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var reply = await _http.GetAsync($"/senlin{path}");
        return Read(await reply.Content.ReadAsByteArrayAsync(), reply.StatusCode);
    }

    private async Task<(JsonElement Body, string? Location)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var reply = await _http.PostAsync($"/senlin{path}", content);
        return (Read(await reply.Content.ReadAsByteArrayAsync(), reply.StatusCode), reply.Headers.Location?.ToString());
    }

    private static JsonElement Read(byte[] body, HttpStatusCode status)
    {
        var reader = new Utf8JsonReader(body);
        return (int)status < 300
            ? JsonElement.ParseValue(ref reader)
            : throw new InvalidOperationException(Encoding.UTF8.GetString(body));
    }
}
