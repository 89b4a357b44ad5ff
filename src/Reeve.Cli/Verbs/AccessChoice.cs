using System.CommandLine;
using Reeve.Server.Access.Oidc;

namespace Reeve.Cli.Verbs;

/// <summary>What <c>reeve serve</c> can be told about who may call it, and how.</summary>
internal static class AccessChoice
{
    private static readonly Option<string> Auth = new("--auth")
    {
        Description = "`tokens`: those with a token; `none`: everybody on this machine may do everything (loopback only)",
        HelpName = "WAY",
        DefaultValueFactory = _ => "tokens",
    };

    private static readonly Option<string?> Issuer =
        new("--oidc-issuer") { Description = "take tokens of this OpenID Connect issuer too", HelpName = "URL" };

    private static readonly Option<string?> Audience =
        new("--oidc-audience") { Description = "for whom they must be made", HelpName = "NAME" };

    private static readonly Option<string> Roles = new("--oidc-roles-claim")
    {
        Description = "the claim that lists grants such as `viewer@tenant/project`",
        HelpName = "CLAIM",
        DefaultValueFactory = _ => "reeve_roles",
    };

    private static readonly Option<string> Name = new("--oidc-name-claim")
    {
        Description = "the claim that names the caller in the record",
        HelpName = "CLAIM",
        DefaultValueFactory = _ => "sub",
    };

    private static readonly Option<string?> Certificate =
        new("--tls-cert") { Description = "the certificate for `https` addresses (PEM); read again when it changes", HelpName = "FILE" };

    private static readonly Option<string?> Key = new("--tls-key") { Description = "its key (PEM)", HelpName = "FILE" };

    private static readonly Option<string?> SecretsKey = new("--secrets-key-file")
    {
        Description = "the keys that seal secrets, one in each line, the newest first; `secrets.key` in the data folder unless said, "
            + "made when absent",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Plugins =
        new Option<string?>("--plugins") { Description = "the folder of plug-ins, one folder each", HelpName = "DIR" }.Folder();

    /// <summary>The options.</summary>
    public static List<Option> All { get; } = [Auth, Issuer, Audience, Roles, Name, Certificate, Key, SecretsKey, Plugins];

    static AccessChoice() => Auth.AcceptOnlyFromAmong("tokens", "none");

    /// <summary>The folder of plug-ins, or null.</summary>
    public static string? PluginsOf(ParseResult parsed) => parsed.GetValue(Plugins);

    /// <summary>The file of the keys that seal secrets, or null.</summary>
    public static string? SecretsKeyOf(ParseResult parsed) => parsed.GetValue(SecretsKey);

    /// <summary>The way of authentication.</summary>
    public static string WayOf(ParseResult parsed) => parsed.GetValue(Auth)!;

    /// <summary>The files of the certificate and its key.</summary>
    public static (string? Certificate, string? Key) TlsOf(ParseResult parsed) => (parsed.GetValue(Certificate), parsed.GetValue(Key));

    /// <summary>The issuer, or null.</summary>
    public static OidcOptions? OidcOf(ParseResult parsed)
    {
        if (parsed.GetValue(Issuer) is not { } issuer)
        {
            return null;
        }

        return new OidcOptions
        {
            Issuer = issuer,
            Audience = parsed.GetValue(Audience)
                ?? throw new VerbException("serve: `--oidc-audience` is missing: say for whom tokens must be made", ExitCode.WrongInput),
            RolesClaim = parsed.GetValue(Roles)!,
            NameClaim = parsed.GetValue(Name)!,
        };
    }
}
