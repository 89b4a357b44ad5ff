using System.CommandLine;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve plugin list|reload</c>.</summary>
internal static class PluginVerb
{
    private static readonly Column[] Columns =
    [
        Column.Of("name", "name"), Column.Of("version", "version"),
        new Column(
            "brings",
            p => string.Join(", ", p.GetProperty("brings").EnumerateArray().Select(b => $"{b.Text("kind")} {b.Text("name")}"))),
    ];

    private static readonly Column[] ChangeColumns =
        [Column.Of("name", "name"), Column.Of("change", "change"), Column.Of("problem", "problem")];

    public static Command Make(Terminal terminal) => new("plugin", "engines, policy types, actors and drivers of one's own")
    {
        MakeList(terminal), MakeReload(terminal),
    };

    private static Command MakeList(Terminal terminal)
    {
        var list = new Command("list", "the plug-ins at work, with what they bring");
        new ClientOptions(list, terminal).Run(list, async (_, client, report, cancellationToken) =>
        {
            var found = await client.GetAsync("/api/v1/plugins", cancellationToken);
            report.List([.. found.GetProperty("items").EnumerateArray()], Columns);
            return ExitCode.Fine;
        });
        return list;
    }

    private static Command MakeReload(Terminal terminal)
    {
        var reload = new Command("reload", "look into the folder of plug-ins; exit code 1 when one was refused");
        new ClientOptions(reload, terminal).Run(reload, async (_, client, report, cancellationToken) =>
        {
            var done = await client.PostAsync("/api/v1/plugins/reload", Json.EmptyObject, cancellationToken);
            var changes = done.GetProperty("changes").EnumerateArray().ToList();
            report.List(changes, ChangeColumns);
            return changes.Exists(c => c.Text("change") == "refused") ? ExitCode.Found : ExitCode.Fine;
        });
        return reload;
    }
}
