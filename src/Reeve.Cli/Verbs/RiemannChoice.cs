using System.CommandLine;
using Reeve.Server.Intake.Riemann;

namespace Reeve.Cli.Verbs;

/// <summary>What <c>reeve serve</c> can be told about Riemann's protocol.</summary>
internal static class RiemannChoice
{
    private static readonly Option<string?> Address = new("--riemann")
    {
        Description = "take Riemann's protocol in, on TCP and UDP; 127.0.0.1:5555 unless said, port 0 takes a free one",
        HelpName = "HOST:PORT",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Web = new("--riemann-ws")
    {
        Description = "the same as WebSockets; 127.0.0.1:5556 unless said",
        HelpName = "HOST:PORT",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string[]> Tls = new("--riemann-tls")
    {
        Description = "the certificate and the key (PEM) for TLS; then there is no UDP, and the port is 5554 unless said",
        HelpName = "CERT KEY",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Authority = new("--riemann-ca")
    {
        Description = "the authority (PEM) that must have signed the certificates of clients",
        HelpName = "CERT",
    };

    /// <summary>The options.</summary>
    public static List<Option> All { get; } = [Address, Web, Tls, Authority];

    /// <summary>What was chosen.</summary>
    public static RiemannOptions Of(ParseResult parsed)
    {
        var isSecured = parsed.GetResult(Tls) is not null;
        if (parsed.GetResult(Address) is null && (isSecured || parsed.GetValue(Authority) is not null))
        {
            throw new VerbException("serve: `--riemann-tls` and `--riemann-ca` are about `--riemann`; give that too", ExitCode.WrongInput);
        }

        return new RiemannOptions
        {
            Address = parsed.GetResult(Address) is null ? null : parsed.GetValue(Address) ?? $"127.0.0.1:{(isSecured ? 5554 : 5555)}",
            WebAddress = parsed.GetResult(Web) is null ? null : parsed.GetValue(Web) ?? "127.0.0.1:5556",
            Certificate = isSecured ? parsed.GetValue(Tls)![0] : null,
            Key = isSecured ? parsed.GetValue(Tls)![1] : null,
            Authority = parsed.GetValue(Authority),
        };
    }
}
