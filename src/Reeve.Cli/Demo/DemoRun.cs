using System.Diagnostics;
using System.Globalization;
using Reeve.Server.Hosting;

namespace Reeve.Cli.Demo;

/// <summary>
/// The demonstration: a Reeve, a shop of real worker processes, a load that rises
/// and falls, and somebody who kills and approves. Leaves no process behind.
/// </summary>
internal sealed class DemoRun(DemoSettings settings, TimeProvider time, TextWriter output)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly DemoEvents _events = new();
    private readonly DemoPlan _plan = new(settings.ExitAfter);
    private volatile IReadOnlyList<int> _ports = [];

    /// <summary>0: all was seen (or it was ended by hand); 1: something was not.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folder = settings.DataFolder ?? Directory.CreateTempSubdirectory("reeve-demo-").FullName;
        try
        {
            Directory.CreateDirectory(folder);
            ShopFiles.WriteScripts(folder);
            return await RunAsync(Path.GetFullPath(folder), cancellationToken);
        }
        finally
        {
            if (settings.DataFolder is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private async Task<int> RunAsync(string folder, CancellationToken cancellationToken)
    {
        await using var app = await StartAsync(folder, cancellationToken);
        var url = app.Urls[0];
        using var api = new ShopApi(url);
        var code = 1;
        try
        {
            code = await RunShopAsync(api, url, folder, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await output.WriteLineAsync("ending: stopping the workers");
            code = settings.ExitAfter is null ? 0 : 1;
        }
        finally
        {
            code = await EndAsync(api) ? code : 1;
        }

        return code;
    }

    // two demonstrations side by side, or a Reeve that is at work here already, must not keep this one from running
    private async Task<ReeveApp> StartAsync(string folder, CancellationToken cancellationToken)
    {
        ReeveOptions Listen(string url) => new() { DataFolder = Path.Combine(folder, "data"), Urls = url, ProcessFolders = [folder] };
        if (settings.Url is { } chosen)
        {
            return await ReeveApp.StartAsync(Listen(chosen), cancellationToken);
        }

        try
        {
            return await ReeveApp.StartAsync(Listen(ReeveOptions.DefaultUrl), cancellationToken);
        }
        catch (StartException taken)
        {
            await output.WriteLineAsync($"{taken.Message}; taking a free port instead");
            return await ReeveApp.StartAsync(Listen("http://127.0.0.1:0"), cancellationToken);
        }
    }

    private async Task<int> RunShopAsync(ShopApi api, string url, string folder, CancellationToken cancellationToken)
    {
        foreach (var (name, text) in ShopFiles.Fill(url, folder))
        {
            await api.ApplyAsync($"examples/shop/{name}", text, cancellationToken);
        }

        var view = new DemoView(output, url, _plan);
        view.Begin();
        var started = time.GetTimestamp();
        using var stopLoad = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var load = new LoadGenerator(() => _plan.RateAt(time.GetElapsedTime(started)), () => _ports, time);
        var loading = load.RunAsync(stopLoad.Token);
        ShopState state;
        while (true)
        {
            await Task.Delay(Look, time, cancellationToken);
            state = await ShopState.ReadAsync(api, cancellationToken);
            var elapsed = time.GetElapsedTime(started);
            Watch(state);
            view.Show(state, elapsed, _plan.RateAt(elapsed), load);
            if (_plan.ActsByItself)
            {
                await ActAsync(api, state, elapsed, cancellationToken);
            }

            if (_plan.End is { } end && elapsed >= end)
            {
                break;
            }
        }

        await stopLoad.CancelAsync();
        await loading;
        var expectations = Expectation.Of(state, _events);
        view.Summarise(expectations, load);
        await new DemoStory(url, output).TellAsync(state, cancellationToken);
        return expectations.All(e => e.Met) ? 0 : 1;
    }

    private void Watch(ShopState state)
    {
        var started = state.Workers.Where(w => w.State == "started").ToList();
        _ports = [.. started.Select(w => w.Port).Where(p => p > 0)];
        _events.MostWorkers = Math.Max(_events.MostWorkers, started.Count);
        if (_events.KilledPath is not null && _events.HealedAfter is null
            && started.Any(w => w.Path == _events.KilledPath && w.Pid > 0 && w.Pid != _events.KilledPid))
        {
            _events.HealedAfter = time.GetElapsedTime(_events.KilledAt);
        }
    }

    private async Task ActAsync(ShopApi api, ShopState state, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        if (_events.KilledPath is null
            && elapsed >= _plan.Kill
            && state.Workers.FirstOrDefault(w => w.State == "started" && w.Pid > 0) is { } victim)
        {
            _events.KilledPath = victim.Path;
            _events.KilledPid = victim.Pid;
            _events.KilledAt = time.GetTimestamp();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  -- kill -9 {victim.Pid} ({victim.Path})"));
            Process.GetProcessById(victim.Pid).Kill();
        }

        foreach (var approval in state.Approvals.Where(a => Expectation.Text(a, "status") == "pending"))
        {
            var id = Expectation.Text(approval, "id");
            await output.WriteLineAsync($"  -- approve {id}: {Expectation.Text(approval, "message")}");
            _events.Approved |= await api.PostAsync(
                $"/api/v1/approvals/{id}", """{"decision":"approve","comment":"by the demonstration"}""", cancellationToken) is not null;
        }
    }

    /// <summary>
    /// Takes the policies off and deletes the workers, by operation; what that leaves is killed by process id. False when it had to be.
    /// </summary>
    private async Task<bool> EndAsync(ShopApi api)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), time);
        var pids = new HashSet<int>();
        try
        {
            foreach (var binding in new[] { "keep-capacity", "heal-workers", "scale-out", "scale-in", "watch-spool" })
            {
                await api.DeleteAsync($"/api/v1/bindings/{binding}", limit.Token);
            }

            // an operation that is still under way ends first; then the delete has its turn
            await api.PostAsync("/api/v1/executions", """{"operation":"delete","target":"shop","queue":true}""", limit.Token);
            while (true)
            {
                var targets = (await ShopState.ReadAsync(api, limit.Token)).Workers;
                pids.UnionWith(targets.Select(w => w.Pid).Where(p => p > 0));
                if (targets.Count == 0)
                {
                    break;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), time, limit.Token);
            }
        }
        catch (Exception late) when (late is OperationCanceledException or HttpRequestException)
        {
            await output.WriteLineAsync($"the workers were not deleted in time: {late.Message}");
        }

        return pids.Where(IsAlive).Select(Kill).ToList().Count == 0;
    }

    // only what this demonstration started: its own executable, as a worker
    private static bool IsAlive(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Contains("demo-worker", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool Kill(int pid)
    {
        try
        {
            Process.GetProcessById(pid).Kill();
        }
        catch (ArgumentException)
        {
            // it has just ended by itself
        }

        return true;
    }
}

/// <summary>How the demonstration runs.</summary>
/// <param name="Url">Where its Reeve listens; null for the usual place, or a free port when that is taken.</param>
/// <param name="ExitAfter">When it ends by itself; null for at Ctrl-C.</param>
/// <param name="DataFolder">Where its data stays; null for a temporary folder that is removed.</param>
internal sealed record DemoSettings(string? Url, TimeSpan? ExitAfter, string? DataFolder);
