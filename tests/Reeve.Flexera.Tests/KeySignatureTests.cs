using System.Security.Cryptography;
using System.Text;
using Reeve.Flexera.Credentials;
using Reeve.Flexera.Network;

namespace Reeve.Flexera.Tests;

public sealed class KeySignatureTests
{
    private static readonly DateTimeOffset _moment = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Oracles_signature_covers_date_target_host_and_body()
    {
        using var key = RSA.Create(2048);
        var request = new Outgoing("POST", new Uri("https://iaas.example.com/20160918/things?a=b")) { Body = Encoding.UTF8.GetBytes("{}") };
        OracleSignature.Sign(request, Fields(key), _moment);
        var hash = Convert.ToBase64String(SHA256.HashData("{}"u8));
        var text = "date: Sun, 01 Mar 2026 12:00:00 GMT\n(request-target): post /20160918/things?a=b\nhost: iaas.example.com\n"
            + $"content-length: 2\ncontent-type: application/json\nx-content-sha256: {hash}";
        var said = request.Header("Authorization")!;
        Assert.Contains("keyId=\"ten/usr/aa:bb\"", said, StringComparison.Ordinal);
        Assert.Contains(
            "headers=\"date (request-target) host content-length content-type x-content-sha256\"", said, StringComparison.Ordinal);
        var signature = Convert.FromBase64String(said.Split("signature=\"")[1].TrimEnd('"'));
        Assert.True(key.VerifyData(Encoding.UTF8.GetBytes(text), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void A_key_that_is_none_is_said_without_showing_it()
    {
        var fields = new CredentialFields("oci", new OrderedDictionary<string, object?> { ["private_key"] = "not-a-key" });
        var fault = Assert.Throws<SigningFault>(() => PrivateKey.Read(fields));
        Assert.Equal("credentials `oci`: `private_key` is no RSA key in PEM", fault.Message);
    }

    [Theory]
    [InlineData("GET", 0)]
    [InlineData("DELETE", 0)]
    [InlineData("HEAD", 0)]
    [InlineData("PUT", 3)]
    [InlineData("PATCH", 3)]
    public void Oracles_signature_covers_a_body_only_where_there_may_be_one(string method, int more)
    {
        using var key = RSA.Create(2048);
        var request = new Outgoing(method, new Uri("https://iaas.example.com/"));
        OracleSignature.Sign(request, Fields(key), _moment);
        var headers = request.Header("Authorization")!.Split("headers=\"")[1].Split('"')[0].Split(' ');
        Assert.Equal(3 + more, headers.Length);
        Assert.Equal(more > 0 ? "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" : null, request.Header("X-Content-Sha256"));
    }

    [Fact]
    public void A_key_is_read_in_each_form_of_pem()
    {
        using var key = RSA.Create(2048);
        var cipher = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        var plain = key.ExportPkcs8PrivateKeyPem();
        Assert.Equal(key.ExportRSAPublicKey(), Read(plain));
        Assert.Equal(key.ExportRSAPublicKey(), Read(key.ExportRSAPrivateKeyPem()));
        Assert.Equal(key.ExportRSAPublicKey(), Read(key.ExportRSAPrivateKeyPem().Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.Equal(key.ExportRSAPublicKey(), Read(plain.Replace("\n", "\\n", StringComparison.Ordinal)));
        Assert.Equal(key.ExportRSAPublicKey(), Read(plain.Replace("\n", " ", StringComparison.Ordinal)));
        Assert.Equal(key.ExportRSAPublicKey(), Read(key.ExportEncryptedPkcs8PrivateKeyPem("open", cipher), "open"));
    }

    [Fact]
    public void A_key_that_cannot_be_opened_is_said_with_the_reason()
    {
        using var key = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var cipher = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        var closed = key.ExportEncryptedPkcs8PrivateKeyPem("open", cipher);
        string Message(string pem, string passphrase) => Assert.Throws<SigningFault>(() => Read(pem, passphrase)).Message;
        Assert.EndsWith("`private_key` is encrypted, and the field `passphrase` is missing", Message(closed, ""), StringComparison.Ordinal);
        Assert.EndsWith("`private_key` cannot be opened with its `passphrase`", Message(closed, "shut"), StringComparison.Ordinal);
        Assert.EndsWith("`private_key` is no RSA key in PEM", Message(curve.ExportPkcs8PrivateKeyPem(), ""), StringComparison.Ordinal);
        Assert.EndsWith("`private_key` is no RSA key in PEM", Message(key.ExportRSAPublicKeyPem()[..60], ""), StringComparison.Ordinal);
    }

    private static byte[] Read(string pem, string passphrase = "")
    {
        using var key = PrivateKey.Read(new CredentialFields("oci", new OrderedDictionary<string, object?>
        {
            ["private_key"] = pem,
            ["passphrase"] = passphrase,
        }));
        return key.ExportRSAPublicKey();
    }

    private static CredentialFields Fields(RSA key) => new("oci", new OrderedDictionary<string, object?>
    {
        ["tenancy"] = "ten",
        ["user"] = "usr",
        ["fingerprint"] = "aa:bb",
        ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
    });
}
