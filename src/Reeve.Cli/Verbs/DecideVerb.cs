using System.CommandLine;
using Reeve.Cli.Client;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve approve ID</c> and <c>reeve deny ID</c>; without an id, what waits for an answer.</summary>
internal static class DecideVerb
{
    private static readonly Output.Column[] Columns =
    [
        Output.Column.Of("id", "id"), Output.Column.Of("target", "target"), Output.Column.Moment("asked", "requested_at"),
        Output.Column.Moment("expires", "expires_at"),
        Output.Column.Of("question", "message"),
    ];

    public static Command MakeApprove(Terminal terminal) =>
        Make("approve", "let something go on; without an id, show what waits for an answer", terminal);

    public static Command MakeDeny(Terminal terminal) =>
        Make("deny", "let something not go on; without an id, show what waits for an answer", terminal);

    private static Command Make(string decision, string description, Terminal terminal)
    {
        var id = new Argument<string?>("id") { Description = "the approval's id", Arity = ArgumentArity.ZeroOrOne };
        var comment = new Option<string?>("--comment") { Description = "why; it is kept", HelpName = "TEXT" };
        var command = new Command(decision, description) { id, comment };
        new ClientOptions(command, terminal).Run(command, async (parsed, client, report, cancellationToken) =>
        {
            if (parsed.GetValue(id) is not { } approval)
            {
                report.List(await client.ListAsync("/api/v1/approvals", 1000, cancellationToken, ("status", "pending")), Columns);
                return ExitCode.Fine;
            }

            var decided = await client.PostAsync(
                $"/api/v1/approvals/{Uri.EscapeDataString(approval)}",
                Json.Object(("decision", decision), ("comment", parsed.GetValue(comment))),
                cancellationToken);
            report.One(decided, one => report.Line($"{one.Text("status")}: {one.Text("message")}"));
            return ExitCode.Fine;
        });
        return command;
    }
}
