using System.Text;

namespace Reeve.Languages.Rego.Syntax;

/// <summary>Cuts a text into tokens, one at a time, so that a string can hold expressions again.</summary>
internal sealed class Scanner(string text, string file)
{
    private int _at;
    private int _row = 1;
    private int _lineStart;

    public List<Comment> Comments { get; } = [];

    public string Text => text;

    public (int At, int Row, int LineStart, int Comments) Save() => (_at, _row, _lineStart, Comments.Count);

    public void Restore((int At, int Row, int LineStart, int Comments) state)
    {
        (_at, _row, _lineStart, var comments) = state;
        Comments.RemoveRange(comments, Comments.Count - comments);
    }

    public Location LocationAt(Token token) => new(file, token.Row, token.Column);

    public Token Next()
    {
        var before = _at;
        var rowBefore = _row;
        SkipSpace();
        var space = _at > before || before == 0;
        var line = _row > rowBefore || before == 0;
        var start = _at;
        if (_at >= text.Length)
        {
            return new(TokenKind.End, "", start, start, _row, start - _lineStart + 1, space, true);
        }

        // a raw string may span lines: the place is that of its beginning
        var (row, column) = (_row, start - _lineStart + 1);
        var (kind, value) = Read(text[_at]);
        return new(kind, value, start, _at, row, column, space, line);
    }

    /// <summary>Reads the text of an interpolated string up to the next <c>{</c> (true) or its end (false).</summary>
    public bool ReadTemplatePart(bool raw, StringBuilder into)
    {
        while (_at < text.Length)
        {
            var c = text[_at];
            if (c == (raw ? '`' : '"'))
            {
                _at++;
                return false;
            }

            if (c == '{')
            {
                _at++;
                return true;
            }

            if (c == '\\' && _at + 1 < text.Length && (text[_at + 1] == '{' || !raw))
            {
                if (text[_at + 1] == '{')
                {
                    _at += 2;
                    into.Append('{');
                    continue;
                }

                ReadEscape(into);
                continue;
            }

            if (c == '\n')
            {
                if (!raw)
                {
                    break;
                }

                NewLine();
            }

            into.Append(c);
            _at++;
        }

        throw Failure("non-terminated string");
    }

    private ParseFailure Failure(string message) => new(message, new(file, _row, _at - _lineStart + 1));

    private void NewLine()
    {
        _row++;
        _lineStart = _at + 1;
    }

    private void SkipSpace()
    {
        while (_at < text.Length)
        {
            var c = text[_at];
            if (c == '\n')
            {
                NewLine();
                _at++;
            }
            else if (c is ' ' or '\t' or '\r' or '\uFEFF')
            {
                _at++;
            }
            else if (c == '#')
            {
                var end = text.IndexOf('\n', _at);
                end = end < 0 ? text.Length : end;
                Comments.Add(new(text[(_at + 1)..end].TrimEnd('\r'), new(file, _row, _at - _lineStart + 1)));
                _at = end;
            }
            else
            {
                return;
            }
        }
    }

