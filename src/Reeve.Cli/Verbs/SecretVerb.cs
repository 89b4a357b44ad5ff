using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve secret set|list|delete|rotate</c>: what documents refer to by name. The text comes from standard input only.</summary>
internal static class SecretVerb
{
    private const string Path = "/api/v1/secrets";
    private const int Longest = 64 * 1024;

    private static readonly Column[] Columns =
    [
        Column.Of("name", "name"), Column.Of("project", "project"), Column.Of("key", "key"), Column.Moment("set", "updated_at"),
        Column.Of("by", "updated_by"),
    ];

    public static Command Make(Terminal terminal) => new("secret", "what documents refer to by name and nobody reads back")
    {
        MakeSet(terminal), MakeList(terminal), MakeDelete(terminal), MakeRotate(terminal),
    };

    private static Command MakeSet(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "its name" };
        var set = new Command("set", "set a secret to what standard input holds, the line end at its end left out") { name };
        new ClientOptions(set, terminal).Run(set, async (parsed, client, report, cancellationToken) =>
        {
            var body = Json.From(new JsonObject { ["value"] = await ReadAsync(terminal.In, cancellationToken) });
            var kept = await client.PutAsync(Of(parsed.GetValue(name)!), body, cancellationToken);
            report.One(kept, one => report.Line($"secret {one.Text("name")} is set"));
            return ExitCode.Fine;
        });
        return set;
    }

    private static Command MakeList(Terminal terminal)
    {
        var list = new Command("list", "the names of secrets");
        new ClientOptions(list, terminal).Run(list, async (_, client, report, cancellationToken) =>
        {
            report.List(await client.ListAsync(Path, int.MaxValue, cancellationToken), Columns);
            return ExitCode.Fine;
        });
        return list;
    }

    private static Command MakeDelete(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "its name" };
        var delete = new Command("delete", "remove a secret") { name };
        new ClientOptions(delete, terminal).Run(delete, async (parsed, client, report, cancellationToken) =>
        {
            var gone = await client.DeleteAsync(Of(parsed.GetValue(name)!), cancellationToken);
            report.One(gone, one => report.Line($"secret {one.Text("name")} is removed"));
            return ExitCode.Fine;
        });
        return delete;
    }

    private static Command MakeRotate(Terminal terminal)
    {
        var rotate = new Command("rotate", "let the server read its keys again and seal every secret with the newest");
        new ClientOptions(rotate, terminal).Run(rotate, async (_, client, report, cancellationToken) =>
        {
            var done = await client.PostAsync("/api/v1/secret-keys/rotate", Json.EmptyObject, cancellationToken);
            report.One(done, one => report.Line($"{one.Whole("sealed")} secrets are sealed with the newest key"));
            return ExitCode.Fine;
        });
        return rotate;
    }

    private static string Of(string name) => $"{Path}/{Uri.EscapeDataString(name)}";

    private static async Task<string> ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(input, Encoding.UTF8);
        var buffer = new char[Longest + 1];
        var read = await reader.ReadBlockAsync(buffer, cancellationToken);
        return read > Longest
            ? throw new VerbException($"reeve: secret: standard input holds more than {Longest} characters", ExitCode.WrongInput)
            : new string(buffer, 0, read).TrimEnd('\r', '\n') is { Length: > 0 } value
                ? value
                : throw new VerbException("reeve: secret: standard input is empty; pipe the secret in", ExitCode.WrongInput);
    }
}
