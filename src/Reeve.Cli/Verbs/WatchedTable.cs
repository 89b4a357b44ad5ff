using System.Text.Json;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve get KIND [NAME] --watch</c>: what there is, then a line for each change, until Ctrl-C.</summary>
internal sealed class WatchedTable(Kind kind, string? name, Column[] columns, string? form, ApiClient client, Report report)
{
    private int[] _widths = [];

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var query = kind.Path == "targets" && form is null
            ? new (string, string?)[] { ("kind", "target.*"), ("target", name) }
            : [("kind", "resource.changed")];

        // the stream is opened first, so that nothing that changes while the list is read is missed
        var isFirst = true;
        var stream = ChangeStream.FollowAsync(
            (after, stop) => client.OpenStreamAsync("/api/v1/events", after, stop, query), null,
            () => report.Terminal.Error.WriteLine("reeve: the connection is lost; trying again"),
            async () =>
            {
                if (isFirst)
                {
                    await ListAsync(cancellationToken);
                }

                isFirst = false;
            },
            cancellationToken);
        try
        {
            await foreach (var change in stream)
            {
                await ShowAsync(change, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how watching ends
        }

        return ExitCode.Fine;
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        List<JsonElement> items = name is null
            ? await client.ListAsync($"/api/v1/{kind.Path}", int.MaxValue, cancellationToken, ("as", form))
            : await FindAsync(name, cancellationToken) is { } one ? [one] : [];
        _widths = [.. columns.Select(c => items.Select(i => c.Cell(i).Length).Append(c.Title.Length).Append(8).Max())];
        if (report.IsTable)
        {
            Line(columns.Select(c => c.Title), "change");
        }

        items.ForEach(i => Write(i, ""));
    }

    private async Task ShowAsync(SeenChange change, CancellationToken cancellationToken)
    {
        switch (change.Kind)
        {
            case "target.updated" or "target.removed":
                Write(change.Data, change.Kind == "target.removed" ? "deleted" : "changed");
                return;
            case "resource.changed":
                break;
            default:
                // the journal's own line of a target says less than the target itself
                return;
        }

        var data = change.Data.TryGetProperty("data", out var said) ? said : default;
        if (data.Text("kind") != kind.DocumentKind || data.Text("name") is not { } changed || (name is not null && name != changed))
        {
            return;
        }

        if (data.Text("change") == "deleted")
        {
            Write(
                Json.From(new System.Text.Json.Nodes.JsonObject
                {
                    ["kind"] = kind.DocumentKind,
                    ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = changed },
                    ["name"] = changed,
                }),
                "deleted");
        }
        else if (await FindAsync(changed, cancellationToken) is { } now)
        {
            Write(now, data.Text("change")!);
        }
    }

    private async Task<JsonElement?> FindAsync(string one, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetAsync(
                $"/api/v1/{kind.Path}/{string.Join('/', one.Split('/').Select(Uri.EscapeDataString))}", cancellationToken, ("as", form));
        }
        catch (VerbException e) when (e.ExitCode == ExitCode.WrongInput)
        {
            // it went again meanwhile, or is not there yet
            return null;
        }
    }

    private void Write(JsonElement item, string change) =>
        report.Streamed(item, i => Line(columns.Select(c => TableText.OneLine(c.Cell(i))), change));

    private void Line(IEnumerable<string> cells, string change) => report.Terminal.Out.WriteLine(
        string.Join("  ", cells.Select((c, i) => c.PadRight(_widths[i])).Append(change)).TrimEnd());
}
