using Reeve.TestKit;

namespace Reeve.Cli.Tests;

/// <summary>Verbs that go on until they are stopped.</summary>
public sealed class WatchTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Documents_are_shown_and_then_each_change()
    {
        await ApplyAsync("watched", "10s");
        var (end, output, stop) = server.Start("get", "policies", "-w");
        await Eventually.IsTrueAsync(() => output.ToString().Contains("watched", StringComparison.Ordinal));
        await ApplyAsync("another", "10s");
        await ApplyAsync("watched", "20s");
        await server.RunAsync("delete", "policy", "another");
        await Eventually.IsTrueAsync(() => output.ToString().Contains("deleted", StringComparison.Ordinal));
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Fine, await end);
        var lines = output.ToString().TrimEnd().Split('\n')
            .Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Where(l => l.Split(' ')[0] is "name" or "watched" or "another");
        Assert.Equal(
            [
                "name type revision project change", "watched reeve.heartbeat-1.0 1 default",
                "another reeve.heartbeat-1.0 1 default created",
                "watched reeve.heartbeat-1.0 2 default changed", "another deleted",
            ],
            lines);
    }

    [Fact]
    public async Task Targets_are_watched_as_they_are()
    {
        await server.RunAsync("apply", "-f", server.Folder.Write(
            "t.yaml", "kind: Target\nmetadata: {name: live}\nspec: {children: [{name: web, capacity: {min: 1, max: 2, desired: 1}, "
            + "driver: {name: simulated}}]}"));
        var (end, output, stop) = server.Start("get", "targets", "live", "-w", "-o", "json");
        await Eventually.IsTrueAsync(() => output.ToString().Contains("\"live\"", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Fine, (await server.RunAsync("exec", "start", "create", "live", "--wait")).Code);
        await Eventually.IsTrueAsync(() => output.ToString().Split('\n').Any(
            l => l.Contains("\"kind\":\"instance\"", StringComparison.Ordinal)
                && l.Contains("\"state\":\"started\"", StringComparison.Ordinal)));
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Fine, await end);
    }

    [Fact]
    public async Task The_journal_is_followed_from_where_it_was_read()
    {
        await ApplyAsync("before", "10s");
        var (end, output, stop) = server.Start("events", "--follow", "--status", "resource.changed");
        await Eventually.IsTrueAsync(() => output.ToString().Contains("`Policy/before`", StringComparison.Ordinal));
        await ApplyAsync("after", "10s");
        await Eventually.IsTrueAsync(() => output.ToString().Contains("`Policy/after`", StringComparison.Ordinal));
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Fine, await end);
    }

    private async Task ApplyAsync(string name, string ttl) => Assert.Equal(
        ExitCode.Fine,
        (await server.RunAsync(
            "apply", "-f",
            server.Folder.Write($"{name}.yaml", $$"""
                kind: Policy
                metadata: {name: {{name}}}
                spec: {type: reeve.heartbeat-1.0, properties: {ttl: {{ttl}} } }
                """))).Code);
}
