using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reeve.Cli.Output;
using Reeve.Core.Documents;
using Reeve.Languages.Streams.Query;
using Reeve.Server.Hosting;

namespace Reeve.Cli.Verbs;

/// <summary>
/// <c>reeve query</c>: which of the events in a file fit a query of Riemann's query language. It reads and answers as it goes, so a file
/// may be of any length.
/// </summary>
internal static class QueryVerb
{
    private const int LongestLine = 16 * 1024 * 1024;
    private static readonly JsonDocumentOptions _reading = new() { MaxDepth = 64 };

    private static readonly Column[] _columns =
    [
        Column.Of("HOST", "host"), Column.Of("SERVICE", "service"), Column.Of("STATE", "state"), Column.Of("METRIC", "metric"),
        Column.Of("TIME", "time"), Column.Of("DESCRIPTION", "description"),
    ];

    public static Command Make(Terminal terminal)
    {
        var query = new Argument<string>("query") { Description = "such as 'service =~ \"cpu%\" and metric > 0.9'", HelpName = "QUERY" };
        var events = new Option<string>("--events")
        {
            Description = "a file with one event on each line, as JSON; `-` for standard input",
            HelpName = "FILE",
            Required = true,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "table, json (one event on each line) or yaml",
            HelpName = "FORM",
            DefaultValueFactory = _ => "table",
        };
        output.AcceptOnlyFromAmong("table", "json", "yaml");
        var command = new Command("query", "which events fit a query of Riemann's query language") { query, events, output };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(query)!, parsed.GetValue(events)!, new Report(terminal, parsed.GetValue(output)!), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string text, string file, Report report, CancellationToken cancellationToken)
    {
        if (!StreamQuery.TryParse(text, out var query, out var problem))
        {
            throw new VerbException(Encode(problem), ExitCode.WrongInput);
        }

        var found = new List<JsonElement>();
        var number = 0;
        using var reader = Open(file, report.Terminal);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{(file == "-" ? "stdin" : file)}:{++number}");
            try
            {
                if (Read(line, place) is { } seen && query.Matches(seen))
                {
                    found.Add(Plain(seen));
                }
            }
            catch (InvalidOperationException)
            {
                throw new VerbException($"{place}: a text holds half of a surrogate pair", ExitCode.WrongInput);
            }

            if (!report.IsTable)
            {
                found.ForEach(seen => Write(seen, report));
                found.Clear();
            }
        }

        if (report.IsTable)
        {
            report.List(found, _columns);
        }

        await report.Terminal.Out.FlushAsync(cancellationToken);
        return ExitCode.Fine;
    }

    private static StreamReader Open(string file, Terminal terminal)
    {
        try
        {
            return new StreamReader(file == "-" ? terminal.In : File.OpenRead(file), Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new VerbException($"query: events: `{file}` cannot be read: {FileReason.Of(file, e)}", ExitCode.WrongInput);
        }
    }

    // null for what is no event: an empty line, or the clock of a simulation being set
    private static JsonElement? Read(string line, string place)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return null;
        }

        if (line.Length > LongestLine)
        {
            throw new VerbException($"{place}: the line is longer than {LongestLine} characters", ExitCode.WrongInput);
        }

        try
        {
            using var document = JsonDocument.Parse(line, _reading);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new VerbException(
                    $"{place}: expected an event, a JSON object with fields such as `host` and `metric`", ExitCode.WrongInput);
            }

            return document.RootElement.TryGetProperty("advance_to", out _) ? null : document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            var column = (e.BytePositionInLine ?? 0) + 1;
            throw new VerbException(
                string.Create(CultureInfo.InvariantCulture, $"{place}:{column}: this is no JSON; put one event on each line"),
                ExitCode.WrongInput);
        }
    }

    // a field that is null is absent; of two with one name the last counts
    private static JsonElement Plain(JsonElement seen)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var fields = seen.EnumerateObject().Reverse().Where(f => names.Add(f.Name)).Reverse()
            .Where(f => f.Value.ValueKind != JsonValueKind.Null).ToList();
        return Json.Build(writer =>
        {
            writer.WriteStartObject();
            fields.ForEach(f => f.WriteTo(writer));
            writer.WriteEndObject();
        });
    }

    private static void Write(JsonElement seen, Report report)
    {
        if (report.IsJson)
        {
            report.Terminal.Out.WriteLine(seen.GetRawText());
        }
        else
        {
            report.Streamed(seen, _ => { });
        }
    }

    private static string Encode(QueryProblem problem)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("line", problem.Line);
            writer.WriteNumber("column", problem.Column);
            writer.WriteString("message", problem.Message);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
