using System.Globalization;
using System.Text.Json;
using Reeve.Cli.Output;
using Reeve.Flexera.Evaluation;
using Reeve.Flexera.Incidents;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;

namespace Reeve.Cli.Flexera;

/// <summary>Writes what an evaluation gave: JSON or YAML for programs, tables for people.</summary>
internal static class RunOutput
{
    private const int MostRows = 200;

    // YAML is made of a whole text
    private const long MostInYaml = 256L * 1024 * 1024;

    /// <summary>The report; of the <paramref name="asked"/> datasource, where it was evaluated alone, its value too.</summary>
    public static void Write(Terminal terminal, RunReport report, string form, string? asked, bool profile, bool console)
    {
        foreach (var line in console ? report.Console : [])
        {
            terminal.Error.WriteLine(line);
        }

        if (form == "yaml")
        {
            if (Packed(report) > MostInYaml)
            {
                throw new VerbException(
                    $"run: more than {MostInYaml >> 20} MiB are too much for YAML; `--output json` writes it", ExitCode.CouldNotRun);
            }

            terminal.Out.Write(YamlText.Write(Element(report.ToData(profile))));
        }
        else if (form == "json")
        {
            using var all = new ChunkedWriter(terminal.Out);
            JsonData.Write(all, report.ToData(profile));
            all.WriteLine();
            all.Flush();
        }
        else
        {
            foreach (var (name, value) in report.Datasources.Where(d => d.Key == asked))
            {
                Value(terminal, name, value);
            }

            foreach (var incident in report.Incidents)
            {
                Table(terminal, incident);
            }

            if (report.Errors.Count == 0)
            {
                terminal.Out.WriteLine(
                    $"{Counted.Of(report.Datasources.Count, "datasource")}, {Counted.Of(report.Requests.Count, "request")}, "
                    + Counted.Of(report.Incidents.Count, "incident"));
            }

            if (profile)
            {
                Profile(terminal, report);
            }
        }

        foreach (var error in report.Errors)
        {
            terminal.Error.WriteLine($"run: {error.Message}");
        }
    }

    private static void Table(Terminal terminal, Incident incident)
    {
        terminal.Out.WriteLine($"incident of `{incident.Datasource}`: {TableText.OneLine(incident.Summary.Trim())}");
        if (incident.Detail.Trim() is { Length: > 0 } detail)
        {
            terminal.Out.WriteLine(string.Concat(detail.Select(c => char.IsControl(c) && c != '\n' ? ' ' : c)));
        }

        if (incident.Fields.Count > 0)
        {
            var rows = incident.Violations.Take(MostRows).Select(Element).ToList();
            TableText.Write(terminal, rows, [.. incident.Fields.Select(f => new Column(f.Label, row => Cell(row, f.Name)))]);
            More(terminal, incident.Violations.Count);
        }

        terminal.Out.WriteLine();
    }

    private static void Value(Terminal terminal, string name, object? value)
    {
        if (value is IReadOnlyList<object?> { Count: > 0 } list && list.All(i => i is OrderedDictionary<string, object?>))
        {
            var rows = list.Take(MostRows).Select(Element).ToList();
            var names = rows.SelectMany(r => r.EnumerateObject().Select(p => p.Name)).Distinct();
            terminal.Out.WriteLine($"`{name}`: {Counted.Of(list.Count, "row")}");
            TableText.Write(terminal, rows, [.. names.Select(n => new Column(n, row => Cell(row, n)))]);
            More(terminal, list.Count);
        }
        else
        {
            terminal.Out.WriteLine($"`{name}`:");
            terminal.Out.Write(YamlText.Write(Element(value is RowList rows ? rows.Take(MostRows).ToList() : value)));
            More(terminal, value is RowList { Count: var count } ? count : 0);
        }

        terminal.Out.WriteLine();
    }

    private static void More(Terminal terminal, int rows)
    {
        if (rows > MostRows)
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {rows - MostRows} more; `--output json` has all"));
        }
    }

    private static void Profile(Terminal terminal, RunReport report)
    {
        string Text(JsonElement row, string name) => Cell(row, name);
        var rows = report.Profile.OrderByDescending(p => p.Milliseconds).Select(p => Element(new OrderedDictionary<string, object?>
        {
            ["datasource"] = p.Name,
            ["ms"] = p.Milliseconds.ToString("0.0", CultureInfo.InvariantCulture),
            ["rows"] = p.Rows.ToString(CultureInfo.InvariantCulture),
            ["requests"] = report.Requests.Count(r => r.Datasource == p.Name).ToString(CultureInfo.InvariantCulture),
            ["KB made"] = Kilobytes(p.Bytes),
            ["KB held"] = Kilobytes(p.Held),
            ["KB on disk"] = Kilobytes(p.OnDisk),
        })).ToList();
        TableText.Write(terminal, rows,
            [.. ((string[])["datasource", "ms", "rows", "requests", "KB made", "KB held", "KB on disk"])
                .Select(n => new Column(n, row => Text(row, n)))]);
    }

    private static string Kilobytes(long bytes) => ((bytes + 1023) / 1024).ToString(CultureInfo.InvariantCulture);

    private static long Packed(RunReport report) =>
        report.Datasources.Select(d => d.Value).Concat(report.Incidents.Select(i => i.Violations)).OfType<RowList>().Sum(r => r.Bytes);

    private static string Cell(JsonElement row, string name) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var cell) ? cell.ValueKind switch
        {
            JsonValueKind.String => cell.GetString()!,
            JsonValueKind.Null => "",
            _ => cell.GetRawText(),
        } : "";

    private static JsonElement Element(object? value)
    {
        using var document = JsonDocument.Parse(JsonData.Write(value), new JsonDocumentOptions { MaxDepth = 1000 });
        return document.RootElement.Clone();
    }
}
