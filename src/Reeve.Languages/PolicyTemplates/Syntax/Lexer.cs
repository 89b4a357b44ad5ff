using System.Text;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>Text to tokens, for templates and for the cloud workflow inside them; what cannot be read is reported and skipped.</summary>
internal sealed partial class Lexer
{
    private static readonly string[] Marks =
    [
        "<<=", "==", "!=", "=~", "!~", ">=", "<=", "&&", "||", "<<", "..", "+=", "-=", "*=", "/=", "::", "=>",
        "(", ")", "[", "]", "{", "}", ",", ":", "=", "<", ">", "+", "-", "*", "/", "%", "^", "!", "&", "|", ".", "?",
    ];

    private readonly string _text;
    private readonly Problems _problems;
    private readonly List<Token> _tokens = [];
    private readonly List<Comment> _comments = [];
    private readonly List<(int Token, string Id, bool IsIndented, bool IsRaw)> _awaited = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private bool _spaced;

    private Lexer(string text, Problems problems)
    {
        _text = text;
        _problems = problems;
    }

    private SourcePoint Here => new(_line, _at - _lineStart + 1);

    public static (IReadOnlyList<Token> Tokens, IReadOnlyList<Comment> Comments) Read(string text, Problems problems)
    {
        var lexer = new Lexer(text, problems);
        lexer.Read();
        return (lexer._tokens, lexer._comments);
    }

