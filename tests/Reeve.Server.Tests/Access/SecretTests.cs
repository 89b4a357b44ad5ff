using System.Net;
using System.Security.Cryptography;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Access;

public sealed class SecretTests : IAsyncLifetime
{
    private const string Text = "hunter2-and-more";
    private readonly TempFolder _folder = new();
    private RunningReeve _reeve = null!;

    public async Task InitializeAsync()
    {
        WriteKeys(NewKey());
        _reeve = new RunningReeve
        {
            Custom = folder => new ReeveOptions
            {
                DataFolder = folder,
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                SecretsKeyFile = _folder.At("keys"),
                ProcessFolders = [_folder.Path],
            },
        };
        await _reeve.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _reeve.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_secret_is_set_named_and_removed_and_never_read_back()
    {
        var set = await SetAsync("db", Text);
        Assert.Equal(HttpStatusCode.Created, set.Status);
        Assert.Equal(HttpStatusCode.OK, (await SetAsync("db", Text)).Status);
        var list = await _reeve.GetAsync("/api/v1/secrets");
        Assert.Equal("db", list.Items.Single().GetProperty("name").GetString());
        var journal = await _reeve.GetAsync("/api/v1/journal?kind=access.changed");
        Assert.Contains("set secret `db`", journal.Body.GetRawText(), StringComparison.Ordinal);
        foreach (var reply in (Reply[])[set, list, journal])
        {
            Assert.DoesNotContain(Text, reply.Body.GetRawText(), StringComparison.Ordinal);
        }

        Assert.Equal("method-not-allowed", (await _reeve.GetAsync("/api/v1/secrets/db")).Code);
        Assert.Contains("did you mean `db`", (await RemoveAsync("db1")).Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await RemoveAsync("db")).Status);
        Assert.Empty((await _reeve.GetAsync("/api/v1/secrets")).Items);
    }

