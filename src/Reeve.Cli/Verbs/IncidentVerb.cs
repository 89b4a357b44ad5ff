using System.CommandLine;
using Reeve.Cli.Client;
using Reeve.Cli.Output;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve incident list|show</c>.</summary>
internal static class IncidentVerb
{
    private static readonly Column[] Columns =
    [
        Column.Of("id", "id"), Column.Of("status", "status"), Column.Of("severity", "severity"),
        Column.Of("target", "target"), Column.Of("binding", "binding"),
        Column.Moment("triggered", "triggered_at"), Column.Moment("ended", "ended_at"), Column.Of("summary", "summary"),
    ];

    public static Command Make(Terminal terminal)
    {
        var filters = new RecordFilters("triggered, resolved or terminated", "triggered", "resolved", "terminated");
        var list = new Command("list", "the incidents, newest first");
        filters.AddTo(list);
        new ClientOptions(list, terminal).Run(list, async (parsed, client, report, cancellationToken) =>
        {
            report.List(await filters.ListAsync(parsed, client, "/api/v1/incidents", cancellationToken), Columns);
            return ExitCode.Fine;
        });
        var id = new Argument<string>("id") { Description = "its id" };
        var show = new Command("show", "one incident with what was found") { id };
        new ClientOptions(show, terminal).Run(show, async (parsed, client, report, cancellationToken) =>
        {
            var found = await client.GetAsync($"/api/v1/incidents/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancellationToken);
            report.One(found, one => terminal.Out.Write(YamlText.Write(one)));
            return ExitCode.Fine;
        });
        return new Command("incident", "open and past problems") { list, show };
    }
}
