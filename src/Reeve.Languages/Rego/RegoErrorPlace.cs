namespace Reeve.Languages.Rego;

/// <summary>The line of a text that an error of its parser is about, and the place in it.</summary>
/// <param name="Line">The line as it is written.</param>
/// <param name="Index">Characters before the place.</param>
public sealed record RegoErrorPlace(string Line, int Index)
{
    /// <summary>The place of an error in the text it was found in; null for errors that are not the parser's.</summary>
    public static RegoErrorPlace? Of(RegoError error, string text)
    {
        if (error.Code != RegoError.ParseError || error.Row < 1 || text.Length == 0)
        {
            return null;
        }

        var offset = 0;
        for (var row = 1; row < error.Row && text.IndexOf('\n', offset) is var end and >= 0; row++)
        {
            offset = end + 1;
        }

        offset = Math.Clamp(offset + error.Column - 1, 0, text.Length - 1);

        // what is missing is shown behind what was there
        while (offset > 0 && char.IsWhiteSpace(text[offset]))
        {
            offset--;
        }

        var begin = text[offset] == '\n' ? offset + 1 : text.LastIndexOf('\n', offset) + 1;
        var behind = begin < text.Length ? text.IndexOfAny(['\n', '\r'], begin) : text.Length;
        var line = text[Math.Min(begin, text.Length)..(behind < 0 ? text.Length : behind)];
        return new RegoErrorPlace(line, Math.Max(0, offset - begin));
    }

    /// <summary>The line without its leading tabs, and below it a mark at the place.</summary>
    public IReadOnlyList<string> Marked()
    {
        var line = Line.TrimStart('\t');
        return [line, new string(' ', Math.Max(0, Index - (Line.Length - line.Length))) + "^"];
    }
}
