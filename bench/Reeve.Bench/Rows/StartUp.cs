using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Reeve.TestKit;

namespace Reeve.Bench.Rows;

/// <summary>
/// How long the real executable takes from its start until it says that it is ready, and how much memory it then has; empty and full.
/// </summary>
internal sealed class StartUp : IMeasurement
{
    private const int InOneRequest = 2500;
    private const int Policies = 100;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(3);

    private readonly HttpClient _http = new() { Timeout = _patience };

    /// <inheritdoc/>
    public string Name => "start";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        var version = new double[effort.Runs];
        for (var run = 0; run < version.Length; run++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var process = await ChildProcess.StartAsync(Executable(), "--version");
            await process.WaitForExitAsync(cancellationToken);
            version[run] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        say("reeve --version");
        using var folder = new TempFolder();
        var empty = await RunsAsync(effort, folder.At("empty"), cancellationToken);
        say("empty");
        await FillAsync(effort, folder.At("full"), cancellationToken);
        say($"{effort.Bindings:N0} bindings are in");
        var full = await RunsAsync(effort, folder.At("full"), cancellationToken);
        return
        [
            new Figure("`reeve --version`, the whole process", "s", version) { Reach = 0.2 },
            new Figure("start to ready, empty", "s", empty.Ready)
            {
                Reach = 1,
                Note = "from the start of the process until `/health/ready` answers 200, asked every 5 ms",
            },
            new Figure($"start to ready, {effort.Bindings:N0} bindings", "s", full.Ready)
            {
                Reach = 5,
                Note = $"bindings of {Policies} threshold policies, each on a target of its own, on events and every 15 minutes; "
                    + "from SQLite, page cache warm",
            },
            new Figure("working set, empty", "MiB", empty.Memory) { Note = $"{_rest.TotalSeconds} s after it was ready" },
            new Figure($"working set, {effort.Bindings:N0} bindings", "MiB", full.Memory) { Reach = 1024 },
        ];
    }

    internal static string Executable()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Reeve.slnx")))
            {
                var executable = Path.Combine(folder.FullName, "out", "reeve");
                return File.Exists(executable)
                    ? executable
                    : throw new InvalidOperationException($"there is no `{executable}`; run `make build`");
            }
        }

        throw new InvalidOperationException("the measurement of the start belongs to a checkout, and there is none above it");
    }

    private async Task<(double[] Ready, double[] Memory)> RunsAsync(Effort effort, string data, CancellationToken cancellationToken)
    {
        var ready = new double[effort.Runs];
        var memory = new double[effort.Runs];

        // the first start makes the database and warms the page cache
        for (var run = -1; run < effort.Runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var server = await StartAsync(data, cancellationToken);
            var taken = Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Task.Delay(_rest, TimeProvider.System, cancellationToken);
            if (run >= 0)
            {
                ready[run] = taken;
                memory[run] = Machine.Kibibytes($"/proc/{server.Process.Pid}/status", "VmRSS") / 1024;
            }
        }

        return (ready, memory);
    }

    private async Task FillAsync(Effort effort, string data, CancellationToken cancellationToken)
    {
        await using var server = await StartAsync(data, cancellationToken);
        var policies = Enumerable.Range(0, Policies).Select(i =>
            $$$$"""{"kind":"Policy","metadata":{"name":"policy-{{{{i}}}}"},"spec":"""
                + $$$$"""{"type":"reeve.threshold-1.0","properties":{"service":"cpu","upper_bound":0.{{{{i + 1}}}}}}}""");
        await ApplyAsync(server.Url, policies, cancellationToken);
        for (var first = 0; first < effort.Bindings; first += InOneRequest)
        {
            var pairs = Enumerable.Range(first, InOneRequest).SelectMany(i => new[]
            {
                $$$$"""{"kind":"Target","metadata":{"name":"shop-{{{{i}}}}"},"spec":{"kind":"instance","labels":{"tier":"web"}}}""",
                $$$$"""
                {"kind":"Binding","metadata":{"name":"binding-{{{{i}}}}"},
                "spec":{"policy":"policy-{{{{i % Policies}}}}","targets":{"path":"shop-{{{{i}}}}"},
                "on":{"events":["cpu"],"schedule":"every 15m"},
                "restraints":{"cooldown":"5m"},
                "escalation":[{"name":"tell","steps":[{"actor":"webhook","with":{"url":"http://127.0.0.1:9/hook"}}]}]}}
                """,
            });
            await ApplyAsync(server.Url, pairs, cancellationToken);
        }
    }

    private async Task ApplyAsync(string url, IEnumerable<string> documents, CancellationToken cancellationToken)
    {
        using var body = new StringContent($"[{string.Join(',', documents)}]", Encoding.UTF8, "application/json");
        using var reply = await _http.PostAsync(url + "/api/v1/apply", body, cancellationToken);
        if (reply.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidOperationException(
                $"the documents were refused: {(await reply.Content.ReadAsStringAsync(cancellationToken))[..400]}");
        }
    }

    private async Task<Server> StartAsync(string data, CancellationToken cancellationToken)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Take()}");
        var process = await ChildProcess.StartAsync(Executable(), "serve", "--data", data, "--urls", url, "--auth", "none");
        var started = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(url, cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > _patience)
            {
                await using (process)
                {
                    throw new InvalidOperationException($"the server did not become ready: {process.Transcript()}");
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        }

        return new Server(process, url);
    }

    private async Task<bool> IsReadyAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            using var reply = await _http.GetAsync(url + "/health/ready", cancellationToken);
            return reply.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private sealed record Server(ChildProcess Process, string Url) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Process.Send(ChildSignal.TERM);
            await Process.WaitForExitAsync();
            await Process.DisposeAsync();
        }
    }
}
