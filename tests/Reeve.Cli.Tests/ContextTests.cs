using System.CommandLine;
using System.Text;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

/// <summary>Contexts and completion: the verbs that read the file of contexts, which REEVE_CONTEXTS names for this whole process.</summary>
public sealed class ContextTests : IAsyncLifetime
{
    private readonly ServerFixture _server = new();
    private readonly string? _before = Environment.GetEnvironmentVariable("REEVE_CONTEXTS");

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        Environment.SetEnvironmentVariable("REEVE_CONTEXTS", _server.Folder.At("config/config.yaml"));
    }

    public Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("REEVE_CONTEXTS", _before);
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task A_context_says_where_the_server_is_and_whose_it_is()
    {
        var set = await RunAsync("", "context", "set", "here", "--server", _server.App.Urls[0], "--tenant", "acme");
        Assert.True(set.Code == ExitCode.Fine, set.Error);
        await _server.RunAsync("apply", "--tenant", "acme", "-f", _server.Folder.Write(
            "p.yaml", "kind: Policy\nmetadata: {name: of-acme}\nspec: {type: reeve.heartbeat-1.0}"));
        Assert.Contains("of-acme", (await RunAsync("", "get", "policies")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("of-acme", (await RunAsync("", "get", "policies", "--tenant", "default")).Out, StringComparison.Ordinal);
        Assert.Contains("of-acme", (await RunAsync("", "get", "policies", "--context", "here")).Out, StringComparison.Ordinal);
        Assert.Contains(
            "there is no context `her`; did you mean `here`?", (await RunAsync("", "get", "policies", "--context", "her")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_files_of_contexts_and_of_settings_do_not_meet()
    {
        var settings = _server.Folder.Write("settings.yaml", "max-requests: 4321\n");
        var before = Environment.GetEnvironmentVariable("REEVE_CONFIG");
        Environment.SetEnvironmentVariable("REEVE_CONFIG", settings);
        try
        {
            var set = await RunAsync("", "context", "set", "here", "--server", _server.App.Urls[0]);
            Assert.True(set.Code == ExitCode.Fine, set.Error);
            Assert.Equal("max-requests: 4321\n", await File.ReadAllTextAsync(settings));
            Assert.Contains("here", (await RunAsync("", "context", "list")).Out, StringComparison.Ordinal);
            Assert.Equal(ExitCode.Fine, (await RunAsync("", "get", "policies")).Code);
            var root = new RootCommand { Verbs.ServeVerb.Make(new Terminal(Stream.Null, TextWriter.Null, TextWriter.Null, 0)) };
            Assert.Equal(4321, Verbs.ServeSettings.Complete(root.Parse(["serve"])).GetValue<int>("--max-requests"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("REEVE_CONFIG", before);
        }
    }

    [Fact]
    public async Task A_token_goes_to_its_server_only_and_is_never_shown()
    {
        await using var sink = await HttpSink.StartAsync();
        await using var other = await HttpSink.StartAsync();
        var set = await RunAsync("s3cret\n", "context", "set", "sink", "--server", sink.Url.ToString(), "--token-stdin");
        Assert.True(set.Code == ExitCode.Fine, set.Error);
        await RunAsync("", "get", "policies");
        await RunAsync("", "get", "policies", "--context", "sink", "--server", other.Url.ToString());
        Assert.Equal("Bearer s3cret", sink.Requests[0].Headers["Authorization"]);
        Assert.False(other.Requests[0].Headers.ContainsKey("Authorization"));
        Assert.DoesNotContain("s3cret", (await RunAsync("", "context", "list", "-o", "json")).Out, StringComparison.Ordinal);
        var file = _server.Folder.At("config/config.yaml");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_wrong_file_is_refused_with_the_place_of_each_mistake()
    {
        var file = _server.Folder.Write("config/config.yaml", "curent: x\ncontexts:\n  a: {serve: http://x}\n");
        var reply = await RunAsync("", "get", "policies");
        Assert.Equal(ExitCode.WrongInput, reply.Code);
        Assert.Contains($"{file}:1:", reply.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean `current`?", reply.Error, StringComparison.Ordinal);
        Assert.Contains($"{file}:3:", reply.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("", "context", "set", "a b", "--server", "http://x")).Code);
    }

    [Theory]
    [InlineData("ap", "apply approve")]
    [InlineData("get po", "policy policy-type")]
    [InlineData("context ", "delete list set use")]
    [InlineData("apply --d", "--diff --dry-run")]
    [InlineData("get targets -o ", "json table yaml")]
    [InlineData("completion ", "bash fish zsh")]
    [InlineData("get nonsense ", "")]
    public async Task The_next_word_is_completed(string line, string expected)
    {
        var reply = await RunAsync("", ["complete", "--", .. line.Split(' ')]);
        Assert.Equal(expected, reply.Out.TrimEnd().Replace('\n', ' '));
    }

    [Fact]
    public async Task Names_are_completed_from_the_server_and_contexts_from_the_file()
    {
        await RunAsync("", "context", "set", "here", "--server", _server.App.Urls[0]);
        await _server.RunAsync("apply", "-f", _server.Folder.Write(
            "p.yaml", "kind: Policy\nmetadata: {name: completed}\nspec: {type: reeve.heartbeat-1.0}"));
        Assert.Equal("completed\n", (await RunAsync("", "complete", "--", "get", "policy", "")).Out);
        Assert.Equal("here\n", (await RunAsync("", "complete", "--", "context", "use", "")).Out);
    }

    [Theory]
    [InlineData("bash", "-n")]
    public async Task The_script_of_the_shell_is_one_that_it_reads(string shell, string check)
    {
        var script = _server.Folder.Write("completion", (await RunAsync("", "completion", shell)).Out);
        await using var child = await ChildProcess.StartAsync(shell, check, script);
        Assert.True(await child.WaitForExitAsync() == 0, child.Transcript());
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("", "completion", "bsh")).Code);
    }

    [Fact]
    public async Task Bash_completes_with_it()
    {
        var reeve = _server.Folder.Write("reeve", "#!/bin/sh\n[ \"$1\" = complete ] && printf 'policy\\npolicy-type\\n'\n");
        File.SetUnixFileMode(reeve, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var script = _server.Folder.Write("completion", (await RunAsync("", "completion", "bash")).Out);
        await using var child = await ChildProcess.StartAsync(
            "bash", "-c",
            $"PATH={Path.GetDirectoryName(reeve)}:$PATH; . {script}; COMP_WORDS=(reeve get po); COMP_CWORD=2; _reeve; "
                + "echo \"${COMPREPLY[*]}\"");
        await child.WaitForExitAsync();
        Assert.Equal("policy policy-type", child.Transcript().Trim());
    }

    private static async Task<Printed> RunAsync(string input, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error, 0);
        return new Printed(await CommandLine.RunAsync(args, terminal, CancellationToken.None), output.ToString(), error.ToString());
    }
}
