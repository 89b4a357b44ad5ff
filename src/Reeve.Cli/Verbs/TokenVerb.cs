using System.CommandLine;
using System.Text.Json.Nodes;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve token create|list|revoke</c> and <c>reeve whoami</c>: who may call a server.</summary>
internal static class TokenVerb
{
    private const string Path = "/api/v1/tokens";

    private static readonly Column[] Columns =
    [
        Column.Of("id", "id"), Column.Of("name", "name"), new Column("grants", Grants), Column.Moment("expires", "expires_at"),
        Column.Moment("revoked", "revoked_at"), Column.Of("created by", "created_by"),
    ];

    public static Command Make(Terminal terminal) => new("token", "who may call the server, with what role")
    {
        MakeCreate(terminal), MakeList(terminal), MakeRevoke(terminal),
    };

    public static Command MakeWhoAmI(Terminal terminal)
    {
        var command = new Command("whoami", "who the server takes you for, and what you may do");
        new ClientOptions(command, terminal).Run(command, async (_, client, report, cancellationToken) =>
        {
            var found = await client.GetAsync("/api/v1/whoami", cancellationToken);
            report.One(found, one => report.Line($"{one.Text("name")}: {Grants(one)}"));
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command MakeCreate(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "what to call it" };
        var grants = new Option<string[]>("--grant", "-g")
        {
            Description = "a role on a scope: viewer, operator, approver, author or admin, `@TENANT/PROJECT`, `@TENANT` or `@*`; "
                + "may be given again",
            HelpName = "ROLE@SCOPE",
            Required = true,
        };
        var life = new Option<string?>("--expires-in")
        {
            Description = "for how long, such as 12h or 30d; 90d by default",
            HelpName = "TIME",
        };
        var create = new Command("create", "make a token; its text is printed this once") { name, grants, life };
        new ClientOptions(create, terminal).Run(create, async (parsed, client, report, cancellationToken) =>
        {
            var body = new JsonObject
            {
                ["name"] = parsed.GetValue(name),
                ["grants"] = new JsonArray([.. parsed.GetValue(grants)!.Select(g => JsonValue.Create(g))]),
            };
            if (parsed.GetValue(life) is { } said)
            {
                body["expires_in"] = said;
            }

            var made = await client.PostAsync(Path, Json.From(body), cancellationToken);
            report.One(made, one => terminal.Out.WriteLine(one.Text("token")));
            return ExitCode.Fine;
        });
        return create;
    }

    private static Command MakeList(Terminal terminal)
    {
        var list = new Command("list", "the tokens that you could have made, by name; never their text");
        new ClientOptions(list, terminal).Run(list, async (_, client, report, cancellationToken) =>
        {
            report.List(await client.ListAsync(Path, int.MaxValue, cancellationToken), Columns);
            return ExitCode.Fine;
        });
        return list;
    }

    private static Command MakeRevoke(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "its id, as `reeve token list` shows it" };
        var revoke = new Command("revoke", "end a token at once") { id };
        new ClientOptions(revoke, terminal).Run(revoke, async (parsed, client, report, cancellationToken) =>
        {
            var ended = await client.DeleteAsync($"{Path}/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancellationToken);
            report.One(ended, one => report.Line($"token {one.Text("name")} ({one.Text("id")}) is revoked"));
            return ExitCode.Fine;
        });
        return revoke;
    }

    private static string Grants(System.Text.Json.JsonElement item) =>
        string.Join(' ', item.GetProperty("grants").EnumerateArray().Select(g => g.GetString()));
}
