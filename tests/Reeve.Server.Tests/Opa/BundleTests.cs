using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Opa;

public sealed class BundleTests : IAsyncLifetime
{
    private const string Secret = "a secret that is long enough";
    private HttpSink _server = null!;
    private byte[] _bundle = [];
    private string _tag = "\"1\"";

    public async Task InitializeAsync()
    {
        _server = await HttpSink.StartAsync();
        _server.Reply(request => request.Headers.GetValueOrDefault("If-None-Match") == _tag
            ? HttpReply.With(304)
            : new HttpReply { Bytes = _bundle, Headers = new Dictionary<string, string> { ["ETag"] = _tag } });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_bundle_is_fetched_put_to_work_and_replaced_by_a_newer_one()
    {
        Offer("1", ("a/p.rego", "package a\nx := data.a.n"), ("a/data.json", """{"n": 1}"""), (".manifest", Manifest("r1", "a")));
        await using var opa = await RunningOpa.StartAsync(config: Config());
        await Eventually.IsTrueAsync(async () => (await opa.GetAsync("/opa/v1/data/a/x")).Text == "{\"result\":1}");
        Assert.Equal("{}", (await opa.GetAsync("/opa/health?bundles")).Text);
        Assert.Contains("modes=snapshot,delta", _server.Requests[0].Headers["Prefer"], StringComparison.Ordinal);
        Assert.Equal("Bearer tok", _server.Requests[0].Headers["Authorization"]);

        Offer("2", ("a/p.rego", "package a\ny := data.a.n"), ("a/data.yaml", "\"n\": 2\n"), (".manifest", Manifest("r2", "a")));
        await Eventually.IsTrueAsync(async () => (await opa.GetAsync("/opa/v1/data/a")).Text == """{"result":{"n":2,"y":2}}""");
        var provenance = (await opa.GetAsync("/opa/v1/data/a?provenance")).Json.GetProperty("provenance");
        Assert.Equal("r2", provenance.GetProperty("bundles").GetProperty("main").GetProperty("revision").GetString());
        Assert.DoesNotContain("tok", (await opa.GetAsync("/opa/v1/config")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_bundle_owns_is_not_for_others_to_write()
    {
        Offer("1", ("a/data.json", """{"n": 1}"""), (".manifest", Manifest("r1", "a")));
        await using var opa = await RunningOpa.StartAsync(config: Config());
        await Eventually.IsTrueAsync(async () => (await opa.GetAsync("/opa/v1/data/a/n")).Text == "{\"result\":1}");
        Assert.Equal(HttpStatusCode.BadRequest, (await opa.PutAsync("/opa/v1/data/a/m", "1")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await opa.DeleteAsync("/opa/v1/data/a")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await opa.PutAsync("/opa/v1/policies/p", "package a.b\nx := 1")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await opa.PutAsync("/opa/v1/data", "{}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await opa.PutAsync("/opa/v1/data/b", "1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await opa.PutAsync("/opa/v1/policies/p", "package c.b\nx := 1")).Status);
    }

    [Theory]
    [InlineData("a/p.rego", "package a\nx if y", "rego_unsafe_var_error")]
    [InlineData("a/p.rego", "package a\nx :=", "rego_parse_error")]
    [InlineData("b/p.rego", "package b\nx := 1", "do not permit the package")]
    [InlineData("b/data.json", "{}", null)]
    [InlineData("b/data.json", "1", "do not permit data")]
    [InlineData("a/data.json", "{", "a/data.json")]
    [InlineData("../evil.rego", "package a\nx := 1", "leads out of the bundle")]
    public async Task A_bad_bundle_leaves_the_old_one_at_work_and_shows_in_the_status(string file, string text, string? reason)
    {
        Offer("1", ("a/p.rego", "package a\nx := 1"), (".manifest", Manifest("r1", "a")));
        await using var opa = await RunningOpa.StartAsync(config: Config());
        await Eventually.IsTrueAsync(async () => (await opa.GetAsync("/opa/v1/data/a/x")).Text == "{\"result\":1}");
        Offer("2", (file, text), (".manifest", Manifest("r2", "a")));
        await Eventually.IsTrueAsync(async () =>
        {
            var status = (await StatusAsync(opa)).GetRawText();
            return reason is null ? status.Contains("\"r1\"", StringComparison.Ordinal) : status.Contains(reason, StringComparison.Ordinal);
        });
        if (reason is not null)
        {
            Assert.Equal("{\"result\":1}", (await opa.GetAsync("/opa/v1/data/a/x")).Text);
            Assert.Equal("r1", (await StatusAsync(opa)).GetProperty("active_revision").GetString());
        }
    }

    [Fact]
    public async Task What_unpacks_to_more_than_it_may_is_refused()
    {
        Offer("1", ("a/data.json", "\"" + new string('x', 3_000_000) + "\""));
        await using var opa = await RunningOpa.StartAsync(config: Config(bundle: "size_limit_bytes: 100000"));
        await Eventually.IsTrueAsync(async () => (await StatusAsync(opa)).GetRawText().Contains("larger than", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.InternalServerError, (await opa.GetAsync("/opa/health?bundles=true")).Status);
    }

    [Fact]
    public async Task A_kept_copy_is_at_work_while_the_server_is_away()
    {
        Offer("1", ("a/data.json", """{"n": 1}"""));
        await using var opa = await RunningOpa.StartAsync(config: Config(bundle: "persist: true"));
        await Eventually.IsTrueAsync(async () => (await opa.GetAsync("/opa/v1/data/a/n")).Text == "{\"result\":1}");
        await Eventually.IsTrueAsync(() => File.Exists(opa.Folder.At("data/opa/bundles/main/bundle.tar.gz")));
        _server.Reply(_ => HttpReply.With(503));
        await opa.RestartAsync();
        Assert.Equal("{\"result\":1}", (await opa.GetAsync("/opa/v1/data/a/n")).Text);
        await Eventually.IsTrueAsync(async () => (await StatusAsync(opa)).GetRawText().Contains("503", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_what_was_signed_with_the_right_key_and_not_touched_since_is_taken()
    {
        await using var opa = await RunningOpa.StartAsync(config: Config(bundle: "signing: {keyid: k}"));
        (string, string)[] files = [("a/data.json", """{ "n":1, "b":"ä<" }"""), ("a/p.rego", "package a\nx := data.a.n")];
        foreach (var (wrong, reason) in ((string, string)[])[
            ("none", "not signed"), ("other secret", "signature is wrong"), ("changed", "not as it was signed"),
            ("extra", "not in its signature")])
        {
            Offer(wrong, Signed(files, wrong));
            await Eventually.IsTrueAsync(async () => (await StatusAsync(opa)).GetRawText().Contains(reason, StringComparison.Ordinal));
            Assert.Equal("{}", (await opa.GetAsync("/opa/v1/data/a")).Text);
        }

        Offer("right", Signed(files, "right"));
        await Eventually.IsTrueAsync(async () => (await opa.GetAsync("/opa/v1/data/a/x")).Text == "{\"result\":1}");
    }

    [Fact]
    public async Task A_delta_changes_the_data_and_nothing_else()
    {
        Offer("1", ("a/p.rego", "package a\nx := data.a.n"), ("a/data.json", """{"n": 1, "m": [1]}"""), (".manifest", Manifest("r1", "a")));
        await using var opa = await RunningOpa.StartAsync(config: Config());
        await Eventually.IsTrueAsync(async () => (await opa.GetAsync("/opa/v1/data/a/x")).Text == "{\"result\":1}");
        Offer("2", ("patch.json", """
            {"data": [{"op": "upsert", "path": "/a/new/deep", "value": 7}, {"op": "replace", "path": "a/n", "value": 2},
                      {"op": "remove", "path": "/a/m/0"}]}
            """), (".manifest", Manifest("r2", "a")));
        await Eventually.IsTrueAsync(
            async () => (await opa.GetAsync("/opa/v1/data/a")).Text == """{"result":{"m":[],"n":2,"new":{"deep":7},"x":2}}""");
        Assert.Equal("delta", (await StatusAsync(opa)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_server_that_holds_requests_back_is_asked_again_at_once()
    {
        _server.Reply(_ => new HttpReply
        {
            Status = 304,
            Delay = TimeSpan.FromMilliseconds(20),
            Headers = new Dictionary<string, string> { ["Content-Type"] = "application/vnd.openpolicyagent.bundles" },
        });
        var polling = "polling: {min_delay_seconds: 3600, max_delay_seconds: 7200, long_polling_timeout_seconds: 10}";
        await using var opa = await RunningOpa.StartAsync(config: Config(polling, ""));
        var requests = await _server.WaitForAsync(3);
        Assert.Contains("wait=10", requests[1].Headers["Prefer"], StringComparison.Ordinal);
    }

    private static async Task<JsonElement> StatusAsync(RunningOpa opa) =>
        (await opa.GetAsync("/opa/v1/status")).Json.GetProperty("result").GetProperty("bundles").GetProperty("main");

    private static string Manifest(string revision, string root) => $$"""{"revision": "{{revision}}", "roots": ["{{root}}"]}""";

    private string Config(
        string polling = "polling: {min_delay_seconds: 0.05, max_delay_seconds: 0.1}", string bundle = "persist: false") =>
        $$"""
        services:
          store:
            url: {{_server.Url}}
            credentials: {bearer: {token: tok} }
        keys:
          k: {algorithm: HS256, key: "{{Secret}}"}
        bundles:
          main:
            resource: b.tar.gz
            {{polling}}
            {{bundle}}
        """;

    private void Offer(string tag, params (string Path, string Text)[] files)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (path, text) in files)
            {
                using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = content });
            }
        }

        _bundle = packed.ToArray();
        _tag = $"\"{tag}\"";
    }

    private static (string, string)[] Signed((string Path, string Text)[] files, string how)
    {
        if (how == "none")
        {
            return files;
        }

        var hashes = files.Select(f => new { name = f.Path, hash = Hash(f.Path, f.Text), algorithm = "SHA-256" });
        var header = Base64(Encoding.UTF8.GetBytes("""{"alg":"HS256","typ":"JWT"}"""));
        var payload = Base64(JsonSerializer.SerializeToUtf8Bytes(new { files = hashes }));
        var key = Encoding.UTF8.GetBytes(how == "other secret" ? how : Secret);
        var token = $"{header}.{payload}.{Base64(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{header}.{payload}")))}";
        (string, string)[] all = [.. files, (".signatures.json", $$"""{"signatures": ["{{token}}"]}""")];
        if (how == "changed")
        {
            all[1] = ("a/p.rego", "package a\nx := 2");
        }

        return how == "extra" ? [.. all, ("a/q.rego", "package a\ny := 1")] : all;
    }

    // data is hashed in its canonical form
    private static string Hash(string path, string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        path.EndsWith(".json", StringComparison.Ordinal) ? """{"b":"ä<","n":1}""" : text)));

    private static string Base64(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
