using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>The whole loop on real things: processes behind HAProxy, under load, with Senlin's policies.</summary>
public sealed class RealLoopTests : IAsyncLifetime
{
    private const string Worker = """
        #!/usr/bin/python3
        import http.server, os, signal, sys, threading, time
        sick = False
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            def do_GET(self):
                global sick
                sick = sick or self.path == "/sicken"
                if self.path == "/": time.sleep(0.002)
                body = b"%d" % os.getpid()
                self.send_response(500 if sick and self.path == "/health" else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *_): pass
        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
        """;

    private readonly TempFolder _folder = new();
    private readonly HttpClient _visitor = new();
    private readonly int _vip = FreePort.Take();
    private readonly int _ports = FreePort.TakeRow(41);
    private ReeveApp _app = null!;
    private SenlinClient _senlin = null!;

    public async Task InitializeAsync()
    {
        var worker = _folder.Write("bin/worker", Worker);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(worker, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        using var client = new HttpClient();
        foreach (var receiver in (await _senlin.GetAsync("receivers")).GetProperty("receivers").EnumerateArray())
        {
            using var gone = await client.DeleteAsync($"{_app.SenlinUrl}/v1/receivers/{receiver.GetProperty("id").GetString()}");
        }

        foreach (var cluster in (await _senlin.GetAsync("clusters")).GetProperty("clusters").EnumerateArray())
        {
            var id = cluster.GetProperty("id").GetString()!;
            foreach (var policy in (await _senlin.GetAsync($"clusters/{id}/policies")).GetProperty("cluster_policies").EnumerateArray())
            {
                await _senlin.ActAsync(id, "policy_detach", $$"""{"policy_id": "{{policy.GetProperty("policy_id").GetString()}}"}""");
            }

            using var gone = await client.DeleteAsync($"{_app.SenlinUrl}/v1/clusters/{id}");
        }

        await Eventually.IsTrueAsync(async () => (await _senlin.GetAsync("clusters")).GetProperty("clusters").GetArrayLength() == 0);
        _senlin.Dispose();
        _visitor.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_cluster_grows_and_shrinks_under_load_and_no_request_fails()
    {
        var cluster = await ClusterAsync();
        var receiver = await _senlin.MakeAsync("receiver", new JsonObject
        {
            ["name"] = "grow",
            ["type"] = "webhook",
            ["cluster_id"] = cluster,
            ["action"] = "CLUSTER_SCALE_OUT",
        });
        var load = LoadAsync("6s");
        var made = (await _senlin.GetAsync($"receivers/{receiver}")).GetProperty("receiver");
        using (var asked = await _visitor.PostAsync(made.GetProperty("channel").GetProperty("alarm_url").GetString(), null))
        {
            asked.EnsureSuccessStatusCode();
            var body = JsonDocument.Parse(await asked.Content.ReadAsStringAsync()).RootElement;
            var grown = await _senlin.EndOfAsync(body.GetProperty("action").GetString()!);
            Assert.Equal("SUCCEEDED", grown.GetProperty("status").GetString());
            Assert.Equal("""{"AZ1":1,"AZ2":1}""", grown.GetProperty("data").GetProperty("creation").GetProperty("zones").GetRawText());
        }

        await Eventually.IsTrueAsync(async () => (await ProcessesAsync(50)).Count == 4);
        var shrunk = await _senlin.ActAsync(cluster, "scale_in");
        Assert.Equal("SUCCEEDED", shrunk.GetProperty("status").GetString());

        // the decision can be read afterwards: where from, and who
        var deletion = shrunk.GetProperty("data").GetProperty("deletion");
        Assert.Equal("""{"AZ1":1}""", deletion.GetProperty("zones").GetRawText());
        Assert.Equal(1, deletion.GetProperty("candidates").GetArrayLength());
        Assert.Equal(3, (await ProcessesAsync(50)).Count);
        var said = await load;
        Assert.DoesNotContain("Socket errors", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", said, StringComparison.Ordinal);
        Assert.Contains("requests in", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_killed_is_made_anew()
    {
        var cluster = await ClusterAsync();
        var victim = (await ProcessesAsync(20)).First();
        using (var process = Process.GetProcessById(victim))
        {
            process.Kill();
        }

        await Eventually.IsTrueAsync(async () => (await RecoveriesAsync()).Count > 0);
        await Eventually.IsTrueAsync(
            async () => await ProcessesAsync(20) is { Count: 2 } all && !all.Contains(victim), TimeSpan.FromSeconds(30));
        Assert.Equal(2, (await _senlin.NodesAsync(cluster)).Count);
        var recovery = (await RecoveriesAsync())[0];
        Assert.Equal("SUCCEEDED", (await _senlin.EndOfAsync(recovery)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_node_that_runs_and_does_not_work_is_found_by_its_address()
    {
        var cluster = await ClusterAsync();
        var sick = int.Parse(await _visitor.GetStringAsync(Url("/sicken")), CultureInfo.InvariantCulture);

        await Eventually.IsTrueAsync(
            async () => await ProcessesAsync(20) is { Count: 2 } all && !all.Contains(sick), TimeSpan.FromSeconds(30));
        var recovery = await _senlin.EndOfAsync((await RecoveriesAsync())[0]);
        var reason = recovery.GetProperty("data").GetProperty("health").GetProperty("reason").GetString();
        Assert.Contains("answers 500", reason, StringComparison.Ordinal);
        Assert.Equal(2, (await _senlin.NodesAsync(cluster)).Count);
    }

    [Fact]
    public async Task The_proxy_and_the_cluster_go_on_after_a_restart_of_reeve()
    {
        await ClusterAsync();
        var before = await ProcessesAsync(20);
        _senlin.Dispose();
        await _app.StopAsync(CancellationToken.None);
        Assert.Equal(before, await ProcessesAsync(20));
        await StartAsync();

        Assert.Equal(before, await ProcessesAsync(20));
    }

    private async Task StartAsync()
    {
        _app = await ReeveApp.StartAsync(
            new ReeveOptions
            {
                DataFolder = _folder.At("data"),
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                Haproxy = "/usr/sbin/haproxy",
                ProcessFolders = [_folder.At("bin")],
                SenlinHealthInterval = 1,
            },
            CancellationToken.None);
        _senlin = new SenlinClient(_app.SenlinUrl);
    }

    // two processes with every kind of policy that such a cluster can have
    private async Task<string> ClusterAsync()
    {
        var profile = await _senlin.MakeAsync("profile", new JsonObject
        {
            ["name"] = "worker",
            ["spec"] = JsonNode.Parse($$"""
                {"type": "reeve.process", "version": "1.0", "properties": {
                  "command": ["{{_folder.At("bin", "worker")}}", "{port}"], "ports": {"from": {{_ports}}, "to": {{_ports + 40}}},
                  "ready": {"http": "http://127.0.0.1:{port}/health"} } }
                """),
        });
        var cluster = await _senlin.MakeAsync("cluster", new JsonObject
        {
            ["name"] = "web",
            ["profile_id"] = profile,
            ["desired_capacity"] = 2,
            ["min_size"] = 1,
            ["max_size"] = 4,
        });
        await Eventually.IsTrueAsync(async () => (await _senlin.ClusterAsync(cluster)).GetProperty("status").GetString() == "ACTIVE");
        (string Type, string Properties)[] policies =
        [
            ("senlin.policy.scaling-1.0", """{"event": "CLUSTER_SCALE_OUT", "adjustment": {"number": 2}}"""),
            ("senlin.policy.scaling-1.0", """{"event": "CLUSTER_SCALE_IN", "adjustment": {"number": 1}}"""),
            ("senlin.policy.zone_placement-1.0", """{"zones": [{"name": "AZ1"}, {"name": "AZ2"}]}"""),
            ("senlin.policy.deletion-1.1", """{"criteria": "OLDEST_FIRST"}"""),
            ("senlin.policy.loadbalance-1.3", $$"""
                {"vip": {"subnet": "any", "address": "127.0.0.1", "protocol_port": {{_vip}}}, "pool": {"subnet": "any"},
                 "health_monitor": {"type": "HTTP", "url_path": "/health", "delay": 1, "timeout": 1, "max_retries": 2} }
                """),
            ("senlin.policy.health-1.2", """
                {"detection": {"interval": 2, "node_update_timeout": 1, "detection_modes": [
                   {"type": "NODE_STATUS_POLL_URL", "options": {
                     "poll_url": "http://{address}/health", "poll_url_retry_limit": 1, "poll_url_retry_interval": 1}}]},
                 "recovery": {"actions": [{"name": "RECREATE"}], "fencing": ["COMPUTE"]}}
                """),
        ];
        foreach (var (type, properties) in policies)
        {
            var policy = await _senlin.PolicyAsync(type, properties);
            var attached = await _senlin.ActAsync(cluster, "policy_attach", $$"""{"policy_id": "{{policy}}"}""");
            Assert.True(attached.GetProperty("status").GetString() == "SUCCEEDED", attached.GetRawText());
        }

        return cluster;
    }

    private async Task<SortedSet<int>> ProcessesAsync(int requests)
    {
        var seen = new SortedSet<int>();
        for (var i = 0; i < requests; i++)
        {
            var said = await _visitor.GetStringAsync(Url("/pid"));
            seen.Add(int.Parse(said, CultureInfo.InvariantCulture));
        }

        return seen;
    }

    private string Url(string path) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_vip}{path}");

    private async Task<List<string>> RecoveriesAsync() =>
        [.. (await _senlin.GetAsync("actions?action=NODE_RECOVER")).GetProperty("actions").EnumerateArray()
            .Select(a => a.GetProperty("id").GetString()!)];

    private async Task<string> LoadAsync(string duration)
    {
        var start = new ProcessStartInfo("wrk")
        {
            ArgumentList =
            {
                "-t1", "-c8", $"-d{duration}", Url("/"),
            },
            RedirectStandardOutput = true,
        };
        using var wrk = Process.Start(start)!;
        var said = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return said;
    }
}
