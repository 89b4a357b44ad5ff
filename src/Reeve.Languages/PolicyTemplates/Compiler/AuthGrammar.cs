namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>The fields of the deprecated <c>auth</c> block, by its type, and of the grants of OAuth 2.</summary>
internal static class AuthGrammar
{
    private static readonly FieldRule[] _headers = [new("additional_headers", "*", Many: true)];
    private static readonly FieldRule _scopes = new("scopes", "*");
    private static readonly FieldRule[] _client = [new("client_user", "t"), new("client_password", "t"), new("client", "$", Kinds: "auth")];

    private static readonly FieldRule[] _aws =
    [
        new("version", "t"), new("service", "t"), new("region", "t"), new("access_key", "t", Needs: true),
        new("secret_key", "t", Needs: true),
    ];

    private static readonly FieldRule[] _login =
        [new("username", "t", Needs: true), new("password", "t", Needs: true), new("domain", "t")];

    private static readonly FieldRule[] _place = [new("location", "s"), new("field", "s"), new("type", "t")];

    // as blocks of their own and, as in the credentials file, beside `token_url`
    private static readonly FieldRule[] _grants =
    [
        new("client_id", "t"), new("client_secret", "t"), .. _client, new("additional_params", "*", Many: true), new("token", "t"),
        new("refresh_token", "t"), new("username", "t"), new("password", "t"), new("iss", "t"), new("issuer", "t"), new("sub", "t"),
        new("subject", "t"), new("aud", "t"), new("audience", "t"), new("alg", "s"), new("algorithm", "t"), new("signing_key", "t"),
        new("private_key", "t"), new("key_id", "t"), new("max_minutes", "n"), new("additional_claims", "*", Many: true),
        new("claims", "*", Many: true), new("assertion", "t"), new("scope", "*"), _scopes, .. _headers,
    ];

    /// <summary>Null fields of a rule take any; an unknown type has none of its own.</summary>
    public static readonly Dictionary<string, BlockRule> Types = new(StringComparer.Ordinal)
    {
        ["aws"] = new("auth", _aws),
        ["aws_sts"] = new("auth",
        [
            .. _aws, new("role_arn", "t", Needs: true), new("role_session_name", "t", Needs: true), new("policy_json", "t"),
            new("external_id", "t"),
        ]),
        ["basic"] = new("auth", _login),
        ["ntlm"] = new("auth", _login),
        ["api_key"] = new("auth", [new("key", "t", Needs: true), .. _place]),
        ["jwt"] = new("auth",
        [
            new("token_url", "t", Needs: true), new("api_key", "t"), .. _place, new("basic_auth_username", "t"),
            new("basic_auth_password", "t"), .. _headers,
        ]),
        ["oauth2"] = new("auth",
        [
            new("token_url", "t", Needs: true), new("grant", "?s", Body: new("grant", _grants), BodyIsOptional: true), .. _grants,
        ]),
        ["oracle"] = new("auth", null),
        ["rightscale"] = new("auth", []),
    };

    /// <summary>What each grant needs.</summary>
    public static readonly Dictionary<string, string[]> Grants = new(StringComparer.Ordinal)
    {
        ["client_credentials"] = [],
        ["refresh_token"] = ["token"],
        ["jwt_bearer"] = ["iss", "signing_key"],
        ["password"] = ["username", "password"],
    };
}
