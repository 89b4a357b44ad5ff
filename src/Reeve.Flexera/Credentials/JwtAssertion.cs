using System.Security.Cryptography;
using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Flexera.Credentials;

/// <summary>The signed assertion of the grant of RFC 7523.</summary>
internal static class JwtAssertion
{
    private static readonly TimeSpan _valid = TimeSpan.FromHours(1);

    /// <summary>The one that the fields hold, or one made of their claims and signed with their key.</summary>
    public static string Of(CredentialFields fields, DateTimeOffset now)
    {
        if (fields.Has("assertion"))
        {
            return fields.Text("assertion");
        }

        var (algorithm, hash) = fields.First("algorithm", "alg") switch
        {
            "" or "RS256" => ("RS256", HashAlgorithmName.SHA256),
            "RS384" => ("RS384", HashAlgorithmName.SHA384),
            "RS512" => ("RS512", HashAlgorithmName.SHA512),
            var other => throw fields.Wrong($"the algorithm `{other}` is not supported; there are `RS256`, `RS384`, `RS512`"),
        };
        var seconds = now.ToUnixTimeSeconds();
        var claims = new OrderedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["iss"] = fields.Needed("issuer", "iss", "client_email"),
            ["aud"] = fields.Needed("audience", "aud", "token_url"),
            ["iat"] = (double)seconds,
            ["exp"] = (double)seconds + _valid.TotalSeconds,
        };
        if (fields.First("subject", "sub") is { Length: > 0 } subject)
        {
            claims["sub"] = subject;
        }

        if (fields.List("scopes").Concat(fields.List("scope")).ToList() is { Count: > 0 } scopes)
        {
            claims["scope"] = string.Join(' ', scopes);
        }

        foreach (var (name, value) in fields.All.GetValueOrDefault("claims") as OrderedDictionary<string, object?> ?? [])
        {
            claims[name] = value;
        }

        using var key = PrivateKey.Read(fields);
        var kid = fields.First("key_id", "kid") is { Length: > 0 } id ? $",\"kid\":{JsonData.Write(id)}" : "";
        var text = $"{Encode(Encoding.UTF8.GetBytes($"{{\"alg\":\"{algorithm}\",\"typ\":\"JWT\"{kid}}}"))}."
            + Encode(Encoding.UTF8.GetBytes(JsonData.Write(claims)));
        return $"{text}.{Encode(key.SignData(Encoding.UTF8.GetBytes(text), hash, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(byte[] data) => Convert.ToBase64String(data).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
