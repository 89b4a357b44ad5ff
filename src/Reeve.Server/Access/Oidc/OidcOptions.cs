namespace Reeve.Server.Access.Oidc;

/// <summary>Whose tokens are taken beside Reeve's own.</summary>
public sealed class OidcOptions
{
    /// <summary>The issuer's URL, as its tokens name it; its configuration is at <c>/.well-known/openid-configuration</c> below.</summary>
    public required string Issuer { get; init; }

    /// <summary>For whom tokens must have been made (<c>aud</c>).</summary>
    public required string Audience { get; init; }

    /// <summary>
    /// The claim that holds the roles: a list, or a text with blanks, of grants such as <c>viewer@tenant/project</c>. What is no grant is
    /// passed over. The default value is <c>reeve_roles</c>.
    /// </summary>
    public string RolesClaim { get; init; } = "reeve_roles";

    /// <summary>The claim that names the caller in the record. The default value is <c>sub</c>.</summary>
    public string NameClaim { get; init; } = "sub";

    /// <summary>How far the issuer's clock may be off. The default value is 60 seconds.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long keys are used before they are asked for again. The default value is one hour.</summary>
    public TimeSpan KeyMemory { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How soon an unknown key makes Reeve ask again. The default value is 10 seconds.</summary>
    public TimeSpan KeyPatience { get; init; } = TimeSpan.FromSeconds(10);

    internal string? Problem()
    {
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var url) || !IsSafe(url))
        {
            return $"oidc-issuer: `{Issuer}` is no address of an issuer; write one such as `https://login.example.com` "
                + "(`http` for this machine only)";
        }

        return Audience.Length == 0 ? "oidc-audience: say for whom tokens must be made" : null;
    }

    internal static bool IsSafe(Uri url) => url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);
}
