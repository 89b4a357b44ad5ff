using System.Net;
using System.Security.Cryptography;
using Reeve.Server.Access.Oidc;

namespace Reeve.Server.Tests.Access;

public sealed class OidcTests : IAsyncLifetime
{
    private LoopbackIssuer _issuer = null!;
    private GuardedReeve _guarded = null!;

    public async Task InitializeAsync()
    {
        _issuer = await LoopbackIssuer.StartAsync();
        _issuer.AddRsa("a");
        _issuer.AddCurve("b");
        _guarded = new GuardedReeve
        {
            Oidc = new OidcOptions { Issuer = _issuer.Url, Audience = "reeve", KeyPatience = TimeSpan.Zero },
        };
        await _guarded.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _guarded.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public async Task A_token_of_the_issuer_is_taken_with_the_roles_that_it_lists(string key)
    {
        var token = _issuer.Token(key, Claims());
        var who = await _guarded.GetAsync(token, "/api/v1/whoami");
        Assert.Equal("user/ada", who.Text("name"));
        Assert.Equal(
            "[\"viewer@acme\",\"operator@acme/p\"]",
            who.Body.GetProperty("grants").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await _guarded.GetAsync(token, "/api/v1/policies")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await _guarded.GetAsync(token, "/api/v1/policies?tenant=else")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await _guarded.ApplyAsync(token, "kind: Silence")).Status);
    }

    [Fact]
    public async Task Every_claim_that_is_not_as_it_must_be_is_refused_with_the_reason()
    {
        var now = Now();
        await RefusedAsync(Claims(c => c["iss"] = "https://other.example"), "is not of the issuer");
        await RefusedAsync(Claims(c => c["aud"] = "other"), "was not made for `reeve`");
        await RefusedAsync(Claims(c => c["aud"] = new[] { "x", "y" }), "was not made for `reeve`");
        await RefusedAsync(Claims(c => c["exp"] = now - 120), "expired at");
        await RefusedAsync(Claims(c => c["exp"] = "soon"), "has no end");
        await RefusedAsync(Claims(c => c.Remove("exp")), "has no end");
        await RefusedAsync(Claims(c => c["nbf"] = now + 120), "is not good yet");
        await RefusedAsync(Claims(c => c.Remove("sub")), "names nobody");
    }

    [Fact]
    public async Task A_clock_that_is_off_by_less_than_a_minute_is_forgiven_and_several_audiences_are_fine()
    {
        var token = _issuer.Token("a", Claims(c =>
        {
            c["exp"] = Now() - 30;
            c["nbf"] = Now() + 30;
            c["aud"] = new[] { "x", "reeve" };
        }));
        Assert.Equal(HttpStatusCode.OK, (await _guarded.GetAsync(token, "/api/v1/whoami")).Status);
    }

    [Fact]
    public async Task Only_a_signature_with_a_key_of_the_issuer_counts()
    {
        using var stranger = RSA.Create(2048);
        const string why = "is not signed with a key of its issuer";
        await RefusedAsync(_issuer.Token("a", Claims(), "none"), why);
        await RefusedAsync(_issuer.Token("a", Claims(), "HS256"), why);
        await RefusedAsync(_issuer.Token("a", Claims(), "ES256"), why);
        await RefusedAsync(_issuer.Token("a", Claims(), with: stranger), why);
        await RefusedAsync(_issuer.Token("unknown", Claims(), with: stranger), why);
        var good = _issuer.Token("a", Claims());
        await RefusedAsync(good[..good.LastIndexOf('.')] + ".AAAA", why);
        foreach (var broken in (string[])["a.b.c", "a.b", "..", good + ".x", new string('a', 20_000) + ".b.c", "e30.e30.e30", "W10.W10.AA"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await _guarded.GetAsync(broken, "/api/v1/whoami")).Status);
        }
    }

    [Fact]
    public async Task A_weak_key_of_the_issuer_is_none()
    {
        _issuer.AddRsa("weak", 1024);
        await RefusedAsync(_issuer.Token("weak", Claims()), "is not signed with a key of its issuer");
    }

    [Fact]
    public async Task A_new_key_is_fetched_when_it_first_appears_and_old_ones_go_on_while_the_issuer_is_away()
    {
        Assert.Equal(HttpStatusCode.OK, (await _guarded.GetAsync(_issuer.Token("a", Claims()), "/api/v1/whoami")).Status);
        var asked = _issuer.Asked;
        Assert.Equal(HttpStatusCode.OK, (await _guarded.GetAsync(_issuer.Token("a", Claims()), "/api/v1/whoami")).Status);
        Assert.Equal(asked, _issuer.Asked);
        _issuer.AddRsa("new");
        Assert.Equal(HttpStatusCode.OK, (await _guarded.GetAsync(_issuer.Token("new", Claims()), "/api/v1/whoami")).Status);
        _issuer.IsAway = true;
        _issuer.AddRsa("late");
        await RefusedAsync(_issuer.Token("late", Claims()), "is not signed with a key of its issuer");
        Assert.Equal(HttpStatusCode.OK, (await _guarded.GetAsync(_issuer.Token("new", Claims()), "/api/v1/whoami")).Status);
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private Dictionary<string, object> Claims(Action<Dictionary<string, object>>? change = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = _issuer.Url,
            ["aud"] = "reeve",
            ["sub"] = "ada",
            ["exp"] = Now() + 600,
            ["reeve_roles"] = new[] { "viewer@acme", "operator@acme/p", "nonsense" },
        };
        change?.Invoke(claims);
        return claims;
    }

    private Task RefusedAsync(Dictionary<string, object> claims, string why) => RefusedAsync(_issuer.Token("a", claims), why);

    private async Task RefusedAsync(string token, string why)
    {
        var reply = await _guarded.GetAsync(token, "/api/v1/whoami");
        Assert.Equal((HttpStatusCode.Unauthorized, "unauthenticated"), (reply.Status, reply.Code));
        Assert.Contains(why, reply.Detail, StringComparison.Ordinal);
    }
}