    private (TokenKind Kind, string Text) Read(char c)
    {
        if (IsLetter(c))
        {
            var start = _at;
            while (_at < text.Length && (IsLetter(text[_at]) || char.IsAsciiDigit(text[_at])))
            {
                _at++;
            }

            return (TokenKind.Word, text[start.._at]);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
        {
            return (TokenKind.Number, ReadNumber());
        }

        if (c == '"')
        {
            return (TokenKind.String, ReadString());
        }

        if (c == '`')
        {
            return (TokenKind.String, ReadRaw());
        }

        var next = _at + 1 < text.Length ? text[_at + 1] : '\0';
        if (c == '$' && (next is '"' or '`'))
        {
            _at += 2;
            return (next == '"' ? TokenKind.Template : TokenKind.RawTemplate, "");
        }

        var (kind, length) = Punctuation(c, next);
        if (length == 0)
        {
            throw Failure(char.IsControl(c) ? $"illegal token: character 0x{(int)c:x2}" : $"illegal token: `{c}`");
        }

        _at += length;
        return (kind, "");
    }

    private static (TokenKind Kind, int Length) Punctuation(char c, char next) => (c, next) switch
    {
        (':', '=') => (TokenKind.Assign, 2),
        ('=', '=') => (TokenKind.Equal, 2),
        ('!', '=') => (TokenKind.NotEqual, 2),
        ('<', '=') => (TokenKind.LessOrEqual, 2),
        ('>', '=') => (TokenKind.GreaterOrEqual, 2),
        ('[', _) => (TokenKind.OpenBracket, 1),
        (']', _) => (TokenKind.CloseBracket, 1),
        ('{', _) => (TokenKind.OpenBrace, 1),
        ('}', _) => (TokenKind.CloseBrace, 1),
        ('(', _) => (TokenKind.OpenParen, 1),
        (')', _) => (TokenKind.CloseParen, 1),
        (',', _) => (TokenKind.Comma, 1),
        (':', _) => (TokenKind.Colon, 1),
        (';', _) => (TokenKind.Semicolon, 1),
        ('.', _) => (TokenKind.Dot, 1),
        ('=', _) => (TokenKind.Unify, 1),
        ('<', _) => (TokenKind.Less, 1),
        ('>', _) => (TokenKind.Greater, 1),
        ('+', _) => (TokenKind.Plus, 1),
        ('-', _) => (TokenKind.Minus, 1),
        ('*', _) => (TokenKind.Times, 1),
        ('/', _) => (TokenKind.Divide, 1),
        ('%', _) => (TokenKind.Remainder, 1),
        ('&', _) => (TokenKind.And, 1),
        ('|', _) => (TokenKind.Or, 1),
        _ => (TokenKind.End, 0),
    };

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_';

    private string ReadNumber()
    {
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        var whole = _at - start;
        if (whole > 1 && text[start] == '0')
        {
            throw Failure("illegal number format: leading zero");
        }

        if (_at < text.Length && text[_at] == '.')
        {
            var digits = ++_at;
            SkipDigits(digits);
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            _at++;
            if (_at < text.Length && text[_at] is '+' or '-')
            {
                _at++;
            }

            SkipDigits(_at);
        }

        if (_at < text.Length && IsLetter(text[_at]))
        {
            throw Failure("illegal number format");
        }

        return (whole == 0 ? "0" : "") + text[start.._at];
    }

    private void SkipDigits(int from)
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        if (_at == from)
        {
            throw Failure("illegal number format");
        }
    }

    private string ReadRaw()
    {
        var start = ++_at;
        var end = text.IndexOf('`', start);
        if (end < 0)
        {
            throw Failure("non-terminated string");
        }

        for (; _at < end; _at++)
        {
            if (text[_at] == '\n')
            {
                NewLine();
            }
        }

        _at = end + 1;
        return text[start..end];
    }

    private string ReadString()
    {
        var start = ++_at;
        var plain = text.AsSpan(start).IndexOfAny('"', '\\', '\n');
        if (plain >= 0 && text[start + plain] == '"')
        {
            _at = start + plain + 1;
            return text.Substring(start, plain);
        }

        var into = new StringBuilder();
        while (_at < text.Length && text[_at] != '\n')
        {
            var c = text[_at];
            if (c == '"')
            {
                _at++;
                return into.ToString();
            }

            if (c == '\\')
            {
                ReadEscape(into);
            }
            else
            {
                into.Append(c);
                _at++;
            }
        }

        throw Failure("non-terminated string");
    }

    private void ReadEscape(StringBuilder into)
    {
        var c = _at + 1 < text.Length ? text[_at + 1] : '\0';
        var plain = c switch
        {
            '"' or '\\' or '/' => c,
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            _ => '\0',
        };
        if (plain != '\0')
        {
            into.Append(plain);
            _at += 2;
        }
        else if (c == 'u' && _at + 6 <= text.Length &&
            ushort.TryParse(text.AsSpan(_at + 2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit))
        {
            into.Append((char)unit);
            _at += 6;
        }
        else
        {
            throw Failure("illegal escape sequence");
        }
    }
}
