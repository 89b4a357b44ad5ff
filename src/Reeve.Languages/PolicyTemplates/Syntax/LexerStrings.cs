using System.Text;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>Strings in quotes, and heredocs.</summary>
internal sealed partial class Lexer
{
    private void ReadString(TokenKind kind, int quoteAt)
    {
        var start = Here;
        var (first, firstLine, firstLineStart) = (_at, _line, _lineStart);
        var quote = _text[quoteAt];
        var value = new StringBuilder();
        var end = quoteAt + 1;
        while (end < _text.Length && _text[end] != quote)
        {
            if (_text[end] == '\\' && end + 1 < _text.Length)
            {
                value.Append(quote == '"' ? Escaped(_text[end + 1]) : _text[end + 1] is '\'' or '\\' ? _text[end + 1].ToString() : null);
                if (quote == '\'' && _text[end + 1] is not ('\'' or '\\'))
                {
                    value.Append(_text, end, 2);
                }

                if (_text[end + 1] == '\n')
                {
                    _line++;
                    _lineStart = end + 2;
                }

                end += 2;
                continue;
            }

            if (_text[end] == '\n')
            {
                _line++;
                _lineStart = end + 1;
            }

            value.Append(_text[end++]);
        }

        if (end >= _text.Length || (_text.AsSpan(first, end - first).Contains('\n') && !MayFollowString(end + 1)))
        {
            // everything after it is inside it: say so once, and go on at the next line as if it had ended with its own
            _problems.Add(start, "Syntax error", $"the string that begins here has no closing `{quote}`", $"close it with `{quote}`");
            (_line, _lineStart) = (firstLine, firstLineStart);
            var lineEnd = _text.IndexOf('\n', first);
            lineEnd = lineEnd < 0 ? _text.Length : lineEnd;
            AddString(kind, first, lineEnd, start, _text[Math.Min(quoteAt + 1, lineEnd)..lineEnd]);
            return;
        }

        AddString(kind, first, end + 1, start, value.ToString());
    }

    // where another text stands right behind a quote of a later line, that quote opens it, and the string before has no end
    private bool MayFollowString(int at) =>
        at >= _text.Length || char.IsWhiteSpace(_text[at]) || ",;:)]}#.+-*%=!&|<>".Contains(_text[at], StringComparison.Ordinal);

    private void AddString(TokenKind kind, int from, int to, SourcePoint at, string value)
    {
        _tokens.Add(new Token(kind, _text[from..to], value, at, from, _spaced));
        _at = to;
    }

    // what the language does not name keeps its backslash, so that a regular expression inside a string survives
    private static string Escaped(char c) => c switch
    {
        'n' => "\n",
        's' => " ",
        'r' => "\r",
        't' => "\t",
        '"' or '\'' or '\\' => c.ToString(),
        _ => "\\" + c,
    };

    private bool TryReadHeredocMark()
    {
        // after a value `<<` appends
        if (_tokens.Count > 0 && _tokens[^1] is var last
            && (last.Kind is TokenKind.Variable or TokenKind.Resource or TokenKind.String or TokenKind.Number || last.IsMark(")")
                || last.IsMark("]")))
        {
            return false;
        }

        var at = _at + 2;
        var isIndented = at < _text.Length && _text[at] is '-' or '~';
        at += isIndented ? 1 : 0;
        var quote = at < _text.Length && _text[at] is '\'' or '"' ? _text[at] : '\0';
        at += quote == '\0' ? 0 : 1;
        var length = NameLength(at);
        var end = at + length + (quote == '\0' ? 0 : 1);
        if (length == 0 || (quote != '\0' && (end > _text.Length || _text[end - 1] != quote)))
        {
            return false;
        }

        _awaited.Add((_tokens.Count, _text.Substring(at, length), isIndented, quote == '\''));
        Add(TokenKind.Heredoc, end - _at, "");
        return true;
    }

    private void TakeHeredocs()
    {
        foreach (var (token, id, isIndented, isRaw) in _awaited)
        {
            TakeHeredoc(token, id, isIndented, isRaw);
        }

        _awaited.Clear();
    }

    private void TakeHeredoc(int token, string id, bool isIndented, bool isRaw)
    {
        var (begin, beginLine) = (_at, _line);
        while (_at < _text.Length)
        {
            var lineEnd = _text.IndexOf('\n', _at);
            lineEnd = lineEnd < 0 ? _text.Length : lineEnd;
            var line = _text.AsSpan(_at, lineEnd - _at).TrimEnd();
            if ((isIndented ? line.TrimStart() : line).SequenceEqual(id))
            {
                var written = _text[begin.._at];
                _tokens[token] = _tokens[token] with
                {
                    Value = isRaw ? written : Unescape(written),
                    Body = _text[begin..lineEnd],
                    BodyLine = beginLine,
                };
                _at = Math.Min(lineEnd + 1, _text.Length);
                NewLine();
                return;
            }

            _at = Math.Min(lineEnd + 1, _text.Length);
            NewLine();
        }

        _problems.Add(
            _tokens[token].At, "Syntax error", $"the heredoc `{_tokens[token].Text}` has no line `{id}` that ends it",
            $"put `{id}` alone on the line after the text");
        (_at, _line) = (begin, beginLine);
        _at = _text.Length;
    }

    private static string Unescape(string written)
    {
        if (!written.Contains('\\', StringComparison.Ordinal))
        {
            return written;
        }

        var value = new StringBuilder(written.Length);
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] == '\\' && i + 1 < written.Length)
            {
                value.Append(Escaped(written[++i]));
            }
            else
            {
                value.Append(written[i]);
            }
        }

        return value.ToString();
    }
}
