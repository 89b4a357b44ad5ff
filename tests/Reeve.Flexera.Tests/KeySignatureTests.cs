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
    [InlineData("a: [", "line 2, column ")]
    [InlineData("- a", "a map from the names of credentials to their fields is needed")]
    [InlineData("? [a]\n: b", "names must be texts")]
    [InlineData("a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]", "too many values")]
    public void A_file_that_cannot_be_read_is_an_error_that_quotes_nothing(string text, string message)
    {
        Assert.Null(CredentialFile.TryRead(text, out var error));
        Assert.StartsWith(message, error, StringComparison.Ordinal);
    }

    private static CredentialFields Fields(RSA key) => new("oci", new OrderedDictionary<string, object?>
    {
        ["tenancy"] = "ten",
        ["user"] = "usr",
        ["fingerprint"] = "aa:bb",
        ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
    });
}
