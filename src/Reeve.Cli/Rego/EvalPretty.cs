using System.Globalization;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Values;

namespace Reeve.Cli.Rego;

/// <summary>The form <c>pretty</c>: a lone value as JSON, several as a table, what was asked for beside below.</summary>
internal static class EvalPretty
{
    public static void Write(EvalResult result, Terminal terminal, bool alwaysTable)
    {
        var to = terminal.Out;
        foreach (var line in result.Explain is null ? [] : result.Tracer!.Show(result.Explain))
        {
            to.Write(line + "\n");
        }

        if (result.Errors.Count > 0)
        {
            terminal.Error.Write(result.Texts.All(result.Errors) + "\n");
        }
        else if (result.Rows.Count == 0)
        {
            to.Write("undefined\n");
        }
        else if (!alwaysTable && result.Rows is [{ Bindings.Count: 0 } only] && (only.Statements.Count == 1 || AllBoolean(only)))
        {
            to.Write(GoJson.Indented(writer => ValueJson.Write(writer, only.Statements[0].Value)) + "\n");
        }
        else
        {
            Table(result.Rows, to);
        }

        Beside(result, to);
    }

    private static bool AllBoolean(QueryRow row) => row.Statements.All(s => s.Value is BooleanValue);

    // what is bound, and what of the query says something of its own
    private static void Table(IReadOnlyList<QueryRow> rows, TextWriter to)
    {
        var names = rows[0].Bindings.Keys.ToList();
        var told = Enumerable.Range(0, rows[0].Statements.Count)
            .Where(i => names.Count == 0 || rows[0].Statements[i].Value is not BooleanValue).ToList();
        AsciiTable.Write(
            to,
            [.. names, .. told.Select(i => rows[0].Statements[i].Text)],
            [
                .. rows.Select(row => (IReadOnlyList<string>)
                [
                    .. names.Select(n => EvalOutput.Compact(row.Bindings[n])),
                    .. told.Select(i => EvalOutput.Compact(row.Statements[i].Value)),
                ]),
            ]);
    }

    private static void Beside(EvalResult result, TextWriter to)
    {
        if (result.Metrics is not null)
        {
            AsciiTable.Write(to, ["Metric", "Value"], [.. result.Metrics.OrderBy(m => m.Name, StringComparer.Ordinal)
                .Select(m => (IReadOnlyList<string>)[m.Name, m.Value.ToString(CultureInfo.InvariantCulture)])]);
        }

        if (result.Profile is { } most && result.Tracer!.Slowest.Any())
        {
            AsciiTable.Write(to, ["Time", "Num Eval", "Num Redo", "Num Gen Expr", "Location"], [.. result.Tracer.Slowest.Take(most)
                .Select(line => (IReadOnlyList<string>)
                [
                    Duration(line.Nanoseconds), Number(line.Evaluated), Number(line.Redone), line.Evaluated > 0 ? "1" : "0",
                    line.Location.File.Length == 0
                        ? string.Create(CultureInfo.InvariantCulture, $"query:{line.Location.Row}")
                        : string.Create(CultureInfo.InvariantCulture, $"{line.Location.File}:{line.Location.Row}"),
                ])]);
        }

        if (result.Coverage is not null)
        {
            to.Write(string.Create(CultureInfo.InvariantCulture,
                $"+------------------+{new string('-', 8)}+\n| Overall Coverage | {result.Coverage.Percent,6:0.00} |\n"
                + $"+------------------+{new string('-', 8)}+\n"));
        }
    }

    /// <summary>A time the way Go writes it.</summary>
    public static string Duration(long nanoseconds) => nanoseconds switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds}ns"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.###}µs"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.######}ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.#########}s"),
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
