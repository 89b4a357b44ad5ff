using System.Text;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

/// <summary>A backup beside a server at work, and a restore onto another database.</summary>
public sealed class BackupVerbTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task What_a_running_server_holds_is_restored_onto_another_database_and_served_from_there()
    {
        await server.RunAsync("apply", "-f", server.Folder.Write(
            "shop.yaml", "kind: Target\nmetadata: {name: shop}\nspec: {children: [{name: web, capacity: {min: 1, max: 2, desired: 1}, "
            + "driver: {name: simulated}}]}\n---\nkind: Policy\nmetadata: {name: kept}\nspec: {type: reeve.heartbeat-1.0}"));
        Assert.Equal(ExitCode.Fine, (await server.RunAsync("exec", "start", "create", "shop", "--wait")).Code);
        var file = server.Folder.At("reeve.backup");
        var kept = await RunAsync("backup", file, "--data", server.Folder.At("data"));
        Assert.True(kept.Code == ExitCode.Fine, kept.Error);
        Assert.Matches("^[0-9]+ rows kept, as of 20", kept.Out);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains("in it", (await RunAsync("restore", file, "--check", "--data", "x")).Out, StringComparison.Ordinal);

        var postgres = PostgresServer.UrlOf(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        var restored = await RunAsync("restore", file, "--database", postgres);
        Assert.True(restored.Code == ExitCode.Fine, restored.Error);
        await using var other = await ReeveApp.StartAsync(
            new ReeveOptions
            {
                DataFolder = server.Folder.At("other"),
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                Database = postgres,
            },
            CancellationToken.None);
        foreach (var url in (string[])[server.App.Urls[0], other.Urls[0]])
        {
            Assert.Contains("kept", (await RunAsync("get", "policies", "--server", url)).Out, StringComparison.Ordinal);
            Assert.Contains("succeeded", (await RunAsync("exec", "list", "--server", url)).Out, StringComparison.Ordinal);
            Assert.Contains("started", (await RunAsync("get", "targets", "--server", url)).Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_database_that_a_server_works_on_is_not_written_over()
    {
        var file = server.Folder.At("second.backup");
        await RunAsync("backup", file, "--data", server.Folder.At("data"));
        var refused = await RunAsync("restore", file, "--data", server.Folder.At("data"), "--replace");
        Assert.NotEqual(ExitCode.Fine, refused.Code);
        Assert.Contains("another reeve works on this data folder", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_input_is_one_line_that_says_what_to_do()
    {
        var there = server.Folder.Write("there", "x");
        await AssertWrongAsync("is there already", "backup", there, "--data", server.Folder.At("data"));
        await AssertWrongAsync("name the data folder", "backup", server.Folder.At("x"));
        await AssertWrongAsync("there is no such database", "backup", server.Folder.At("x"), "--data", server.Folder.At("nothing"));
        await AssertWrongAsync("there is no such file", "restore", server.Folder.At("x"), "--data", server.Folder.At("new"));
        await AssertWrongAsync("this is no backup of reeve", "restore", there, "--data", server.Folder.At("new"));
        Assert.False(File.Exists(server.Folder.At("x.part")));
    }

    private static async Task AssertWrongAsync(string said, params string[] args)
    {
        var reply = await RunAsync(args);
        Assert.Contains(said, reply.Error, StringComparison.Ordinal);
        Assert.Single(reply.Error.TrimEnd().Split('\n'));
        Assert.Equal(ExitCode.WrongInput, reply.Code);
    }

    private static async Task<Printed> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(new MemoryStream(Encoding.UTF8.GetBytes("")), output, error, 0);
        return new Printed(await CommandLine.RunAsync(args, terminal, CancellationToken.None), output.ToString(), error.ToString());
    }
}
