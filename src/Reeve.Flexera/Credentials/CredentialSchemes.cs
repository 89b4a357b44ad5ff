using Reeve.Core.Errors;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Credentials;

/// <summary>The schemes and their fields: which scheme the fields of a credential belong to, and what is wrong with them.</summary>
internal static class CredentialSchemes
{
    private static readonly string[] _schemes = ["oauth2", "api_key", "basic", "aws", "aws_sts", "jwt", "oracle", "ntlm"];

    private static readonly string[] _texts =
    [
        "token", "access_token", "token_type", "token_url", "grant", "grant_type", "client_id", "client_secret", "client_authentication",
        "refresh_token", "username", "password", "assertion", "private_key", "private_key_file", "passphrase", "issuer", "iss",
        "client_email", "subject", "sub", "audience", "aud", "key_id", "kid", "algorithm", "alg", "location", "field", "type", "key",
        "access_key", "secret_key", "session_token", "service", "region", "version", "role_arn", "role_session_name", "external_id",
        "policy_json", "api_key", "basic_auth_username", "basic_auth_password", "tenancy", "tenancy_id", "user", "user_id", "fingerprint",
        "value", "jwt",
    ];

    private static readonly string[] _lists = ["scopes", "scope"];

    private static readonly string[] _maps = ["additional_headers", "additional_params", "claims"];

    // what says something of the credential and is not sent
    private static readonly string[] _notes = ["scheme", "schemes", "name", "label", "description", "tags", "provider"];

    private static readonly string[] _all = [.. _texts, .. _lists, .. _maps, .. _notes];

    /// <summary>The schemes that a <c>credentials</c> or <c>auth</c> block takes; empty: any.</summary>
    public static List<string> Allowed(Definition block) => block.Name == "auth"
        ? [.. block.Named.Where(n => n.Name == "type").Select(n => n.Value).OfType<StringTerm>().Select(t => t.Value)
            .Where(t => t != "rightscale")]
        : [.. (block.Field("schemes") is not { } said ? [] : said.Arguments is [ArrayTerm list] ? list.Items : said.Arguments)
            .OfType<StringTerm>().Select(s => s.Value)];

    /// <summary>What is wrong with the fields, whatever they are used for.</summary>
    public static IEnumerable<string> Problems(CredentialFields fields)
    {
        foreach (var (name, value) in fields.All)
        {
            if (!_all.Contains(name))
            {
                var hint = DidYouMean.Hint(name, _all);
                yield return $"there is no field `{name}`{hint}";
            }
            else if (_texts.Contains(name) && value is List<object?> or OrderedDictionary<string, object?>)
            {
                yield return $"the field `{name}` is {Terms.Values.Describe(value)}, not a text";
            }
            else if (_maps.Contains(name) && value is not (null or OrderedDictionary<string, object?>))
            {
                yield return $"the field `{name}` is {Terms.Values.Describe(value)}, not a map";
            }
            else if (_lists.Contains(name) && value is OrderedDictionary<string, object?>)
            {
                yield return $"the field `{name}` is an object, not a list or a text";
            }
            else if (name == "scheme" && !_schemes.Contains(fields.Text(name)))
            {
                yield return $"there is no scheme `{fields.Text(name)}`{DidYouMean.Hint(fields.Text(name), _schemes)}";
            }
        }
    }

    /// <summary>The scheme: the one that is said, or the one that has these fields.</summary>
    /// <exception cref="SigningFault">None has, or the template does not take it.</exception>
    public static string Of(CredentialFields fields, IReadOnlyList<string> allowed)
    {
        if (allowed.Count > 0 && allowed.All(s => s == "ntlm"))
        {
            return "ntlm";
        }

        var scheme = fields.Has("scheme") ? fields.Text("scheme")
            : fields.Has("role_arn") ? "aws_sts"
            : fields.Has("access_key") || fields.Has("secret_key") ? "aws"
            : fields.Has("fingerprint") ? "oracle"
            : fields.Has("key") ? "api_key"
            : fields.Has("api_key") || fields.Has("basic_auth_username") || (fields.Has("token") && allowed is ["jwt"]) ? "jwt"
            : IsToken(fields) ? "oauth2"
            : fields.Has("username") ? "basic"
            : allowed is [var only] ? only
            : _schemes.Contains(fields.Text("type")) ? fields.Text("type")
            : throw fields.Wrong("the fields belong to no scheme; add the field `scheme`");
        return allowed.Count == 0 || allowed.Contains(scheme) || (scheme == "aws_sts" && allowed.Contains("aws"))
            ? scheme
            : throw fields.Wrong(
                $"the fields are those of `{scheme}`, and the template takes " + string.Join(", ", allowed.Select(s => $"`{s}`")));
    }

    private static bool IsToken(CredentialFields fields) =>
        fields.First("token", "access_token", "grant", "grant_type", "token_url", "refresh_token", "client_id", "assertion").Length > 0;
}
