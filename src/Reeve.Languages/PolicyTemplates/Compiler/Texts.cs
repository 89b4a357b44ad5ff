namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>The user's text inside messages: short, and in one line.</summary>
internal static class Texts
{
    private const int Longest = 60;

    /// <summary>Between backticks, or in words when there is nothing to show.</summary>
    public static string Quoted(string text) =>
        text.Length == 0 ? "the empty string" : text.Length <= Longest && !text.Any(char.IsControl) ? $"`{text}`" : $"`{Line(text)}`";

    /// <summary>Between quotes.</summary>
    public static string Short(string text) => $"\"{Line(text)}\"";

    private static string Line(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? text : text[..end];
        var shown = string.Concat(line.Length > Longest ? line.AsSpan(0, Longest) : line, end >= 0 || line.Length > Longest ? "…" : "");
        return string.Concat(shown.Select(c => char.IsControl(c) ? ' ' : c));
    }
}
