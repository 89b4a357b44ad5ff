using System.Net;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Hosting;

public sealed class StartTests
{
    [Theory]
    [InlineData("http://0.0.0.0:0", "can be reached by others")]
    [InlineData("http://example.com:80", "names no address")]
    [InlineData("nonsense", "no address to listen on")]
    [InlineData("", "no address to listen on")]
    public async Task Without_authentication_it_listens_on_this_machine_only(string urls, string why)
    {
        using var folder = new TempFolder();
        Assert.Contains(
            why, await RefusalAsync(new ReeveOptions { DataFolder = folder.At("data"), Urls = urls }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_a_folder_that_is_used_and_a_broken_file_are_one_line_each()
    {
        using var folder = new TempFolder();
        await using var app = await ReeveApp.StartAsync(RunningReeve.Options(folder.At("data")), CancellationToken.None);
        Assert.Contains(
            "another program listens there",
            await RefusalAsync(new ReeveOptions { DataFolder = folder.At("other"), Urls = app.Urls[0] }),
            StringComparison.Ordinal);
        Assert.Contains(
            "another reeve works on this data folder",
            await RefusalAsync(RunningReeve.Options(folder.At("data"))),
            StringComparison.Ordinal);
        folder.Write("broken/reeve.db", new string('x', 5000));
        Assert.Contains("reeve.db", await RefusalAsync(RunningReeve.Options(folder.At("broken"))), StringComparison.Ordinal);
        folder.Write("file", "");
        Assert.Contains("data folder", await RefusalAsync(RunningReeve.Options(folder.At("file"))), StringComparison.Ordinal);
        Assert.Contains(
            "address",
            await RefusalAsync(new ReeveOptions { DataFolder = folder.At("pg"), Urls = "http://127.0.0.1:0", Database = "postgres://" }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_that_it_lives_and_is_ready()
    {
        await using var reeve = new Started(await StartedAsync());
        Assert.Equal(HttpStatusCode.OK, (await reeve.Reeve.GetAsync("/health/live")).Status);
        Assert.Equal("ready", (await reeve.Reeve.GetAsync("/health/ready")).Text("status"));
        Assert.Equal("not-found", (await reeve.Reeve.GetAsync("/api/v1/nothing")).Code);
        Assert.Equal("method-not-allowed", (await reeve.Reeve.SendAsync(HttpMethod.Delete, "/api/v1/events")).Code);
    }

    [Fact]
    public async Task A_foreign_page_or_name_does_not_get_through()
    {
        await using var reeve = new Started(await StartedAsync());
        Assert.Equal(
            "forbidden",
            (await reeve.Reeve.SendAsync(HttpMethod.Get, "/api/v1/status", (string?)null, null, ("Origin", "https://evil.example"))).Code);
        Assert.Equal(
            "forbidden",
            (await reeve.Reeve.SendAsync(HttpMethod.Get, "/api/v1/status", (string?)null, null, ("Host", "evil.example"))).Code);
        Assert.Equal(
            HttpStatusCode.OK,
            (await reeve.Reeve.SendAsync(
                HttpMethod.Get, "/api/v1/status", (string?)null, null, ("Origin", "http://localhost:3000"))).Status);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart()
    {
        await using var reeve = new Started(await StartedAsync());
        await reeve.Reeve.ApplyAsync(RunningReeve.Shop);
        await reeve.Reeve.RestartAsync();
        Assert.Equal(
            ["grow"],
            (await reeve.Reeve.GetAsync("/api/v1/bindings")).Items.Select(i => i.GetProperty("metadata").GetProperty("name").GetString()));
        Assert.Equal("group", (await reeve.Reeve.GetAsync("/api/v1/targets/shop/web")).Text("kind"));
        Assert.Equal(
            "unchanged",
            (await reeve.Reeve.ApplyAsync(RunningReeve.Shop)).Body.GetProperty("changes")[0].GetProperty("change").GetString());
    }

    private static async Task<RunningReeve> StartedAsync()
    {
        var reeve = new RunningReeve();
        await reeve.InitializeAsync();
        return reeve;
    }

    private static async Task<string> RefusalAsync(ReeveOptions options)
    {
        var refused = await Assert.ThrowsAsync<StartException>(() => ReeveApp.StartAsync(options, CancellationToken.None));
        Assert.DoesNotContain('\n', refused.Message);
        return refused.Message;
    }

    private sealed record Started(RunningReeve Reeve) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Reeve.DisposeAsync();
    }
}
