using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reeve.Core.Documents;

/// <summary>Writes what a user wrote into a message: short, on one line, in backticks.</summary>
public static class Quote
{
    private const int Longest = 60;

    /// <summary>The text in backticks; long texts are cut, control characters and backticks are spelled out.</summary>
    public static string Text(string text)
    {
        var into = new StringBuilder(Math.Min(text.Length, Longest) + 8).Append('`');
        var taken = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (taken++ == Longest)
            {
                into.Append('…');
                break;
            }

            _ = rune.Value switch
            {
                '\n' => into.Append("\\n"),
                '\r' => into.Append("\\r"),
                '\t' => into.Append("\\t"),
                '`' => into.Append('\''),
                _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator =>
                    into.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => into.Append(rune.ToString()),
            };
        }

        return into.Append('`').ToString();
    }

    /// <summary>Several texts in backticks, the first few of many.</summary>
    public static string List(IEnumerable<string> texts)
    {
        const int shown = 12;
        var all = texts.ToList();
        var list = string.Join(", ", all.Take(shown).Select(Text));
        return all.Count > shown ? string.Create(CultureInfo.InvariantCulture, $"{list} and {all.Count - shown} more") : list;
    }

    /// <summary>What a value is, in words: <c>the text `abc`</c>, <c>the number `3`</c>, <c>an object</c>.</summary>
    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text {Text(value.GetString()!)}",
        JsonValueKind.Number => $"the number {Text(value.GetRawText())}",
        JsonValueKind.True => "`true`",
        JsonValueKind.False => "`false`",
        _ => "nothing",
    };
}
