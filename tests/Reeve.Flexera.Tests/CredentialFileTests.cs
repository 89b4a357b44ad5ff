using Reeve.Flexera.Credentials;
using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

public sealed class CredentialFileTests
{
    [Theory]
    [InlineData("a: [", "line 2, column ")]
    [InlineData("a: {token: s3cret\nb: c", "not YAML")]
    [InlineData("a:\n\ttoken: s3cret", "line ")]
    [InlineData("a: {token: s3cret, token: s3cret}", "line 1, column 20: a name stands there twice")]
    [InlineData("a: 1\na: 2", "line 2, column 1: a name stands there twice")]
    [InlineData("- a", "a map from the names of credentials to their fields is needed")]
    [InlineData("s3cret", "a map from the names of credentials to their fields is needed")]
    [InlineData("? [a]\n: b", "names must be texts")]
    [InlineData("a: {? [b] : s3cret}", "names must be texts")]
    [InlineData("a: *b", "line ")]
    [InlineData("a: { private_key_file: /no/such/file }", "credentials `a`: the field `private_key_file`: other files cannot be read here")]
    [InlineData("a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]", "too many values")]
    public void A_file_that_cannot_be_read_is_an_error_that_quotes_nothing(string text, string message)
    {
        Assert.Null(CredentialFile.TryRead(text, out var error));
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("---\n")]
    [InlineData("~")]
    [InlineData("{}")]
    public void An_empty_file_holds_nothing(string text) => Assert.Empty(CredentialFile.TryRead(text, out _)!.Names);

    [Theory]
    [InlineData("00123", "00123")]
    [InlineData("1e5", "1e5")]
    [InlineData("0x1F", "0x1F")]
    [InlineData("true", "true")]
    [InlineData("2026-03-01", "2026-03-01")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("\"a\\nb\"", "a\nb")]
    [InlineData("'a: #b'", "a: #b")]
    [InlineData("\"a\\n\"", "a")]
    [InlineData("pässwört", "pässwört")]
    public void A_secret_is_the_text_that_stands_there(string yaml, string secret) =>
        Assert.Equal(secret, CredentialFile.TryRead($"\uFEFFa: {{ key: {yaml} }}", out _)!.Fields("a")!.Text("key"));

    [Fact]
    public void A_key_may_stand_in_a_file_beside_it()
    {
        using var folder = new TempFolder();
        File.WriteAllText(Path.Combine(folder.Path, "key.pem"), "PEM");
        var file = CredentialFile.TryRead("a: { private_key_file: key.pem }", out var error, folder.Path);
        Assert.Equal("PEM", file?.Fields("a")?.Text("private_key"));
        Assert.Null(CredentialFile.TryRead("a: { private_key_file: kez.pem }", out error, folder.Path));
        Assert.Equal("credentials `a`: the field `private_key_file`: there is no file `kez.pem`", error);
        Assert.Null(CredentialFile.TryRead("a: { private_key_file: ~/no-such-file.pem }", out error, folder.Path));
        Assert.Equal("credentials `a`: the field `private_key_file`: there is no file `~/no-such-file.pem`", error);
    }

    [Theory]
    [InlineData("tokn: x", "there is no field `tokn`; did you mean `token`?")]
    [InlineData("Token: x", "there is no field `Token`; did you mean `token`?")]
    [InlineData("zzzzzzzzzzzz: x", "there is no field `zzzzzzzzzzzz`")]
    [InlineData("token: [a, b]", "the field `token` is a list, not a text")]
    [InlineData("client_secret: { a: b }", "the field `client_secret` is an object, not a text")]
    [InlineData("additional_headers: [a]", "the field `additional_headers` is a list, not a map")]
    [InlineData("additional_params: a", "the field `additional_params` is a string, not a map")]
    [InlineData("scopes: { a: b }", "the field `scopes` is an object, not a list or a text")]
    [InlineData("scheme: oauth", "there is no scheme `oauth`; did you mean `oauth2`?")]
    public void A_field_that_means_nothing_is_named(string field, string problem)
    {
        var fields = CredentialFile.TryRead($"a:\n  {field}\n", out _)!.Fields("a")!;
        Assert.Equal(problem, Assert.Single(CredentialSchemes.Problems(fields)));
    }

    [Theory]
    [InlineData("token: x", "oauth2", "oauth2")]
    [InlineData("token: x", "", "oauth2")]
    [InlineData("token: x", "jwt", "jwt")]
    [InlineData("key: x", "api_key,oauth2", "api_key")]
    [InlineData("username: x", "basic", "basic")]
    [InlineData("username: x\n  grant: password", "oauth2", "oauth2")]
    [InlineData("access_key: x", "aws,aws_sts", "aws")]
    [InlineData("access_key: x\n  role_arn: y", "aws,aws_sts", "aws_sts")]
    [InlineData("fingerprint: x", "oracle", "oracle")]
    [InlineData("scheme: basic\n  token: x", "basic,oauth2", "basic")]
    [InlineData("label: x", "basic", "basic")]
    [InlineData("type: basic\n  label: x", "basic,oauth2", "basic")]
    [InlineData("token: x", "ntlm", "ntlm")]
    public void The_fields_say_the_scheme(string fields, string allowed, string scheme) =>
        Assert.Equal(scheme, CredentialSchemes.Of(
            CredentialFile.TryRead($"a:\n  {fields}\n", out _)!.Fields("a")!,
            allowed.Split(',', StringSplitOptions.RemoveEmptyEntries)));
}
