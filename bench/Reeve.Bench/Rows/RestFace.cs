using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Bench.Rows;

/// <summary>
/// The REST face over loopback: reading one document, a list of 10,000, applying 1,000, and 1,000 who watch what changes.
/// </summary>
internal sealed class RestFace : IMeasurement
{
    private const int Clients = 32;
    private const int InList = 10_000;
    private const int InApply = 1_000;
    private const int Watchers = 1_000;
    private HttpClient _http = null!;
    private TaskCompletionSource _seenByAll = new();
    private long _missing;

    /// <inheritdoc/>
    public string Name => "rest";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        await using var app = await ReeveApp.StartAsync(
            new ReeveOptions
            {
                DataFolder = folder.At("data"),
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                RequestsPerSecond = 0,
            },
            cancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 4096 });
        http.BaseAddress = new Uri(app.Urls[0]);
        http.Timeout = TimeSpan.FromMinutes(2);
        _http = http;
        for (var at = 0; at < InList; at += InApply)
        {
            await ApplyAsync(Documents("listed", at, InApply, "10s"), cancellationToken);
        }

        say("filled");
        var gets = await GetAsync(effort, cancellationToken);
        say("get");
        var list = await RunsAsync(effort, () => ListAsync(cancellationToken));
        say("list");
        var round = 0;
        var apply = await RunsAsync(
            effort, () => ApplyAsync(Documents("applied", 0, InApply, $"{++round + 10}s"), cancellationToken));
        say("apply");
        var (reached, spread) = await WatchAsync(effort, say, cancellationToken);
        return
        [
            new Figure("REST: get one document", "/s", gets.PerSecond)
            {
                MoreIsBetter = true,
                Note = $"{Clients} clients in the same process over loopback, each waits for its answer; SQLite; server and clients "
                    + "share the processors",
            },
            new Figure("– p99", "ms", gets.P99),
            new Figure($"REST: a list of {InList:N0} documents, in pages of 1,000", "s", list),
            new Figure($"REST: apply {InApply:N0} changed documents as one", "s", apply)
            {
                Note = "read, checked, compiled, on disk in one transaction, and at work",
            },
            new Figure($"event stream: a change until all of {Watchers:N0} watchers have it, p50", "ms", reached)
            {
                Note = "from the request that changes a document; the watchers are in the same process",
            },
            new Figure($"event stream: changes handed to {Watchers:N0} watchers together", "/s", spread) { MoreIsBetter = true },
        ];
    }

    private static byte[] Documents(string name, int from, int count, string ttl)
    {
        var text = new StringBuilder();
        for (var i = from; i < from + count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"kind: Policy\nmetadata: {{name: {name}-{i}}}\n")
                .Append(CultureInfo.InvariantCulture, $"spec: {{type: reeve.heartbeat-1.0, properties: {{ttl: {ttl}}}}}\n---\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static async Task<double[]> RunsAsync(Effort effort, Func<Task> measured)
    {
        await measured();
        var runs = new double[effort.Runs];
        for (var run = 0; run < runs.Length; run++)
        {
            var started = Stopwatch.GetTimestamp();
            await measured();
            runs[run] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        return runs;
    }

    private async Task<(double[] PerSecond, double[] P99)> GetAsync(Effort effort, CancellationToken cancellationToken)
    {
        var (perSecond, p99) = (new double[effort.Runs], new double[effort.Runs]);
        var count = effort.Quick ? 2_000 : 20_000;
        for (var run = -1; run < effort.Runs; run++)
        {
            var times = new double[count];
            var started = Stopwatch.GetTimestamp();
            await Parallel.ForAsync(
                0, count, new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancellationToken },
                async (i, stop) =>
                {
                    var begun = Stopwatch.GetTimestamp();
                    using var reply = await _http.GetAsync($"/api/v1/policies/listed-{i % InList}", stop);
                    reply.EnsureSuccessStatusCode();
                    times[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
                });
            if (run >= 0)
            {
                perSecond[run] = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
                p99[run] = Samples.Percentile(times, 99);
            }
        }

        return (perSecond, p99);
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var path = "/api/v1/policies?limit=1000&name=listed-";
        for (var pages = 0; path is not null; pages++)
        {
            using var reply = await _http.GetAsync(path, cancellationToken);
            await reply.Content.ReadAsByteArrayAsync(cancellationToken);
            path = reply.Headers.TryGetValues("Link", out var links)
                ? links.Single() is var link ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null
                : pages == (InList / 1000) - 1 ? null : throw new InvalidOperationException($"the list ended after {pages} pages");
        }
    }

    private async Task ApplyAsync(byte[] text, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(text);
        content.Headers.ContentType = new("application/yaml");
        using var reply = await _http.PostAsync("/api/v1/apply", content, cancellationToken);
        if (reply.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidOperationException(await reply.Content.ReadAsStringAsync(cancellationToken));
        }
    }

    private async Task<(double[] Reached, double[] Spread)> WatchAsync(
        Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var open = new CountdownEvent(Watchers);
        var watching = Enumerable.Range(0, Watchers)
            .Select(_ => Task.Run(() => FollowAsync(open, Count, stop.Token)))
            .ToList();
        await Eventually.IsTrueAsync(() => open.IsSet, TimeSpan.FromMinutes(1));
        say($"{Watchers} watch");
        var reached = new double[effort.Runs * 4];
        for (var run = 0; run < reached.Length; run++)
        {
            var all = AllSeenAsync(Watchers);
            var started = Stopwatch.GetTimestamp();
            await ApplyAsync(Documents("watched", 0, 1, $"{run + 1}s"), cancellationToken);
            await all;
            reached[run] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        var spread = new double[effort.Runs];
        const int many = 200;
        for (var run = 0; run < spread.Length; run++)
        {
            var all = AllSeenAsync(many * Watchers);
            var started = Stopwatch.GetTimestamp();
            await ApplyAsync(Documents("spread", 0, many, $"{run + 1}s"), cancellationToken);
            await all;
            spread[run] = many * (double)Watchers / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        await stop.CancelAsync();
        await Task.WhenAll(watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (reached, spread);
    }

    private Task AllSeenAsync(int number)
    {
        _seenByAll = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _missing, number);
        return _seenByAll.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private void Count()
    {
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _seenByAll.TrySetResult();
        }
    }

    private async Task FollowAsync(CountdownEvent open, Action seen, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events?kind=resource.changed");
        using var reply = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        reply.EnsureSuccessStatusCode();
        open.Signal();
        var stream = await reply.Content.ReadAsStreamAsync(stop);
        var buffer = new byte[32 * 1024];
        var mark = "event: "u8.ToArray();
        var matched = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer, stop)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                // the mark holds no letter twice at its beginning, so a mismatch begins anew
                matched = buffer[i] == mark[matched] ? matched + 1 : buffer[i] == mark[0] ? 1 : 0;
                if (matched == mark.Length)
                {
                    matched = 0;
                    seen();
                }
            }
        }
    }
}
