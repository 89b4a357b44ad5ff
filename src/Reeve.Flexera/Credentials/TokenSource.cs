using System.Security.Cryptography;
using System.Text;
using Reeve.Flexera.Network;
using Reeve.Flexera.Requests;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data;

namespace Reeve.Flexera.Credentials;

/// <summary>Tokens of OAuth 2 in its grants, and of services that give a JWT; each is asked for once while it is valid.</summary>
internal sealed class TokenSource(Sender sender, Secrets secrets, TimeProvider time)
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, (string Token, DateTimeOffset Until)> _kept = new(StringComparer.Ordinal);

    public async Task<string> GetAsync(CredentialFields fields, bool isJwt, CancellationToken cancellationToken)
    {
        foreach (var ready in (string[])["token", "access_token"])
        {
            if (fields.Has(ready))
            {
                return fields.Text(ready);
            }
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_kept.TryGetValue(fields.Name, out var known) && known.Until > time.GetUtcNow())
            {
                return known.Token;
            }

            var answer = await AskAsync(fields, isJwt ? JwtRequest(fields) : GrantRequest(fields), cancellationToken);
            var (token, seconds) = Read(fields, answer);
            secrets.Add(token);
            _kept[fields.Name] = (token, time.GetUtcNow().AddSeconds(Math.Clamp(seconds - 30, 0, 86400)));
            return token;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<Answer> AskAsync(CredentialFields fields, Outgoing request, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in fields.Map("additional_headers"))
        {
            request.Set(name, value);
        }

        try
        {
            var answer = await sender.SendAsync(request, null, [], new RequestPlace(fields.Name, -1, 0), cancellationToken);
            return answer.Status is >= 200 and < 300
                ? answer
                : throw new SigningFault(
                    $"credentials `{fields.Name}`: signing failed: the token was refused with HTTP status {answer.Status}");
        }
        catch (TrafficFault fault)
        {
            throw new SigningFault($"credentials `{fields.Name}`: signing failed: {fault.Message}");
        }
    }

    private Outgoing GrantRequest(CredentialFields fields)
    {
        var grant = fields.Has("grant") ? fields.Text("grant") : fields.Has("grant_type") ? fields.Text("grant_type")
            : fields.Has("refresh_token") ? "refresh_token" : fields.Has("private_key") || fields.Has("assertion") ? "jwt_bearer"
            : fields.Has("username") ? "password" : "client_credentials";
        var form = new List<KeyValuePair<string, string>>();
        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                form.Add(KeyValuePair.Create(name, value));
            }
        }

        switch (grant)
        {
            case "client_credentials":
                Add("grant_type", grant);
                break;
            case "refresh_token":
                Add("grant_type", grant);
                Add("refresh_token", fields.Needed("refresh_token"));
                break;
            case "password":
                Add("grant_type", grant);
                Add("username", fields.Needed("username"));
                Add("password", fields.Needed("password"));
                break;
            case "jwt_bearer" or "urn:ietf:params:oauth:grant-type:jwt-bearer":
                Add("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
                Add("assertion", Assertion(fields));
                break;
            default:
                throw new SigningFault(
                    $"credentials `{fields.Name}`: the grant `{grant}` needs a person; give a `token` or a `refresh_token` instead");
        }

        Add("scope", string.Join(' ', fields.List("scopes").Concat(fields.List("scope"))));
        Add("audience", grant is "client_credentials" or "password" ? fields.Text("audience") : "");
        foreach (var (name, value) in fields.Map("additional_params"))
        {
            Add(name, value);
        }

        var request = Post(fields);
        if (fields.Text("client_authentication") == "header")
        {
            request.Set("Authorization", Basic(fields.Needed("client_id"), fields.Text("client_secret")));
        }
        else
        {
            Add("client_id", fields.Text("client_id"));
            Add("client_secret", fields.Text("client_secret"));
        }

        request.Set("Content-Type", "application/x-www-form-urlencoded");
        request.Body = Encoding.UTF8.GetBytes(string.Join('&', form.Select(
            f => $"{RequestAddress.Escape(f.Key)}={RequestAddress.Escape(f.Value)}")));
        return request;
    }

    private static Outgoing JwtRequest(CredentialFields fields)
    {
        var request = Post(fields);
        request.Body = [];
        if (fields.Has("basic_auth_username"))
        {
            request.Set("Authorization", Basic(fields.Text("basic_auth_username"), fields.Text("basic_auth_password")));
        }
        else if (fields.Has("api_key"))
        {
            // the key goes where the block says; without a word about it, as a bearer token
            var isPlaced = fields.Has("location") || fields.Has("field") || fields.Has("type");
            var prefix = isPlaced ? fields.Text("type") : "Bearer";
            Signers.Place(
                request, fields.Text("location"), fields.Has("field") ? fields.Text("field") : "Authorization",
                prefix.Length > 0 ? $"{prefix} {fields.Text("api_key")}" : fields.Text("api_key"));
        }

        return request;
    }

    private static Outgoing Post(CredentialFields fields)
    {
        var said = fields.Needed("token_url");
        var address = Uri.TryCreate(said, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url! : throw new SigningFault($"credentials `{fields.Name}`: `token_url` is no address");
        var request = new Outgoing("POST", address);
        request.Set("Accept", "application/json");
        return request;
    }

    private string Assertion(CredentialFields fields)
    {
        if (fields.Has("assertion"))
        {
            return fields.Text("assertion");
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var issuer = fields.Has("issuer") ? fields.Text("issuer") : fields.Needed("client_email");
        var claims = new OrderedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["iss"] = issuer,
            ["aud"] = fields.Has("audience") ? fields.Text("audience") : fields.Needed("token_url"),
            ["iat"] = (double)now,
            ["exp"] = (double)now + 3600,
        };
        if (fields.Has("subject"))
        {
            claims["sub"] = fields.Text("subject");
        }

        if (fields.List("scopes").Concat(fields.List("scope")).ToList() is { Count: > 0 } scopes)
        {
            claims["scope"] = string.Join(' ', scopes);
        }

        foreach (var (name, value) in fields.Map("claims"))
        {
            claims[name] = value;
        }

        using var key = PrivateKey.Read(fields);
        var kid = fields.Has("key_id") ? $",\"kid\":{JsonData.Write(fields.Text("key_id"))}" : "";
        var algorithm = fields.Has("algorithm") ? fields.Text("algorithm") : "RS256";
        var hash = algorithm switch
        {
            "RS256" => HashAlgorithmName.SHA256,
            "RS384" => HashAlgorithmName.SHA384,
            "RS512" => HashAlgorithmName.SHA512,
            _ => throw new SigningFault(
                $"credentials `{fields.Name}`: there is no algorithm `{algorithm}`; there are `RS256`, `RS384`, `RS512`"),
        };
        var text = $"{Encode(Encoding.UTF8.GetBytes($"{{\"alg\":\"{algorithm}\",\"typ\":\"JWT\"{kid}}}"))}."
            + Encode(Encoding.UTF8.GetBytes(JsonData.Write(claims)));
        return $"{text}.{Encode(key.SignData(Encoding.UTF8.GetBytes(text), hash, RSASignaturePadding.Pkcs1))}";
    }

    private static (string Token, double Seconds) Read(CredentialFields fields, Answer answer)
    {
        var text = answer.Text.Trim();
        if (JsonData.TryParse(text, out var value, out _))
        {
            if (value is OrderedDictionary<string, object?> map)
            {
                foreach (var name in (string[])["access_token", "token", "jwt", "id_token"])
                {
                    if (map.GetValueOrDefault(name) is string { Length: > 0 } token)
                    {
                        return (token, map.GetValueOrDefault("expires_in") is { } said and (double or string) ? Seconds(said) : 3600);
                    }
                }
            }

            text = value as string ?? "";
        }

        return text.Length is > 0 and < 20_000 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            ? (text, 3600) : throw new SigningFault($"credentials `{fields.Name}`: signing failed: the answer holds no token");
    }

    private static double Seconds(object said)
    {
        try
        {
            return Values.Number(said);
        }
        catch (TermFault)
        {
            return 0;
        }
    }

    public static string Basic(string name, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"));

    private static string Encode(byte[] data) => Convert.ToBase64String(data).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
