using System.Text;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>Turns a GraphQL text into tokens. What is no token becomes one that carries the problem.</summary>
internal sealed class Lexer(string text)
{
    private int _at;
    private int _line = 1;
    private int _lineStart;

    // the second halves of characters beyond the first plane since the line began: columns count characters
    private int _halves;

    public Token Read()
    {
        SkipSpace();
        var (start, place) = (_at, Here);
        if (_at >= text.Length)
        {
            return new(TokenKind.End, "", place);
        }

        var first = text[_at];
        if (Punctuation(first) is var mark and not TokenKind.Invalid)
        {
            _at++;
            return new(mark, "", place);
        }

        switch (first)
        {
            case '.' when text.AsSpan(_at).StartsWith("...", StringComparison.Ordinal):
                _at += 3;
                return new(TokenKind.Spread, "", place);
            case '#':
                ReadComment();
                return new(TokenKind.Comment, text[start.._at], place);
            case '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
                {
                    _at++;
                }

                return new(TokenKind.Name, text[start.._at], place);
            case '-' or (>= '0' and <= '9'):
                return ReadNumber(start, place);
            case '"':
                return text.AsSpan(_at).StartsWith("\"\"\"", StringComparison.Ordinal) ? ReadBlock(place) : ReadString(place);
            case < ' ':
                return Wrong($"Cannot contain the invalid character \"\\u{(int)first:x4}\"");
            case '\'':
                return Wrong("Unexpected single quote character ('), did you mean to use a double quote (\")?");
            default:
                return Wrong($"Cannot parse the unexpected character \"{first}\".");
        }
    }

    private Place Here => new(_line, _at - _lineStart - _halves + 1);

    private Token Wrong(string message) => new(TokenKind.Invalid, "", Here) { Problem = new(message, Here) };

    private static TokenKind Punctuation(char c) => c switch
    {
        '!' => TokenKind.Bang,
        '$' => TokenKind.Dollar,
        '&' => TokenKind.Ampersand,
        '(' => TokenKind.OpenParenthesis,
        ')' => TokenKind.CloseParenthesis,
        ':' => TokenKind.Colon,
        '=' => TokenKind.Equals,
        '@' => TokenKind.At,
        '[' => TokenKind.OpenBracket,
        ']' => TokenKind.CloseBracket,
        '{' => TokenKind.OpenBrace,
        '}' => TokenKind.CloseBrace,
        '|' => TokenKind.Pipe,
        _ => TokenKind.Invalid,
    };

    private void SkipSpace()
    {
        for (; _at < text.Length; _at++)
        {
            switch (text[_at])
            {
                case '\t' or ' ' or ',' or '\uFEFF':
                    break;
                case '\n':
                    StartLine(_at + 1);
                    break;
                case '\r':
                    _at += _at + 1 < text.Length && text[_at + 1] == '\n' ? 1 : 0;
                    StartLine(_at + 1);
                    break;
                default:
                    return;
            }
        }
    }

    private void StartLine(int at)
    {
        _line++;
        _lineStart = at;
        _halves = 0;
    }

    private void Advance()
    {
        _halves += char.IsLowSurrogate(text[_at]) ? 1 : 0;
        _at++;
    }

    private void ReadComment()
    {
        while (_at < text.Length && text[_at] is >= ' ' or '\t')
        {
            Advance();
        }
    }

    private Token ReadNumber(int start, Place place)
    {
        var kind = TokenKind.Integer;
        _ = Accept('-');
        if (Accept('0'))
        {
            if (_at < text.Length && char.IsAsciiDigit(text[_at]))
            {
                return Wrong($"Invalid number, unexpected digit after 0: {Next()}.");
            }
        }
        else if (!AcceptDigits())
        {
            return Wrong($"Invalid number, expected digit but got: {Next()}.");
        }

        if (Accept('.'))
        {
            kind = TokenKind.Float;
            if (!AcceptDigits())
            {
                return Wrong($"Invalid number, expected digit but got: {Next()}.");
            }
        }

        if (Accept('e') || Accept('E'))
        {
            kind = TokenKind.Float;
            _ = Accept('-') || Accept('+');
            if (!AcceptDigits())
            {
                return Wrong($"Invalid number, expected digit but got: {Next()}.");
            }
        }

        return new(kind, text[start.._at], place);
    }

    private string Next() => _at < text.Length ? $"\"{text[_at]}\"" : "<EOF>";

    private bool Accept(char wanted)
    {
        if (_at >= text.Length || text[_at] != wanted)
        {
            return false;
        }

        _at++;
        return true;
    }

    private bool AcceptDigits()
    {
        var from = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        return _at > from;
    }

    private Token ReadString(Place place)
    {
        var value = new StringBuilder();
        _at++;
        while (_at < text.Length && text[_at] is not ('\n' or '\r'))
        {
            var c = text[_at];
            if (c < ' ' && c != '\t')
            {
                return Wrong($"Invalid character within String: \"\\u{(int)c:x4}\".");
            }

            if (c == '"')
            {
                _at++;
                return new(TokenKind.String, value.ToString(), place);
            }

            if (c != '\\')
            {
                value.Append(c);
                Advance();
            }
            else if (!ReadEscape(value, out var escape))
            {
                _at++;
                return Wrong($"Invalid character escape sequence: \\{escape}.");
            }
        }

        return Wrong("Unterminated string.");
    }

    private bool ReadEscape(StringBuilder value, out string escape)
    {
        escape = _at + 1 < text.Length ? text[(_at + 1)..Math.Min(text.Length, text[_at + 1] == 'u' ? _at + 6 : _at + 2)] : "";
        if (escape is ['u', ..])
        {
            if (escape.Length < 5 || !ushort.TryParse(
                escape.AsSpan(1), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code))
            {
                return false;
            }

            // an escape is one character: halves of a pair stand for none
            value.Append(char.IsSurrogate((char)code) ? '\uFFFD' : (char)code);
            _at += 6;
            return true;
        }

        char? plain = escape switch
        {
            "\"" or "/" or "\\" => escape[0],
            "b" => '\b',
            "f" => '\f',
            "n" => '\n',
            "r" => '\r',
            "t" => '\t',
            _ => null,
        };
        value.Append(plain);
        _at += plain is null ? 0 : 2;
        return plain is not null;
    }

    private Token ReadBlock(Place place)
    {
        var raw = new StringBuilder();
        _at += 3;
        while (_at < text.Length)
        {
            var c = text[_at];
            if (c == '"')
            {
                var quotes = 1;
                while (_at + quotes < text.Length && text[_at + quotes] == '"')
                {
                    quotes++;
                }

                _at += quotes;
                if (quotes >= 3)
                {
                    return new(TokenKind.BlockString, BlockText.Of(raw.Append('"', quotes - 3).ToString()), place);
                }

                raw.Append('"', quotes);
            }
            else if (c < ' ' && c is not ('\t' or '\n' or '\r'))
            {
                return Wrong($"Invalid character within String: \"\\u{(int)c:x4}\".");
            }
            else if (text.AsSpan(_at).StartsWith("\\\"\"\"", StringComparison.Ordinal))
            {
                raw.Append("\"\"\"");
                _at += 4;
            }
            else if (c is '\n' or '\r')
            {
                raw.Append('\n');
                _at += c == '\r' && _at + 1 < text.Length && text[_at + 1] == '\n' ? 2 : 1;
                StartLine(_at);
            }
            else
            {
                raw.Append(c);
                Advance();
            }
        }

        return Wrong("Unterminated string.");
    }
}