    private void Read()
    {
        if (_text.StartsWith('\uFEFF'))
        {
            _at = _lineStart = 1;
        }

        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c == '\n')
            {
                // a line ends before the `\r` of its end
                var end = _at > _lineStart && _text[_at - 1] == '\r' ? new SourcePoint(_line, _at - _lineStart) : Here;
                _tokens.Add(new Token(TokenKind.Newline, "\n", "\n", end, _at, _spaced));
                _at++;
                NewLine();
                TakeHeredocs();
            }
            else if (c is ' ' or '\t' or '\r' or '\f' or '\v' or '\u00A0')
            {
                _at++;
                _spaced = true;
            }
            else if (c == '\\' && IsLineEndAt(_at + 1, out var length))
            {
                // a backslash at the end of a line goes on in the next
                _at += length + 1;
                _line++;
                _lineStart = _at;
                _spaced = true;
            }
            else
            {
                ReadToken(c);
                _spaced = false;
            }
        }

        if (_awaited.Count > 0)
        {
            TakeHeredocs();
        }

        Add(TokenKind.Newline, 0);
        Add(TokenKind.End, 0);
    }

    private void ReadToken(char c)
    {
        switch (c)
        {
            case '#':
                ReadComment();
                break;
            case ';':
                Add(TokenKind.Newline, 1);
                break;
            case '"' or '\'':
                ReadString(TokenKind.String, _at);
                break;
            case '$' or '@' when NameLength(_at + (Peek(1) == c ? 2 : 1)) is var length and > 0:
                Add(c == '$' ? TokenKind.Variable : TokenKind.Resource, (Peek(1) == c ? 2 : 1) + length);
                break;
            case 'd' when Peek(1) is '"' or '\'':
                ReadString(TokenKind.Moment, _at + 1);
                break;
            case >= '0' and <= '9':
                ReadNumber();
                break;
            case '/' when BeginsRegex():
                ReadRegex();
                break;
            case '<' when Peek(1) == '<' && TryReadHeredocMark():
                break;
            default:
                ReadWordOrMark();
                break;
        }
    }

    private void ReadWordOrMark()
    {
        var length = NameLength(_at);
        if (length > 0)
        {
            // `empty?` and `sort!` are names; `a ? b` and `a != b` are not
            if (Peek(length) is '?' or '!' && Peek(length + 1) is '(' or ' ' or '\n' or '\r')
            {
                length++;
            }

            Add(TokenKind.Word, length);
            return;
        }

        foreach (var mark in Marks)
        {
            if (string.CompareOrdinal(_text, _at, mark, 0, mark.Length) == 0)
            {
                Add(TokenKind.Mark, mark.Length);
                return;
            }
        }

        var width = char.IsSurrogatePair(_text, _at) ? 2 : 1;
        _problems.Add(
            Here, "Syntax error", $"`{_text.Substring(_at, width)}` means nothing here",
            "remove it, or put it between quotes if it is text");
        _at += width;
    }

    private void ReadComment()
    {
        var end = _text.IndexOf('\n', _at);
        end = end < 0 ? _text.Length : end;
        var isAlone = _text.AsSpan(_lineStart, _at - _lineStart).IsWhiteSpace();
        _comments.Add(new Comment(_text[_at..end].TrimEnd(), Here, _at, isAlone));
        _at = end;
    }

    private void ReadNumber()
    {
        var end = _at;
        while (end < _text.Length && (char.IsAsciiDigit(_text[end]) || _text[end] == '_'))
        {
            end++;
        }

        if (end + 1 < _text.Length && _text[end] == '.' && char.IsAsciiDigit(_text[end + 1]))
        {
            end++;
            while (end < _text.Length && char.IsAsciiDigit(_text[end]))
            {
                end++;
            }
        }

        if (end < _text.Length && _text[end] is 'e' or 'E' && ExponentLength(end) is var exponent and > 0)
        {
            end += exponent;
        }
        else if (end < _text.Length && _text[end] is 'd' or 'h' or 'm' or 's' && NameLength(end) == 1)
        {
            end++;
        }

        Add(TokenKind.Number, end - _at);
    }

    private int ExponentLength(int at)
    {
        var end = at + 1;
        if (end < _text.Length && _text[end] is '+' or '-')
        {
            end++;
        }

        var digits = end;
        while (end < _text.Length && char.IsAsciiDigit(_text[end]))
        {
            end++;
        }

        return end > digits ? end - at : 0;
    }

    // a slash divides after a value and begins a regular expression elsewhere; after a word white space decides
    private bool BeginsRegex()
    {
        if (_tokens.Count == 0)
        {
            return true;
        }

        var last = _tokens[^1];
        return last.Kind switch
        {
            TokenKind.Variable or TokenKind.Resource or TokenKind.Number or TokenKind.String or TokenKind.Regex
                or TokenKind.Moment => false,
            TokenKind.Mark => last.Text is not (")" or "]" or "}"),
            TokenKind.Word => _spaced && !char.IsWhiteSpace(Peek(1)),
            _ => true,
        };
    }

    private void ReadRegex()
    {
        // a slash inside of `[…]` ends nothing, unless the class has no end
        if (!TryReadRegex(true) && !TryReadRegex(false))
        {
            var lineEnd = _text.IndexOf('\n', _at);
            _problems.Add(Here, "Syntax error", "the regular expression does not end in its line", "end it with `/`");
            _tokens.Add(new Token(TokenKind.Regex, "/", "", Here, _at, _spaced));
            _at = lineEnd < 0 ? _text.Length : lineEnd;
        }
    }

    private bool TryReadRegex(bool knowsClasses)
    {
        var end = _at + 1;
        var inClass = false;
        var pattern = new StringBuilder();
        while (end < _text.Length && _text[end] != '\n' && (inClass || _text[end] != '/'))
        {
            var c = _text[end];
            if (c == '\\' && end + 1 < _text.Length && _text[end + 1] != '\n')
            {
                // an escaped slash is a slash; every other escape is the expression's own
                pattern.Append(_text[end + 1] == '/' ? "/" : _text.Substring(end, 2));
                end += 2;
                continue;
            }

            inClass = knowsClasses && (c == '[' || (inClass && c != ']'));
            pattern.Append(c);
            end++;
        }

        if (end >= _text.Length || _text[end] != '/')
        {
            return false;
        }

        end++;
        while (end < _text.Length && char.IsAsciiLetter(_text[end]))
        {
            end++;
        }

        Add(TokenKind.Regex, end - _at, pattern.ToString());
        return true;
    }

    private int NameLength(int at)
    {
        var end = at;
        while (end < _text.Length && (_text[end] == '_' || char.IsLetter(_text[end]) || (end > at && char.IsDigit(_text[end]))))
        {
            end++;
        }

        return end - at;
    }

    private char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private bool IsLineEndAt(int at, out int length)
    {
        length = at < _text.Length && _text[at] == '\n' ? 1 : at + 1 < _text.Length && _text[at] == '\r' && _text[at + 1] == '\n' ? 2 : 0;
        return length > 0;
    }

    private void NewLine()
    {
        _line++;
        _lineStart = _at;
        _spaced = true;
    }

    private void Add(TokenKind kind, int length, string? value = null)
    {
        var text = _text.Substring(_at, length);
        _tokens.Add(new Token(kind, text, value ?? text, Here, _at, _spaced));
        _at += length;
    }
}
