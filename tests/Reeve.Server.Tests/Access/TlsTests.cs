using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Access;

public sealed class TlsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_certificate_is_shown_without_a_restart_and_a_broken_one_is_not()
    {
        Write("one");
        await using var app = await ReeveApp.StartAsync(Options(), CancellationToken.None);
        var port = new Uri(app.Urls[0]).Port;
        Assert.Equal("CN=one", await ShownAsync(port));
        Write("two");
        await Eventually.IsTrueAsync(async () => await ShownAsync(port) == "CN=two");
        _folder.Write("server.crt", "nonsense");
        File.SetLastWriteTimeUtc(_folder.At("server.crt"), new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal("CN=two", await ShownAsync(port));
        Write("three");
        await Eventually.IsTrueAsync(async () => await ShownAsync(port) == "CN=three");
    }

    [Fact]
    public async Task Every_mistake_about_addresses_and_certificates_is_told_at_once()
    {
        Write("one");
        async Task<string> RefusalAsync(ReeveOptions options) =>
            (await Assert.ThrowsAsync<StartException>(() => ReeveApp.StartAsync(options, CancellationToken.None))).Message;

        var all = await RefusalAsync(new ReeveOptions
        {
            DataFolder = _folder.At("data"),
            Urls = "https://127.0.0.1:0,ftp://x,http://host:1",
            Auth = "magic",
            TlsKey = "x",
            Oidc = new() { Issuer = "http://example.com", Audience = "" },
        });
        foreach (var told in (string[])["`magic`", "needs its key", "`ftp://x`", "needs a certificate", "`http://host:1`", "oidc-issuer"])
        {
            Assert.Contains(told, all, StringComparison.Ordinal);
        }

        Assert.Contains(
            "cannot be used as a certificate",
            await RefusalAsync(new ReeveOptions
            {
                DataFolder = _folder.At("data"),
                Urls = "https://127.0.0.1:0",
                TlsCertificate = _folder.At("server.key"),
                TlsKey = _folder.At("server.crt"),
            }),
            StringComparison.Ordinal);
    }

    private ReeveOptions Options() => new()
    {
        DataFolder = _folder.At("data"),
        Urls = "https://127.0.0.1:0",
        LogLevel = "none",
        Auth = "tokens",
        TlsCertificate = _folder.At("server.crt"),
        TlsKey = _folder.At("server.key"),
    };

    private void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        _folder.Write("server.crt", certificate.ExportCertificatePem());
        _folder.Write("server.key", key.ExportPkcs8PrivateKeyPem());
    }

    private static async Task<string> ShownAsync(int port)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls.RemoteCertificate!.Subject;
    }
}
