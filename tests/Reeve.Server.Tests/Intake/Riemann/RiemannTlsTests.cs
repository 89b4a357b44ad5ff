using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Reeve.Server.Hosting;
using Reeve.Server.Intake.Riemann;
using Reeve.TestKit;
using static Reeve.Server.Tests.Intake.Riemann.RiemannClient;

namespace Reeve.Server.Tests.Intake.Riemann;

public sealed class RiemannTlsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _ours;
    private readonly CertificateAuthority _others;
    private readonly (string Certificate, string Key) _server;

    public RiemannTlsTests()
    {
        _ours = new CertificateAuthority(_folder, "ours");
        _others = new CertificateAuthority(_folder, "others");
        _server = _ours.Issue("server");
    }

    [Fact]
    public async Task Whom_the_authority_signed_is_heard_and_answered()
    {
        await using var rig = await StartAsync(asksClients: true);
        using var client = await ConnectAsync(rig, _ours.Issue("client"));

        Assert.True((await client.AskAsync(Event("h", "s", 5))).Ok);
        Assert.Equal(["s"], (await client.AskAsync("host = \"h\"")).Services);
    }

    [Fact]
    public async Task Who_shows_nothing_or_the_certificate_of_another_or_one_that_has_ended_is_sent_away()
    {
        await using var rig = await StartAsync(asksClients: true);
        var past = TimeProvider.System.GetUtcNow().AddDays(-2);

        await MustBeSentAwayAsync(rig, null);
        await MustBeSentAwayAsync(rig, _others.Issue("client"));
        await MustBeSentAwayAsync(rig, _ours.Issue("old", past));

        Assert.Equal(0, rig.Intake.Door.Index.Count);
        using var welcome = await ConnectAsync(rig, _ours.Issue("client"));
        Assert.True((await welcome.AskAsync(Event("h", "s", 5))).Ok);
    }

    [Fact]
    public async Task Without_an_authority_no_certificate_is_asked_for()
    {
        await using var rig = await StartAsync(asksClients: false);
        using var client = await ConnectAsync(rig, null);

        Assert.True((await client.AskAsync(Event("h", "s", 5))).Ok);
    }

    [Fact]
    public async Task The_server_shows_the_certificate_that_it_was_given()
    {
        await using var rig = await StartAsync(asksClients: false);

        await Assert.ThrowsAsync<AuthenticationException>(() => ConnectAsync(rig, null, trusted: _others));
    }

    [Fact]
    public async Task Who_speaks_without_encryption_is_not_understood_and_the_next_is_served()
    {
        await using var rig = await StartAsync(asksClients: false);
        using (var plain = await rig.ConnectAsync())
        {
            await plain.SendAsync(Frame(Event("h", "plain", 1)));
            Assert.Null(await PlainReplyAsync(plain));
        }

        using var client = await ConnectAsync(rig, null);
        Assert.True((await client.AskAsync(Event("h", "s", 5))).Ok);
        Assert.Equal(["s"], (await client.AskAsync("true")).Services);
    }

    [Fact]
    public async Task With_encryption_datagrams_are_not_taken()
    {
        await using var rig = await StartAsync(asksClients: false);
        using var udp = new UdpClient();
        udp.Connect(rig.Address);
        try
        {
            await udp.SendAsync(Event("h", "udp", 4));
            await udp.SendAsync(Event("h", "udp", 4));
        }
        catch (SocketException)
        {
            // nobody listens there: the kernel may say so
        }

        using var client = await ConnectAsync(rig, null);
        Assert.True((await client.AskAsync(Event("h", "s", 5))).Ok);
        Assert.Equal(["s"], (await client.AskAsync("true")).Services);
    }

    [Fact]
    public async Task Debians_client_sends_and_asks_with_its_certificate()
    {
        await using var rig = await StartAsync(asksClients: true);
        var (certificate, key) = _ours.Issue("client");
        var port = rig.Address.Port.ToString(CultureInfo.InvariantCulture);
        string[] secured =
        [
            "-G", "-o", $"cafile={_ours.Path}", "-o", $"certfile={certificate}", "-o", $"keyfile={key}", "localhost", port,
        ];

        Assert.Equal(0, (await RunAsync(["send", "-h", "web-1", "-S", "cpu", "-d", "0.5", .. secured])).Code);
        var (code, said) = await RunAsync(["query", "service = \"cpu\"", .. secured]);

        Assert.Equal(0, code);
        Assert.Contains("web-1", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_told_at_the_start()
    {
        var empty = _folder.At("empty.pem");
        await File.WriteAllTextAsync(empty, "no certificate\n");
        var (certificate, key) = _server;
        var (_, another) = _ours.Issue("another");

        await MustNotStartAsync(certificate, another, null, "riemann-tls");
        await MustNotStartAsync(_folder.At("absent"), key, null, "riemann-tls");
        await MustNotStartAsync(empty, key, null, "riemann-tls");
        await MustNotStartAsync(certificate, key, empty, "riemann-ca");
        await MustNotStartAsync(certificate, key, _folder.At("absent"), "riemann-ca");
        await MustNotStartAsync(null, null, _ours.Path, "riemann-ca");
    }

    public void Dispose() => _folder.Dispose();

    private Task<RiemannRig> StartAsync(bool asksClients) => RiemannRig.StartAsync(new RiemannOptions
    {
        Address = "127.0.0.1:0",
        Certificate = _server.Certificate,
        Key = _server.Key,
        Authority = asksClients ? _ours.Path : null,
    });

    private static async Task MustNotStartAsync(string? certificate, string? key, string? authority, string option)
    {
        var options = new RiemannOptions { Address = "127.0.0.1:0", Certificate = certificate, Key = key, Authority = authority };
        var refused = await Assert.ThrowsAsync<StartException>(() => RiemannRig.StartAsync(options));
        Assert.StartsWith($"{option}: ", refused.Message, StringComparison.Ordinal);
    }

    private async Task<RiemannClient> ConnectAsync(
        RiemannRig rig, (string Certificate, string Key)? own, CertificateAuthority? trusted = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(rig.Address);
        var secured = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { (trusted ?? _ours).Root },
            },
        };
        if (own is var (certificate, key))
        {
            options.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, key)];
            options.LocalCertificateSelectionCallback = (_, _, mine, _, _) => mine[0];
        }

        try
        {
            await secured.AuthenticateAsClientAsync(options);
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }

        return new RiemannClient(secured);
    }

    // the handshake may be over for the client before the server has looked at what it was shown
    private async Task MustBeSentAwayAsync(RiemannRig rig, (string Certificate, string Key)? own)
    {
        try
        {
            using var client = await ConnectAsync(rig, own);
            await client.SendAsync(Frame(Event("h", "unwelcome", 1)));
            Assert.Null(await client.ReplyAsync());
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            // sent away at once
        }
    }

    // what a server of TLS says to one that does not speak it is an alert, and no frame
    private static async Task<RiemannReply?> PlainReplyAsync(RiemannClient plain)
    {
        try
        {
            return await plain.ReplyAsync();
        }
        catch (Exception alert) when (alert is EndOfStreamException or OverflowException or OutOfMemoryException)
        {
            return null;
        }
    }

    private static async Task<(int? Code, string Said)> RunAsync(string[] arguments)
    {
        await using var client = await ChildProcess.StartAsync("riemann-client", arguments);
        var code = await client.WaitForExitAsync();
        return (code, client.Transcript());
    }
}
