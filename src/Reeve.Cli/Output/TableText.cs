using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace Reeve.Cli.Output;

/// <summary>
/// Writes a table: drawn on a terminal; in plain columns, one line for each row, when the output goes to a file or a program.
/// </summary>
internal static class TableText
{
    public static void Write(Terminal terminal, IReadOnlyList<JsonElement> items, Column[] columns)
    {
        var rows = items.Select(i => columns.Select(c => OneLine(c.Cell(i))).ToArray()).ToList();
        if (!terminal.IsInteractive)
        {
            terminal.Out.Write(Plain(columns, rows));
            return;
        }

        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column.Title)));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(Markup.Escape).ToArray());
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) });
        console.Profile.Width = terminal.Width;
        console.Write(table);
    }

    private static string Plain(Column[] columns, List<string[]> rows)
    {
        var widths = columns.Select((c, i) => rows.Select(r => r[i].Length).Append(c.Title.Length).Max()).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows.Prepend([.. columns.Select(c => c.Title)]))
        {
            var line = new StringBuilder();
            for (var i = 0; i < row.Length; i++)
            {
                line.Append(row[i].PadRight(widths[i])).Append("  ");
            }

            text.AppendLine(line.ToString().TrimEnd());
        }

        return text.ToString();
    }

    // what others wrote must not move the cursor or break the rows
    public static string OneLine(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
