using System.CommandLine;
using Reeve.Cli.Verbs;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

public sealed class ServeSettingsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_setting_comes_from_the_command_line_else_the_environment_else_the_file()
    {
        var file = _folder.Write(
            "reeve.yaml",
            """
            data: /srv/file
            urls: http://127.0.0.1:1
            log: error
            senlin_port: 8777
            programs: [/usr, /etc]
            tls: {cert: /c.pem, key: /k.pem}
            opa: {token: true, network: false}
            """);
        Environment.SetEnvironmentVariable("REEVE_LOG", "debug");
        Environment.SetEnvironmentVariable("REEVE_MAX_REQUESTS", "17");
        try
        {
            var parsed = Complete("serve", "--config", file, "--urls", "http://127.0.0.1:2");
            Assert.Equal("http://127.0.0.1:2", parsed.GetValue<string>("--urls"));
            Assert.Equal("debug", parsed.GetValue<string>("--log"));
            Assert.Equal(17, parsed.GetValue<int>("--max-requests"));
            Assert.Equal("/srv/file", parsed.GetValue<string>("--data"));
            Assert.Equal(8777, parsed.GetValue<int?>("--senlin-port"));
            Assert.Equal(["/usr", "/etc"], parsed.GetValue<string[]>("--programs")!);
            Assert.Equal("/k.pem", parsed.GetValue<string?>("--tls-key"));
            Assert.True(parsed.GetValue<bool>("--opa-token"));
            Assert.False(parsed.GetValue<bool>("--opa-network"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("REEVE_LOG", null);
            Environment.SetEnvironmentVariable("REEVE_MAX_REQUESTS", null);
        }
    }

    [Fact]
    public void Every_mistake_is_named_with_its_place()
    {
        var file = _folder.Write(
            "reeve.yaml", "urlz: x\nsenlin-port: many\nopa: {token: maybe, port: [1, 2]}\nlog: loud\ntls: {cert: {a: b}}\nlog: debug\n");
        var wrong = Assert.Throws<VerbException>(() => Complete("serve", "--config", file));
        Assert.Equal(ExitCode.WrongInput, wrong.ExitCode);
        Assert.Contains(file, wrong.Message, StringComparison.Ordinal);
        var other = _folder.Write("b.yaml", "urlz: x\nsenlin-port: many\nopa: {token: maybe, port: [1, 2]}\ntls: {cert: {a: b}}\n");
        wrong = Assert.Throws<VerbException>(() => Complete("serve", "--config", other));
        foreach (var told in (string[])
        [
            "did you mean `urls`?", "setting `senlin-port`: expected a whole number, found `many`",
            "setting `opa-token`: expected `true` or `false`", "setting `opa-port`: expected", "`tls-cert-a`",
        ])
        {
            Assert.Contains(told, wrong.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("log: loud", "loud")]
    [InlineData("- a", "expected a document")]
    [InlineData("a: [", "b.yaml")]
    [InlineData("data: [x, y]", "expected one value, found 2")]
    [InlineData("config: other.yaml", "there is no setting `config`")]
    public void What_is_no_file_of_settings_is_refused(string text, string why)
    {
        var wrong = Assert.Throws<VerbException>(() => Complete("serve", "--config", _folder.Write("b.yaml", text)));
        Assert.Contains(why, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() => Assert.Contains(
        "`/nowhere.yaml` cannot be read",
        Assert.Throws<VerbException>(() => Complete("serve", "--config", "/nowhere.yaml")).Message,
        StringComparison.Ordinal);

    private static ParseResult Complete(params string[] args)
    {
        var terminal = new Terminal(Stream.Null, TextWriter.Null, TextWriter.Null, 0);
        var root = new RootCommand { ServeVerb.Make(terminal) };
        return ServeSettings.Complete(root.Parse(args));
    }
}
