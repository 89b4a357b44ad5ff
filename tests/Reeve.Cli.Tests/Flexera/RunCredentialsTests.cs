using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Cli.Tests.Flexera;

/// <summary><c>reeve run --credentials</c>: what is wrong with the file ends with 2 and names the block and the field.</summary>
public sealed class RunCredentialsTests : IDisposable
{
    private const string Text = """
        name "One"
        rs_pt_ver 20180301
        type "policy"
        short_description "s"
        credentials "auth_one" do
          schemes "oauth2"
          label "One"
        end
        datasource "ds_one" do
          request do
            auth $auth_one
            host "one.example"
          end
        end
        policy "pol" do
          validate $ds_one do
            detail_template ""
            check true
          end
        end
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("auth_on: { token: s3cret }", "credentials `auth_one`: the credentials file does not hold them; did you mean `auth_on`?")]
    [InlineData("auth_one: { tokn: s3cret }", "credentials `auth_one`: there is no field `tokn`; did you mean `token`?")]
    [InlineData("auth_one: { token: [s3cret] }", "credentials `auth_one`: the field `token` is a list, not a text")]
    [InlineData("auth_one: { client_id: a, client_secret: s3cret }", "credentials `auth_one`: the field `token_url` is missing")]
    [InlineData("auth_one: { username: a, password: s3cret }",
        "credentials `auth_one`: the fields are those of `basic`, and the template takes `oauth2`")]
    [InlineData("auth_one: s3cret", "credentials `auth_one`: the credentials file holds a string under this name, not fields")]
    [InlineData("auth_one:", "credentials `auth_one`: the credentials file holds nothing under this name, not fields")]
    [InlineData("auth_one: { scheme: aws, access_key: a }",
        "credentials `auth_one`: the fields are those of `aws`, and the template takes `oauth2`")]
    public async Task A_credential_that_is_wrong_is_named(string yaml, string message)
    {
        await using var server = await HttpSink.StartAsync();
        var (code, output, error) = await RunAsync(yaml, "--http-to", server.Url.ToString(), "--output", "json");
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error + output, StringComparison.Ordinal);
        using var data = JsonDocument.Parse(output);
        Assert.Equal("auth_one", data.RootElement.GetProperty("errors")[0].GetProperty("credentials").GetString());
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("auth_one: {", "not YAML")]
    [InlineData("- auth_one", "a map from the names of credentials to their fields is needed")]
    public async Task A_file_that_cannot_be_read_is_named(string yaml, string message)
    {
        var (code, _, error) = await RunAsync(yaml);
        Assert.Equal(2, code);
        Assert.Contains($"credentials.yaml`: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var (code, _, error) = await RunAsync(null, "--credentials", "~/no-such-file.yaml");
        Assert.Equal(2, code);
        Assert.Contains("no-such-file.yaml`: there is no such file", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_refuses_them_ends_with_3()
    {
        await using var server = await HttpSink.StartAsync();
        server.Reply(HttpReply.With(401, "{\"error\":\"invalid_client\"}"));
        var (code, _, error) = await RunAsync(
            "auth_one: { token_url: \"https://login.example/t\", client_id: a, client_secret: s3cret }",
            "--http-to", server.Url.ToString());
        Assert.Equal(3, code);
        Assert.Contains(
            "credentials `auth_one`: signing failed: the token was refused with HTTP status 401: invalid_client", error,
            StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string? yaml, params string[] arguments)
    {
        var template = _folder.Write("one.pt", Text + "\n");
        var credentials = yaml is null ? [] : (string[])["--credentials", _folder.Write("credentials.yaml", yaml)];
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            ["run", template, .. credentials, .. arguments], new Terminal(Stream.Null, output, error, 0), CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
