using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Reeve.TestKit;

/// <summary>An authority of certificates of its own, in files.</summary>
public sealed class CertificateAuthority
{
    private readonly TempFolder _folder;
    private readonly string _name;
    private readonly X509Certificate2 _root;

    /// <summary>Makes one; its files lie in the folder and begin with its name.</summary>
    public CertificateAuthority(TempFolder folder, string name)
    {
        (_folder, _name) = (folder, name);
        using var key = RSA.Create(2048);
        var request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        var now = TimeProvider.System.GetUtcNow();
        _root = request.CreateSelfSigned(now.AddDays(-60), now.AddDays(30));
        File.WriteAllText(Path, _root.ExportCertificatePem());
    }

    /// <summary>The file of its own certificate.</summary>
    public string Path => _folder.At($"{_name}.crt");

    /// <summary>Itself.</summary>
    public X509Certificate2 Root => _root;

    /// <summary>Makes a certificate for this machine, or for a client; gives its files.</summary>
    public (string Certificate, string Key) Issue(string name, DateTimeOffset? ends = null)
    {
        using var key = RSA.Create(2048);
        var request = Request(name, key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], false));
        var last = ends ?? TimeProvider.System.GetUtcNow().AddDays(20);
        using var made = request.Create(_root, last.AddDays(-20), last, RandomNumberGenerator.GetBytes(12));
        var (certificate, secret) = (_folder.At($"{_name}-{name}.crt"), _folder.At($"{_name}-{name}.key"));
        File.WriteAllText(certificate, made.ExportCertificatePem());
        File.WriteAllText(secret, key.ExportPkcs8PrivateKeyPem());
        return (certificate, secret);
    }

    private static CertificateRequest Request(string name, RSA key) =>
        new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
