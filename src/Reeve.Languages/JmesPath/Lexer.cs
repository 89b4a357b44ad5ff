using System.Globalization;
using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Languages.JmesPath;

internal enum TokenKind
{
    Name,
    Quoted,
    Literal,
    Number,
    Mark,
    End,
}

/// <summary>A token; <paramref name="Value"/> is what a name, a literal or a number says.</summary>
internal sealed record Token(TokenKind Kind, string Text, object? Value, int Column)
{
    public bool Is(string mark) => Kind == TokenKind.Mark && Text == mark;
}

/// <summary>Text to tokens.</summary>
internal static class Lexer
{
    private static readonly string[] _marks =
        ["[?", "[]", "||", "&&", "==", "!=", "<=", ">=", "[", "]", "{", "}", "(", ")", ".", "*", "|", "&", "<", ">", "!", "@", ",", ":"];

    public static List<Token> Read(string text)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (c is ' ' or '\t' or '\r' or '\n')
            {
                at++;
                continue;
            }

            var end = at;
            if (char.IsAsciiLetter(c) || c == '_')
            {
                end = EndOf(text, at, ch => char.IsAsciiLetterOrDigit(ch) || ch == '_');
                tokens.Add(new Token(TokenKind.Name, text[at..end], text[at..end], at + 1));
            }
            else if (char.IsAsciiDigit(c) || (c == '-' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            {
                end = EndOf(text, at + 1, char.IsAsciiDigit);
                var number = long.TryParse(text.AsSpan(at, end - at), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                    out var n)
                    ? n : throw new ExpressionFault(at + 1, $"the number `{text[at..end]}` is too large");
                tokens.Add(new Token(TokenKind.Number, text[at..end], number, at + 1));
            }
            else if (c is '"' or '\'' or '`')
            {
                end = Closing(text, at, c);
                tokens.Add(Delimited(text[at..end], c, at + 1));
            }
            else
            {
                var mark = _marks.FirstOrDefault(m => string.CompareOrdinal(text, at, m, 0, m.Length) == 0)
                    ?? throw new ExpressionFault(at + 1, $"`{c}` means nothing here");
                end = at + mark.Length;
                tokens.Add(new Token(TokenKind.Mark, mark, null, at + 1));
            }

            at = end;
        }

        tokens.Add(new Token(TokenKind.End, "", null, text.Length + 1));
        return tokens;
    }

    private static int EndOf(string text, int at, Func<char, bool> isPart)
    {
        while (at < text.Length && isPart(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int Closing(string text, int at, char quote)
    {
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == quote)
            {
                return i + 1;
            }
        }

        throw new ExpressionFault(at + 1, $"there is no closing {quote}");
    }

    private static Token Delimited(string written, char quote, int column)
    {
        var inside = written[1..^1];
        switch (quote)
        {
            case '\'':
                return new Token(TokenKind.Literal, written, inside.Replace("\\'", "'", StringComparison.Ordinal), column);
            case '"':
                return JsonData.TryParse(written, out var name, out _) && name is string
                    ? new Token(TokenKind.Quoted, written, name, column)
                    : throw new ExpressionFault(column, $"`{written}` is no name in quotes");
            default:
                var json = Unescape(inside).Trim();
                if (JsonData.TryParse(json, out var value, out _))
                {
                    return new Token(TokenKind.Literal, written, value, column);
                }

                // an older form: a string without its quotes
                return json.Length > 0 && json[0] is not ('{' or '[' or '"') && JsonData.TryParse($"\"{json}\"", out value, out _)
                    ? new Token(TokenKind.Literal, written, value, column)
                    : throw new ExpressionFault(column, $"{written} holds no JSON");
        }
    }

    private static string Unescape(string inside)
    {
        if (!inside.Contains("\\`", StringComparison.Ordinal))
        {
            return inside;
        }

        var text = new StringBuilder(inside.Length);
        for (var i = 0; i < inside.Length; i++)
        {
            if (inside[i] == '\\' && i + 1 < inside.Length)
            {
                text.Append(inside[i + 1] == '`' ? "`" : inside.Substring(i, 2));
                i++;
            }
            else
            {
                text.Append(inside[i]);
            }
        }

        return text.ToString();
    }
}
