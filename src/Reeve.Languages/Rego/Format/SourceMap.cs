using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Format;

/// <summary>Finds in a text what its parsed form does not keep: how a constant was written and where a bracket closes.</summary>
internal sealed class SourceMap
{
    private readonly List<int> _lines = [0];

    public SourceMap(string text)
    {
        Text = text;
        for (var at = text.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            _lines.Add(at + 1);
        }
    }

    public string Text { get; }

    public int OffsetOf(Location place) => _lines[Math.Clamp(place.Row - 1, 0, _lines.Count - 1)] + place.Column - 1;

    public int RowOf(int offset)
    {
        var found = _lines.BinarySearch(offset);
        return found >= 0 ? found + 1 : ~found;
    }

    /// <summary>The next bracket of a kind, from a place on; what is in strings and comments does not count.</summary>
    public int Next(char bracket, int offset)
    {
        for (var at = offset; at < Text.Length; at = Behind(at))
        {
            if (Text[at] == bracket)
            {
                return at;
            }
        }

        throw new LayoutException();
    }

    /// <summary>Where the bracket at a place is closed.</summary>
    public int CloseOf(int offset)
    {
        var depth = 0;
        for (var at = offset; at < Text.Length; at = Behind(at))
        {
            depth += Text[at] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return at;
            }
        }

        throw new LayoutException();
    }

    /// <summary>Behind the character, the string, the interpolated string or the comment at a place.</summary>
    public int Behind(int at)
    {
        switch (Text[at])
        {
            case '#':
                var end = Text.IndexOf('\n', at);
                return end < 0 ? Text.Length : end;
            case '"':
                return BehindQuoted(at + 1, isTemplate: false);
            case '`':
                var close = Text.IndexOf('`', at + 1);
                return close < 0 ? Text.Length : close + 1;
            case '$' when at + 1 < Text.Length && Text[at + 1] == '"':
                return BehindQuoted(at + 2, isTemplate: true);
            case '$' when at + 1 < Text.Length && Text[at + 1] == '`':
                return BehindRawTemplate(at + 2);
            default:
                return at + 1;
        }
    }

    /// <summary>A number as it is written.</summary>
    public string NumberAt(int offset)
    {
        var at = offset + (Text[offset] == '-' ? 1 : 0);
        while (at < Text.Length
            && (char.IsAsciiLetterOrDigit(Text[at]) || Text[at] == '.' || (Text[at] is '+' or '-' && Text[at - 1] is 'e' or 'E')))
        {
            at++;
        }

        return Text[offset..at];
    }

    private int BehindQuoted(int at, bool isTemplate)
    {
        while (at < Text.Length && Text[at] != '"')
        {
            at = Text[at] == '\\' ? at + 2 : isTemplate && Text[at] == '{' ? CloseOf(at) + 1 : at + 1;
        }

        return Math.Min(at + 1, Text.Length);
    }

    private int BehindRawTemplate(int at)
    {
        while (at < Text.Length && Text[at] != '`')
        {
            at = Text[at] == '\\' ? at + 2 : Text[at] == '{' ? CloseOf(at) + 1 : at + 1;
        }

        return Math.Min(at + 1, Text.Length);
    }
}
