using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;

namespace Reeve.Cli.Output;

/// <summary>
/// How two versions of a document differ, line by line as YAML: what goes with <c>-</c>, what comes with <c>+</c>, and a few lines around;
/// in colours on a terminal.
/// </summary>
internal static class DiffText
{
    private const int Around = 3;

    // beyond that, the table of the comparison would take too much
    private const int MostLines = 3000;
    private const string Red = "\e[31m";
    private const string Green = "\e[32m";
    private const string Plain = "\e[0m";

    /// <summary>The differing lines; empty when both say the same. An undefined side is an absent document.</summary>
    public static string Of(JsonElement before, JsonElement after, bool colours)
    {
        var lines = Compare(Lines(before), Lines(after));
        var shown = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Sign != ' ')
            {
                for (var j = Math.Max(0, i - Around); j <= Math.Min(lines.Count - 1, i + Around); j++)
                {
                    shown[j] = true;
                }
            }
        }

        var text = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            if (shown[i])
            {
                var line = $"  {lines[i].Sign} {TableText.OneLine(lines[i].Text)}".TrimEnd();
                var colour = !colours ? "" : lines[i].Sign switch { '-' => Red, '+' => Green, _ => "" };
                text.Append(colour).Append(line).Append(colour.Length > 0 ? Plain : "").Append('\n');
            }
            else if (i > 0 && shown[i - 1])
            {
                text.Append("    ...\n");
            }
        }

        return text.ToString();
    }

    // the order of members says nothing, nor does a revision, which is another each time
    private static string[] Lines(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var sorted = (JsonObject)Sorted(document)!;
        (sorted["metadata"] as JsonObject)?.Remove("revision");
        return YamlText.Write(Json.From(sorted)).TrimEnd('\n').Split('\n');
    }

    private static JsonNode? Sorted(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(
            value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal)
                .Select(m => KeyValuePair.Create(m.Name, Sorted(m.Value)))),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Sorted)]),
        _ => Json.ToNode(value),
    };

    // the longest common sequence of lines
    private static List<(char Sign, string Text)> Compare(string[] before, string[] after)
    {
        var lines = new List<(char, string)>();
        if (before.Length > MostLines || after.Length > MostLines)
        {
            lines.AddRange(before.Select(b => ('-', b)));
            lines.AddRange(after.Select(a => ('+', a)));
            return lines;
        }

        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        int at = 0, to = 0;
        while (at < before.Length || to < after.Length)
        {
            if (at < before.Length && to < after.Length && before[at] == after[to])
            {
                lines.Add((' ', before[at++]));
                to++;
            }
            else if (at < before.Length && (to == after.Length || common[at + 1, to] >= common[at, to + 1]))
            {
                lines.Add(('-', before[at++]));
            }
            else
            {
                lines.Add(('+', after[to++]));
            }
        }

        return lines;
    }
}
