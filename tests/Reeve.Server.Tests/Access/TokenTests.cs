using System.Net;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Access;

public sealed class TokenTests(GuardedReeve guarded) : IClassFixture<GuardedReeve>
{
    [Fact]
    public async Task The_first_start_makes_one_admin_and_later_ones_none()
    {
        Assert.Equal("admin@*", (await guarded.GetAsync(guarded.Admin, "/api/v1/whoami")).Body.GetProperty("grants")[0].GetString());
        Assert.Equal("token/first-admin", (await guarded.GetAsync(guarded.Admin, "/api/v1/whoami")).Text("name"));
        await guarded.Reeve.RestartAsync();
        Assert.Null(guarded.Reeve.App.FirstToken);
        Assert.Equal(HttpStatusCode.OK, (await guarded.GetAsync(guarded.Admin, "/api/v1/status")).Status);
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_token_or_with_a_wrong_one()
    {
        var nobody = await guarded.GetAsync(null, "/api/v1/policies");
        Assert.Equal((HttpStatusCode.Unauthorized, "unauthenticated"), (nobody.Status, nobody.Code));
        Assert.Contains("Bearer", nobody.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        var last = guarded.Admin[^1] == 'A' ? 'Q' : 'A';
        var unknown = "rv_000000000000_" + new string('A', 43);
        foreach (var wrong in (string[])["x", "rv_", guarded.Admin + "x", guarded.Admin[..^1] + last, unknown])
        {
            var reply = await guarded.GetAsync(wrong, "/api/v1/policies");
            Assert.Equal((HttpStatusCode.Unauthorized, "authorization: the token is not known here"), (reply.Status, reply.Detail));
        }

        var health = await guarded.GetAsync(null, "/health/ready");
        Assert.Equal(HttpStatusCode.OK, health.Status);
    }

    [Fact]
    public async Task A_token_is_told_once_and_nowhere_kept()
    {
        var text = (await guarded.MadeAsync("once", "1h", "viewer@default")).Text("token");
        var list = await guarded.GetAsync(guarded.Admin, "/api/v1/tokens");
        Assert.Contains(list.Items, t => t.GetProperty("name").GetString() == "once");
        Assert.DoesNotContain(text, list.Body.GetRawText(), StringComparison.Ordinal);
        var journal = await guarded.GetAsync(guarded.Admin, "/api/v1/journal?kind=access.changed");
        Assert.Contains("made token `once`", journal.Body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(text, journal.Body.GetRawText(), StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(guarded.Reeve.DataFolder, "reeve.db*"))
        {
            using var shared = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(shared, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(text[16..], await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }

        var keyed = await guarded.Reeve.PostAsync(
            "/api/v1/tokens", """{"name": "x", "grants": ["viewer"]}""", ("Authorization", $"Bearer {guarded.Admin}"),
            ("Idempotency-Key", "k"));
        Assert.Contains("never kept", keyed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_and_an_expired_one_say_so_at_once_and_after_a_restart()
    {
        var made = await guarded.MadeAsync("gone", "1h", "viewer@default");
        Assert.Equal(HttpStatusCode.OK, (await guarded.GetAsync(made.Text("token"), "/api/v1/policies")).Status);
        await guarded.SendAsync(guarded.Admin, HttpMethod.Delete, $"/api/v1/tokens/{made.Text("id")}");
        Assert.Contains("the token `gone` was revoked", (await guarded.GetAsync(made.Text("token"), "/api/v1/policies")).Detail);
        var brief = (await guarded.MadeAsync("brief", "1s", "viewer@default")).Text("token");
        await Eventually.IsTrueAsync(async () =>
            (await guarded.GetAsync(brief, "/api/v1/policies")) is { Status: HttpStatusCode.Unauthorized } reply
                && reply.Detail.Contains("the token `brief` expired", StringComparison.Ordinal));
        await guarded.Reeve.RestartAsync();
        Assert.Contains("the token `gone` was revoked", (await guarded.GetAsync(made.Text("token"), "/api/v1/policies")).Detail);
        Assert.Contains("the token `brief` expired", (await guarded.GetAsync(brief, "/api/v1/policies")).Detail);
    }

    [Theory]
    [InlineData("""{"name": "x", "grants": ["boss@a"]}""", "there is no role `boss`")]
    [InlineData("""{"name": "x", "grants": ["veiwer@a"]}""", "did you mean `viewer`?")]
    [InlineData("""{"name": "x", "grants": ["viewer@*/p"]}""", "names no scope")]
    [InlineData("""{"name": "x", "grants": ["viewer@a b"]}""", "names no scope")]
    [InlineData("""{"name": "x", "grants": []}""", "expected 1 to 50 grants")]
    [InlineData("""{"name": "x y", "grants": ["viewer"]}""", "is no name")]
    [InlineData("""{"name": "x", "grants": ["viewer"], "expires_in": "soon"}""", "soon")]
    [InlineData("""{"name": "x", "grants": ["viewer"], "expires": "1h"}""", "unknown-field")]
    public async Task What_is_no_token_is_refused_with_the_reason(string body, string why)
    {
        var reply = await guarded.SendAsync(guarded.Admin, HttpMethod.Post, "/api/v1/tokens", body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.Contains(why, reply.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_admin_gives_and_ends_no_more_than_it_has()
    {
        var admin = await guarded.TokenAsync("admin@acme");
        var other = await guarded.MadeAsync("other", "1h", "viewer@else");
        Task<Reply> MakeAsync(string grant) => guarded.SendAsync(
            admin, HttpMethod.Post, "/api/v1/tokens", $$"""{"name": "sub", "grants": ["{{grant}}"]}""");
        Assert.Equal(HttpStatusCode.Created, (await MakeAsync("admin@acme/p")).Status);
        Assert.Equal(HttpStatusCode.Created, (await MakeAsync("author@acme")).Status);
        foreach (var more in (string[])["viewer@else", "viewer", "viewer@*", "admin@*"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await MakeAsync(more)).Status);
        }

        Assert.All(
            (await guarded.GetAsync(admin, "/api/v1/tokens")).Items,
            t => Assert.Contains("@acme", t.GetProperty("grants")[0].GetString(), StringComparison.Ordinal));
        Assert.Equal(
            HttpStatusCode.NotFound, (await guarded.SendAsync(admin, HttpMethod.Delete, $"/api/v1/tokens/{other.Text("id")}")).Status);
    }

    [Fact]
    public async Task The_record_says_whose_token_it_was_whatever_the_caller_calls_itself()
    {
        var author = (await guarded.MadeAsync("writer", "1h", "author@default")).Text("token");
        await guarded.Reeve.SendAsync(
            HttpMethod.Post, "/api/v1/apply", "kind: Workflow\nmetadata: {name: w}\nspec: {steps: [{name: a, wait: 1s}]}",
            "application/yaml",
            ("Authorization", $"Bearer {author}"), ("Reeve-User", "somebody"));
        var journal = await guarded.GetAsync(author, "/api/v1/journal?kind=resource.changed");
        Assert.Equal("token/writer", journal.Items[0].GetProperty("who").GetString());
    }

    [Fact]
    public async Task The_other_faces_are_closed_too()
    {
        var viewer = await guarded.TokenAsync("viewer@*");
        var tenant = await guarded.TokenAsync("admin@acme");
        Assert.Equal(HttpStatusCode.Unauthorized, (await guarded.GetAsync(null, "/opa/v1/data")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await guarded.GetAsync(tenant, "/opa/v1/data")).Status);
        Assert.Equal(HttpStatusCode.OK, (await guarded.GetAsync(viewer, "/opa/v1/data")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await guarded.SendAsync(viewer, HttpMethod.Put, "/opa/v1/data/x", "1")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await guarded.SendAsync(guarded.Admin, HttpMethod.Put, "/opa/v1/data/x", "1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await guarded.GetAsync(null, "/opa/health")).Status);
        foreach (var path in (string[])["/senlin/v1/clusters", "/senlin", "/identity/v3", "/identity"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await guarded.GetAsync(null, path)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await guarded.GetAsync(viewer, path)).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await guarded.GetAsync(guarded.Admin, "/senlin/v1/clusters")).Status);
        using var metrics = await guarded.Reeve.Client.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.Unauthorized, metrics.StatusCode);
    }
}
