using System.Globalization;

namespace Reeve.Cli.Rego;

/// <summary>A table in the form of <c>opa eval --format pretty</c>: names in the middle, cells to the left.</summary>
internal static class AsciiTable
{
    public static void Write(TextWriter to, IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = names.Select((name, c) => rows.Select(r => Width(r[c])).Prepend(Width(name)).Max()).ToArray();
        var border = $"+{string.Join('+', widths.Select(w => new string('-', w + 2)))}+";
        to.Write($"{border}\n|{string.Join('|', names.Select((name, c) => $" {Centred(name, widths[c])} "))}|\n{border}\n");
        foreach (var row in rows)
        {
            to.Write($"|{string.Join('|', row.Select((cell, c) => $" {cell}{new string(' ', widths[c] - Width(cell))} "))}|\n");
        }

        to.Write($"{border}\n");
    }

    private static string Centred(string name, int width)
    {
        var gap = width - Width(name);
        return new string(' ', gap - (gap / 2)) + name + new string(' ', gap / 2);
    }

    private static int Width(string text) => new StringInfo(text).LengthInTextElements;
}
