using System.Security.Cryptography;
using Reeve.Languages.Rego.Bundles;

namespace Reeve.Cli.Tests.Rego;

/// <summary><c>reeve build</c>: what it packs can be read, verified and evaluated.</summary>
public sealed class BuildVerbTests : RegoFolder
{
    private const string Policy = "package shop\n\nallow if data.users[input.user]\n";

    [Fact]
    public async Task A_folder_becomes_a_bundle_that_can_be_evaluated()
    {
        Write("src/shop.rego", Policy);
        Write("src/users/data.json", """{"ann": true}""");
        var bundle = Folder.At("out.tar.gz");
        var told = await RunAsync("build", Folder.At("src"), "-o", bundle, "--revision", "r1");
        Assert.Equal("", told.Error);
        Assert.Equal(ExitCode.Fine, told.Code);
        var input = Write("in.json", """{"user": "ann"}""");
        Assert.Equal("true\n", (await RunAsync("eval", "-b", bundle, "-i", input, "-f", "raw", "data.shop.allow")).Out);
        var read = BundleReader.Read(Files(bundle), new BundleReading());
        Assert.Equal("r1", read.Manifest.Revision);
        Assert.Contains("data.json", Files(bundle).Select(f => f.Path));
    }

    [Fact]
    public async Task A_bundle_keeps_its_roots_and_the_names_of_its_policies()
    {
        Write("src/.manifest", """{"roots": ["shop", "users"], "revision": "old", "metadata": {"by": "me"}}""");
        Write("src/a/shop.rego", Policy);
        Write("src/users/data.json", """{"ann": true}""");
        var bundle = Folder.At("out.tar.gz");
        Assert.Equal(ExitCode.Fine, (await RunAsync("build", "-b", Folder.At("src"), "-o", bundle)).Code);
        var files = Files(bundle);
        Assert.Equal(["data.json", "a/shop.rego", ".manifest"], files.Select(f => f.Path));
        var manifest = BundleReader.Read(files, new BundleReading()).Manifest;
        Assert.Equal(["shop", "users"], manifest.Roots.Select(r => r[0]));
        Assert.Equal("old", manifest.Revision);
        Assert.NotNull(manifest.Metadata);
        Assert.Equal(ExitCode.Fine, (await RunAsync("build", "-b", bundle, "-o", Folder.At("again.tar.gz"))).Code);
        Assert.Equal(File.ReadAllBytes(bundle), File.ReadAllBytes(Folder.At("again.tar.gz")));
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    public async Task A_signed_bundle_is_verified_and_a_changed_one_is_not(string algorithm)
    {
        Write("src/shop.rego", Policy);
        Write("src/data.json", """{"b": [1.50, "é<"], "a": {}}""");
        var claims = Write("claims.json", """{"keyid": "k1", "scope": "write"}""");
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (secret, open) = algorithm[0] switch
        {
            'H' => ("a secret", "a secret"),
            'E' => (Write("key.pem", curve.ExportPkcs8PrivateKeyPem()), curve.ExportSubjectPublicKeyInfoPem()),
            _ => (Write("key.pem", rsa.ExportPkcs8PrivateKeyPem()), rsa.ExportSubjectPublicKeyInfoPem()),
        };
        var bundle = Folder.At("out.tar.gz");
        var told = await RunAsync(
            "build", Folder.At("src"), "-o", bundle, "--signing-key", secret, "--signing-alg", algorithm, "--claims-file", claims);
        Assert.Equal("", told.Error);
        var keys = new Dictionary<string, BundleKey> { ["k1"] = new(algorithm, open, "write") };
        var reading = new BundleReading { Verification = new BundleVerification(keys, null, null, []) };
        Assert.Single(BundleReader.Read(Files(bundle), reading).Modules);
        var changed = Files(bundle).Select(f => f.Path == "data.json" ? f with { Content = "{}"u8.ToArray() } : f).ToList();
        Assert.Throws<BundleException>(() => BundleReader.Read(changed, reading));
    }

    [Fact]
    public async Task What_cannot_be_built_is_told_and_leaves_nothing()
    {
        var broken = Write("broken/a.rego", "package a\n\nx if y\n");
        var bundle = Folder.At("out.tar.gz");
        var told = await RunAsync("build", Folder.At("broken"), "-o", bundle);
        Assert.Equal(ExitCode.WrongInput, told.Code);
        Assert.Equal($"1 error occurred: {broken}:3: rego_unsafe_var_error: var y is unsafe\n", told.Error);
        var fine = Write("fine/a.rego", "package a\n\nx := 1\n");
        var algorithm = await RunAsync("build", fine, "-o", bundle, "--signing-key", "x", "--signing-alg", "HS265");
        Assert.Contains("did you mean `HS256`?", algorithm.Error, StringComparison.Ordinal);
        var key = await RunAsync("build", fine, "-o", bundle, "--signing-key", "no key");
        Assert.Contains("the signing key cannot be used with `RS256`", key.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("build", Folder.At("absent"), "-o", bundle)).Code);
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("build", fine, "-o", Folder.At("no/such/folder.tar.gz"))).Code);
        Assert.False(File.Exists(bundle));
    }

    private static IReadOnlyList<BundleFile> Files(string bundle)
    {
        using var packed = File.OpenRead(bundle);
        return BundleArchive.Read(packed, BundleLimits.Default);
    }
}