    [Theory]
    [InlineData("""{"valu": "hunter2-and-more"}""")]
    [InlineData("""{"value": ["hunter2-and-more"]}""")]
    [InlineData("""{"value": ""}""")]
    [InlineData("""{"value": "x", "more": "hunter2-and-more"}""")]
    public async Task What_is_sent_wrongly_is_not_repeated(string body)
    {
        var reply = await _reeve.SendAsync(HttpMethod.Put, "/api/v1/secrets/x", body, "application/json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.DoesNotContain("hunter2", reply.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_sends_it_and_no_record_file_or_reply_shows_it_even_when_it_is_echoed()
    {
        await SetAsync("hook", Text);
        await using var sink = await HttpSink.StartAsync();
        sink.Reply(new HttpReply { Body = $"got {Text}" });
        var ended = await RunActorAsync(
            "webhook",
            $$$$"""{"url": "{{{{sink.Url}}}}x", "secret_headers": {"Authorization": {"secret": "hook", "prefix": "Bearer "}}}""");
        Assert.Equal("succeeded", ended.GetProperty("status").GetString());
        Assert.Equal($"Bearer {Text}", sink.Requests.Single().Headers["Authorization"]);
        Assert.Contains("got ***", ended.GetRawText(), StringComparison.Ordinal);
        await NowhereAsync();
    }

    [Fact]
    public async Task A_program_gets_it_in_its_environment_and_not_among_its_arguments()
    {
        await SetAsync("db", Text);
        var program = _folder.Write("show.sh", "#!/bin/sh\necho \"$# $DB\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var ended = await RunActorAsync("process", $$$$"""{"command": ["{{{{program}}}}"], "secret_env": {"DB": {"secret": "db"}}}""");
        Assert.Contains("0 ***", ended.GetRawText(), StringComparison.Ordinal);
        await NowhereAsync();
    }

    [Fact]
    public async Task One_that_is_not_there_or_of_another_project_fails_the_step_with_the_reason()
    {
        await _reeve.SendAsync(HttpMethod.Put, "/api/v1/secrets/far?project=other", $$"""{"value": "{{Text}}"}""", "application/json");
        var ended = await RunActorAsync("webhook", """{"url": "http://127.0.0.1:1/", "secret_headers": {"X-A": {"secret": "far"}}}""");
        Assert.Equal("failed", ended.GetProperty("status").GetString());
        Assert.Contains("there is no secret `far` in `default/default`", ended.GetRawText(), StringComparison.Ordinal);
        const string odd = """{"actor": "webhook", "with": {"url": "http://127.0.0.1:1/", "secret_headers": {"X": {"secre": "a"}}}}""";
        var wrong = await _reeve.PostAsync("/api/v1/executions", odd);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
    }

    [Fact]
    public async Task A_new_key_seals_everything_anew_and_the_old_one_can_go()
    {
        await SetAsync("a", Text);
        var old = (await _reeve.GetAsync("/api/v1/secrets")).Items[0].GetProperty("key").GetString();
        var first = await File.ReadAllTextAsync(_folder.At("keys"));
        WriteKeys(NewKey() + "\n" + first);
        Assert.Equal("1", (await _reeve.PostAsync("/api/v1/secret-keys/rotate", "{}")).Text("sealed"));
        Assert.Equal("0", (await _reeve.PostAsync("/api/v1/secret-keys/rotate", "{}")).Text("sealed"));
        Assert.NotEqual(old, (await _reeve.GetAsync("/api/v1/secrets")).Items[0].GetProperty("key").GetString());
        WriteKeys((await File.ReadAllLinesAsync(_folder.At("keys")))[0]);
        await _reeve.RestartAsync();
        await using var sink = await HttpSink.StartAsync();
        await RunActorAsync("webhook", $$$$"""{"url": "{{{{sink.Url}}}}x", "secret_headers": {"X-A": {"secret": "a"}}}""");
        Assert.Equal(Text, sink.Requests.Single().Headers["X-A"]);

        // without the key it is closed, and says so
        WriteKeys(NewKey());
        var refused = await _reeve.PostAsync("/api/v1/secret-keys/rotate", "{}");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("cannot be opened", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "there is no key")]
    [InlineData("nonsense", "is not 32 bytes in base 64")]
    [InlineData("AAAA", "is not 32 bytes in base 64")]
    public async Task A_file_without_good_keys_stops_the_start(string text, string why)
    {
        using var folder = new TempFolder();
        var file = folder.Write("keys", text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var refused = await Assert.ThrowsAsync<StartException>(() => ReeveApp.StartAsync(
            new ReeveOptions { DataFolder = folder.At("data"), Urls = "http://127.0.0.1:0", SecretsKeyFile = file },
            CancellationToken.None));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        refused = await Assert.ThrowsAsync<StartException>(() => ReeveApp.StartAsync(
            new ReeveOptions { DataFolder = folder.At("data"), Urls = "http://127.0.0.1:0", SecretsKeyFile = file },
            CancellationToken.None));
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private void WriteKeys(string text)
    {
        var file = _folder.Write("keys", text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private Task<Reply> SetAsync(string name, string value) =>
        _reeve.SendAsync(HttpMethod.Put, $"/api/v1/secrets/{name}", $$"""{"value": "{{value}}"}""", "application/json");

    private Task<Reply> RemoveAsync(string name) => _reeve.SendAsync(HttpMethod.Delete, $"/api/v1/secrets/{name}");

    private async Task<System.Text.Json.JsonElement> RunActorAsync(string actor, string with)
    {
        var started = await _reeve.PostAsync("/api/v1/executions", $$"""{"actor": "{{actor}}", "with": {{with}}}""");
        Assert.True(started.Status == HttpStatusCode.Accepted, started.Body.GetRawText());
        return await _reeve.EndOfAsync(started.Text("id"));
    }

    // every byte that was written down
    private async Task NowhereAsync()
    {
        foreach (var path in (string[])["/api/v1/executions", "/api/v1/journal"])
        {
            Assert.DoesNotContain(Text, (await _reeve.GetAsync(path)).Body.GetRawText(), StringComparison.Ordinal);
        }

        var files = Directory.GetFiles(_reeve.DataFolder, "*", SearchOption.AllDirectories);
        foreach (var file in files.Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var shared = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(shared, System.Text.Encoding.Latin1);
            Assert.False((await reader.ReadToEndAsync()).Contains(Text, StringComparison.Ordinal), file);
        }
    }
}
