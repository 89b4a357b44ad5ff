using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Server.Access.Oidc;

/// <summary>
/// Tokens of an OpenID Connect issuer: signed JSON web tokens (RFC 7519). Only signatures with an issuer's public key count; encrypted
/// tokens, tokens without a signature and those with a shared key do not.
/// </summary>
internal sealed class OidcTokens(OidcOptions options, IssuerKeys keys, TimeProvider time) : IDisposable
{
    private const int LongestToken = 16 * 1024;
    private const int MostGrants = 200;
    private const string NotGood = "the token is none that Reeve takes";

    /// <summary>The keys, to be told where to report trouble.</summary>
    public IssuerKeys Keys => keys;

    /// <summary>Who has this token; or why it is not good.</summary>
    public async ValueTask<(Caller? Caller, string? Problem)> FindAsync(string text, CancellationToken cancellationToken)
    {
        var parts = text.Length <= LongestToken ? text.Split('.') : [];
        if (parts.Length != 3 || Part(parts[0]) is not { } header || Part(parts[1]) is not { } claims
            || Decode(parts[2]) is not { } signature || header.Text("alg") is not { } algorithm || header.TryGetProperty("crit", out _))
        {
            return (null, NotGood);
        }

        if (claims.Text("iss") != options.Issuer)
        {
            return (null, $"the token is not of the issuer {Quote.Text(options.Issuer)}");
        }

        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        var found = await keys.FindAsync(header.Text("kid"), cancellationToken);
        if (!found.Any(k => k.Signed(algorithm, signed, signature)))
        {
            return (null, "the token is not signed with a key of its issuer");
        }

        return Problem(claims) is { } problem ? (null, problem) : CallerOf(claims);
    }

    public void Dispose() => keys.Dispose();

    private string? Problem(JsonElement claims)
    {
        var now = time.GetUtcNow();
        if (!IsFor(claims, options.Audience))
        {
            return $"the token was not made for {Quote.Text(options.Audience)}";
        }

        if (Moment(claims, "exp") is not { } end)
        {
            return "the token has no end (`exp`)";
        }

        if (now >= end + options.Skew)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the token expired at {end:u}; get a new one");
        }

        if (claims.TryGetProperty("nbf", out _) && (Moment(claims, "nbf") is not { } begin || now < begin - options.Skew))
        {
            return "the token is not good yet (`nbf`)";
        }

        return null;
    }

    private (Caller? Caller, string? Problem) CallerOf(JsonElement claims)
    {
        if (claims.Text(options.NameClaim) is not { Length: > 0 and <= 200 } name)
        {
            return (null, $"the token names nobody (`{options.NameClaim}`)");
        }

        var grants = new List<Grant>();
        foreach (var text in Texts(claims, options.RolesClaim).Take(MostGrants))
        {
            if (Grant.Read(text, out _) is { } grant)
            {
                grants.Add(grant);
            }
        }

        // the name goes into the record, where a control character could pass for something else
        return (new Caller($"user/{string.Concat(name.Select(c => char.IsControl(c) ? '?' : c))}", grants), null);
    }

    private static bool IsFor(JsonElement claims, string audience) => claims.TryGetProperty("aud", out var said) && said.ValueKind switch
    {
        JsonValueKind.String => said.GetString() == audience,
        JsonValueKind.Array => said.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && a.GetString() == audience),
        _ => false,
    };

    private static IEnumerable<string> Texts(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var said))
        {
            return [];
        }

        return said.ValueKind switch
        {
            JsonValueKind.String => said.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            JsonValueKind.Array => said.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.String).Select(r => r.GetString()!),
            _ => [],
        };
    }

    private static DateTimeOffset? Moment(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
            && seconds is >= 0 and < 250_000_000_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static JsonElement? Part(string text)
    {
        try
        {
            return Decode(text) is { } bytes && Json.Parse(Encoding.UTF8.GetString(bytes)) is { ValueKind: JsonValueKind.Object } read
                ? read
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
