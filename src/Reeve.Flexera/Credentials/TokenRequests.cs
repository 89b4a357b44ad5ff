using System.Text;
using Reeve.Flexera.Network;
using Reeve.Flexera.Requests;

namespace Reeve.Flexera.Credentials;

/// <summary>The requests that ask for a token: RFC 6749 and RFC 7523.</summary>
internal static class TokenRequests
{
    private const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /// <summary>Posts the form of the grant that the fields name, or that they belong to.</summary>
    public static Outgoing OfGrant(CredentialFields fields, DateTimeOffset now)
    {
        var grant = fields.First("grant", "grant_type") is { Length: > 0 } named ? named.ToLowerInvariant()
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

        var request = Post(fields);
        switch (grant)
        {
            case "client_credentials":
                Add("grant_type", grant);
                if (!fields.Map("additional_params").Any(p => p.Key is "client_assertion" or "client_secret"))
                {
                    fields.Needed("client_id");
                    fields.Said("client_secret");
                }

                break;
            case "refresh_token":
                Add("grant_type", grant);
                Add("refresh_token", fields.Needed("refresh_token"));
                break;
            case "password":
                Add("grant_type", grant);
                Add("username", fields.Needed("username"));
                Add("password", fields.Said("password"));
                break;
            case "jwt_bearer" or "jwt-bearer" or JwtBearer:
                Add("grant_type", JwtBearer);
                Add("assertion", JwtAssertion.Of(fields, now));
                break;
            default:
                throw fields.Wrong(grant is "authorization_code" or "implicit" or "device_code"
                    ? $"the grant `{grant}` needs a person; give a `token` or a `refresh_token` instead"
                    : $"there is no grant `{grant}`; there are `client_credentials`, `refresh_token`, `password`, `jwt_bearer`");
        }

        Add("scope", string.Join(' ', fields.List("scopes").Concat(fields.List("scope"))));
        Add("audience", grant is "client_credentials" or "password" ? fields.Text("audience") : "");
        foreach (var (name, value) in fields.Map("additional_params"))
        {
            form.RemoveAll(f => f.Key == name);
            Add(name, value);
        }

        switch (fields.Text("client_authentication"))
        {
            case "" or "body":
                Add("client_id", fields.Text("client_id"));
                Add("client_secret", fields.Text("client_secret"));
                break;
            case "header":
                // RFC 6749, 2.3.1: both are forms before they are put together
                request.Set("Authorization", TokenSource.Basic(
                    RequestAddress.Escape(fields.Needed("client_id")), RequestAddress.Escape(fields.Text("client_secret"))));
                break;
            case "basic":
                request.Set("Authorization", TokenSource.Basic(fields.Needed("client_id"), fields.Text("client_secret")));
                break;
            default:
                throw fields.Wrong($"`client_authentication` is `{fields.Text("client_authentication")}`, and can be `body` or `header`");
        }

        request.Set("Content-Type", "application/x-www-form-urlencoded");
        request.Body = Encoding.UTF8.GetBytes(string.Join('&', form.Select(
            f => $"{RequestAddress.Escape(f.Key)}={RequestAddress.Escape(f.Value)}")));
        return request;
    }

    /// <summary>Asks a service that gives a JWT for a key, or for a name and a password.</summary>
    public static Outgoing OfJwt(CredentialFields fields)
    {
        var request = Post(fields);
        request.Body = [];
        if (fields.Has("basic_auth_username"))
        {
            request.Set("Authorization", TokenSource.Basic(fields.Text("basic_auth_username"), fields.Said("basic_auth_password")));
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
        var address = Uri.TryCreate(said, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? url! : throw fields.Wrong("`token_url` is no address; write https://login.example.com/token");
        var request = new Outgoing("POST", address);
        request.Set("Accept", "application/json");
        return request;
    }
}
