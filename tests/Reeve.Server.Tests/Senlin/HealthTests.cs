using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Health policies at work on clusters: lists of recoveries, fencing, what drivers tell, addresses with certificates.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private readonly RunningReeve _reeve = new()
    {
        Custom = folder => new ReeveOptions
        {
            DataFolder = folder,
            Urls = "http://127.0.0.1:0",
            LogLevel = "none",
            ProcessFolders = ["/bin", "/usr/bin"],
            SenlinHealthInterval = 1,
        },
    };

    private SenlinClient _senlin = null!;

    public async Task InitializeAsync()
    {
        await _reeve.InitializeAsync();
        _senlin = new SenlinClient(_reeve.App.SenlinUrl);
    }

    public async Task DisposeAsync()
    {
        foreach (var cluster in (await _senlin.GetAsync("clusters")).GetProperty("clusters").EnumerateArray())
        {
            using var client = new HttpClient();
            using var gone = await client.DeleteAsync($"{_reeve.App.SenlinUrl}/v1/clusters/{cluster.GetProperty("id").GetString()}");
        }

        await Eventually.IsTrueAsync(async () => (await _senlin.GetAsync("clusters")).GetProperty("clusters").GetArrayLength() == 0);
        _senlin.Dispose();
        await _reeve.DisposeAsync();
    }

    [Fact]
    public async Task Each_recovery_of_a_list_is_tried_when_the_one_before_did_not_help()
    {
        // the start at the creation fails, and that of the first recovery
        var cluster = await ServersAsync("start", 2);
        await AttachAsync(cluster, """
            {"detection": {"interval": 1, "node_update_timeout": 0, "detection_modes": [{"type": "NODE_STATUS_POLLING"}]},
             "recovery": {"actions": [{"name": "REBOOT"}, {"name": "RECREATE"}]}}
            """);
        await Eventually.IsTrueAsync(
            async () => await RecoveriesAsync() is { Count: 2 } both
                && both.TrueForAll(r => r.GetProperty("status").GetString() is "SUCCEEDED" or "FAILED"),
            TimeSpan.FromSeconds(20));

        Assert.Equal("ACTIVE", (await _senlin.ClusterAsync(cluster)).GetProperty("status").GetString());
        var recoveries = await RecoveriesAsync();
        Assert.Equal(["REBOOT", "RECREATE"], recoveries.Select(r => r.GetProperty("inputs").GetProperty("operation").GetString()));
        Assert.Equal(["FAILED", "SUCCEEDED"], recoveries.Select(r => r.GetProperty("status").GetString()));
        Assert.Equal([1, 2], recoveries.Select(r => r.GetProperty("data").GetProperty("health").GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task Whoever_recovers_a_cluster_by_hand_gets_the_list_of_its_policy()
    {
        var cluster = await ServersAsync("start", 2);
        await AttachAsync(cluster, """
            {"detection": {"interval": 600, "detection_modes": [{"type": "NODE_STATUS_POLLING"}]},
             "recovery": {"actions": [{"name": "REBOOT"}, {"name": "RECREATE"}]}}
            """);
        var ended = await _senlin.ActAsync(cluster, "recover");

        Assert.True(ended.GetProperty("status").GetString() == "SUCCEEDED", ended.GetRawText());
        var child = Assert.Single(await RecoveriesAsync());
        var tried = child.GetProperty("inputs").GetProperty("operation").EnumerateArray().Select(o => o.GetString());
        Assert.Equal(["REBOOT", "RECREATE"], tried);
        Assert.Equal("ACTIVE", (await _senlin.ClusterAsync(cluster)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_node_that_cannot_be_cut_off_is_not_made_anew()
    {
        var cluster = await ServersAsync("check,stop", null);
        await AttachAsync(cluster, """
            {"detection": {"interval": 600, "detection_modes": [{"type": "NODE_STATUS_POLLING"}]},
             "recovery": {"actions": [{"name": "RECREATE"}], "fencing": ["COMPUTE"], "node_force_recreate": true}}
            """);
        Assert.Equal("FAILED", (await _senlin.ActAsync(cluster, "check")).GetProperty("status").GetString());
        var ended = await _senlin.ActAsync(cluster, "recover", """{"force_recreate": true}""");

        Assert.Equal("FAILED", ended.GetProperty("status").GetString());
        Assert.Contains("Recovery failed: fencing:", ended.GetProperty("status_reason").GetString(), StringComparison.Ordinal);
        var node = Assert.Single(await _senlin.NodesAsync(cluster));
        Assert.Equal("ERROR", node.GetProperty("status").GetString());
        await CheckDetachedAsync(cluster);
    }

    [Fact]
    public async Task What_the_driver_tells_is_acted_on_at_once()
    {
        var profile = await _senlin.MakeAsync("profile", new JsonObject
        {
            ["name"] = "sleepers",
            ["spec"] = JsonNode.Parse("""
                {"type": "reeve.process", "version": "1.0", "properties": {"command": ["/bin/sleep", "600"]}}
                """),
        });
        var cluster = await ClusterAsync(profile);
        await AttachAsync(cluster, """
            {"detection": {"interval": 600, "detection_modes": [{"type": "LIFECYCLE_EVENTS"}]},
             "recovery": {"actions": [{"name": "REBOOT"}]}}
            """);
        var pid = await PidAsync(cluster);
        using (var process = Process.GetProcessById(pid))
        {
            process.Kill();
        }

        await Eventually.IsTrueAsync(async () => (await RecoveriesAsync()).Count == 1);
        var recovery = (await RecoveriesAsync())[0];
        recovery = await _senlin.EndOfAsync(recovery.GetProperty("id").GetString()!);
        Assert.Equal("SUCCEEDED", recovery.GetProperty("status").GetString());
        Assert.Equal("RPC Request", recovery.GetProperty("cause").GetString());
        Assert.NotEqual(pid, await PidAsync(cluster));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_certificate_that_nobody_vouches_for_is_as_good_as_no_answer_unless_the_policy_says_otherwise(bool verify, int least)
    {
        using var site = new SelfSignedSite();
        var cluster = await ServersAsync("none", null);
        await AttachAsync(cluster, $$"""
            {"detection": {"interval": 1, "node_update_timeout": 0, "detection_modes": [{"type": "NODE_STATUS_POLL_URL", "options": {
                "poll_url": "https://127.0.0.1:{{site.Port}}/", "poll_url_retry_limit": 0, "poll_url_healthy_response": "well",
                "poll_url_ssl_verify": {{(verify ? "true" : "false")}} } }]},
             "recovery": {"actions": [{"name": "REBOOT"}]} }
            """);
        await Eventually.IsTrueAsync(async () => site.Asked >= 2 && (await RecoveriesAsync()).Count >= least, TimeSpan.FromSeconds(20));

        var recoveries = await RecoveriesAsync();
        Assert.Equal(verify, recoveries.Count > 0);
        Assert.All(recoveries, r => Assert.Contains(
            "cannot be reached", r.GetProperty("data").GetProperty("health").GetProperty("reason").GetString(), StringComparison.Ordinal));
    }

    private async Task CheckDetachedAsync(string cluster)
    {
        // so that the deletion at the end, which a driver like this cannot do, is forgiven: the nodes leave first
        var nodes = await _senlin.NodesAsync(cluster);
        var leave = await _senlin.ActAsync(
            cluster, "del_nodes", $$"""{"nodes": ["{{nodes[0].GetProperty("id").GetString()}}"]}""");
        Assert.Equal("SUCCEEDED", leave.GetProperty("status").GetString());
    }

    private async Task<string> ServersAsync(string fail, int? times)
    {
        var metadata = new JsonObject { ["simulate.fail"] = fail };
        if (times is { } most)
        {
            metadata["simulate.times"] = most;
        }

        var profile = await _senlin.MakeAsync("profile", new JsonObject
        {
            ["name"] = "server",
            ["spec"] = new JsonObject
            {
                ["type"] = "os.nova.server",
                ["version"] = "1.0",
                ["properties"] = new JsonObject { ["flavor"] = 1, ["metadata"] = metadata },
            },
        });
        return await ClusterAsync(profile);
    }

    private async Task<string> ClusterAsync(string profile)
    {
        var cluster = await _senlin.MakeAsync(
            "cluster", new JsonObject { ["name"] = "c", ["profile_id"] = profile, ["desired_capacity"] = 1 });
        await Eventually.IsTrueAsync(
            async () => (await _senlin.GetAsync("actions")).GetProperty("actions").EnumerateArray()
                .All(a => a.GetProperty("status").GetString() is "SUCCEEDED" or "FAILED"));
        return cluster;
    }

    private async Task AttachAsync(string cluster, string properties)
    {
        var policy = await _senlin.PolicyAsync("senlin.policy.health-1.2", properties);
        var ended = await _senlin.ActAsync(cluster, "policy_attach", $$"""{"policy_id": "{{policy}}"}""");
        Assert.True(ended.GetProperty("status").GetString() == "SUCCEEDED", ended.GetRawText());
    }

    private async Task<List<JsonElement>> RecoveriesAsync() =>
        [.. (await _senlin.GetAsync("actions?action=NODE_RECOVER&sort=created_at")).GetProperty("actions").EnumerateArray()];

    private async Task<int> PidAsync(string cluster)
    {
        var node = (await _senlin.NodesAsync(cluster))[0].GetProperty("id").GetString();
        return (await _senlin.GetAsync($"nodes/{node}?show_details=true")).GetProperty("node").GetProperty("details").GetProperty("pid")
            .GetInt32();
    }

    /// <summary>A site with a certificate of its own making, which says that it is well.</summary>
    private sealed class SelfSignedSite : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 _certificate;
        private int _asked;

        public SelfSignedSite()
        {
            using var key = RSA.Create(2048);
            var now = TimeProvider.System.GetUtcNow();
            using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
            _listener.Start();
            _ = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        /// <summary>How often somebody came, also one who then left because of the certificate.</summary>
        public int Asked => _asked;

        public void Dispose()
        {
            _listener.Dispose();
            _certificate.Dispose();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync();
                    Interlocked.Increment(ref _asked);
                    _ = AnswerAsync(client);
                }
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                // the test is over
            }
        }

        private async Task AnswerAsync(TcpClient client)
        {
            using var connection = client;
            try
            {
                await using var tls = new SslStream(connection.GetStream());
                await tls.AuthenticateAsServerAsync(_certificate);
                var request = new byte[4096];
                _ = await tls.ReadAsync(request);
                await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwell"u8.ToArray());
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // whoever does not trust the certificate goes away
            }
        }
    }
}
