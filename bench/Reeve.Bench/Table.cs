using System.Globalization;
using System.Text;

namespace Reeve.Bench;

/// <summary>Writes the figures as the table of the documentation.</summary>
internal static class Table
{
    /// <summary>The table, in Markdown.</summary>
    public static string Of(IReadOnlyList<Figure> figures)
    {
        var text = new StringBuilder();
        text.AppendLine("| what | median | min – max | runs | reach | met |");
        text.AppendLine("|---|---:|---:|---:|---:|---|");
        foreach (var figure in figures)
        {
            var reach = figure.Reach is { } to ? $"{(figure.MoreIsBetter ? "≥" : "≤")} {Number(to)} {figure.Unit}" : "";
            var met = figure.IsMet switch { true => "yes", false => "**no**", _ => "" };
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {figure.What} | {Number(figure.Median)} {figure.Unit} | {Number(figure.Runs.Min())} – {Number(figure.Runs.Max())} | "
                    + $"{figure.Runs.Length} | {reach} | {met} |");
        }

        foreach (var note in figures.Where(f => f.Note.Length > 0))
        {
            text.AppendLine().Append("* ").Append(note.What).Append(": ").AppendLine(note.Note);
        }

        return text.ToString();
    }

    /// <summary>Three digits that count, thousands with commas.</summary>
    public static string Number(double value)
    {
        var format = Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.0", >= 0.1 => "0.00", 0 => "0", _ => "0.0000" };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
