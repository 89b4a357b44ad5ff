using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Reeve.Server.Hosting;

namespace Reeve.Server.Intake.Riemann;

/// <summary>Makes TLS of the files that were named.</summary>
internal static class RiemannTls
{
    /// <summary>The settings; null for no TLS. Throws <see cref="StartException"/>.</summary>
    public static SslServerAuthenticationOptions? Make(RiemannOptions options)
    {
        if (options.Certificate is not { } certificate)
        {
            return options.Authority is null
                ? null
                : throw new StartException("riemann-ca: certificates of clients are asked for by TLS only; give `--riemann-tls` too")
                {
                    IsWrongInput = true,
                };
        }

        var tls = new SslServerAuthenticationOptions
        {
            ServerCertificate = Load(certificate, options.Key ?? certificate),
            ClientCertificateRequired = options.Authority is not null,
        };
        if (options.Authority is { } authority)
        {
            var trusted = new X509Certificate2Collection();
            Read(() => trusted.ImportFromPemFile(authority), "riemann-ca", authority);
            if (trusted.Count == 0)
            {
                throw new StartException($"riemann-ca: `{authority}` holds no certificate in the PEM form") { IsWrongInput = true };
            }

            tls.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && IsSignedBy(trusted, shown);
        }

        return tls;
    }

    private static X509Certificate2 Load(string certificate, string key)
    {
        X509Certificate2? loaded = null;
        Read(() => loaded = X509Certificate2.CreateFromPemFile(certificate, key), "riemann-tls", $"{certificate}` and `{key}");
        return loaded!;
    }

    private static bool IsSignedBy(X509Certificate2Collection trusted, X509Certificate shown)
    {
        using var certificate = new X509Certificate2(shown);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private static void Read(Action read, string option, string files)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException($"{option}: `{files}` cannot be used as PEM files: {e.Message.TrimEnd('.')}", e)
            {
                IsWrongInput = true,
            };
        }
    }
}
