using System.CommandLine;
using Reeve.Cli.Client;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve policy-type list|show</c>.</summary>
internal static class PolicyTypeVerb
{
    public static Command Make(Terminal terminal)
    {
        var list = new Command("list", "the policy types that policies may name");
        new ClientOptions(list, terminal).Run(list, (_, client, report, cancellationToken) =>
            GetVerb.ShowAsync(Kind.PolicyType, null, document: false, watch: false, client, report, cancellationToken));
        var name = new Argument<string>("name") { Description = "its full name, such as reeve.threshold-1.0" };
        var show = new Command("show", "one policy type with its properties") { name };
        new ClientOptions(show, terminal).Run(show, (parsed, client, report, cancellationToken) =>
            GetVerb.ShowAsync(Kind.PolicyType, parsed.GetValue(name), document: false, watch: false, client, report, cancellationToken));
        return new Command("policy-type", "what policies can be made of") { list, show };
    }
}
