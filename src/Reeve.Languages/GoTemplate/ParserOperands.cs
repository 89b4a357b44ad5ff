using System.Globalization;
using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Languages.GoTemplate;

/// <summary>Operands and constants.</summary>
internal sealed partial class Parser
{
    private Operand OperandOf()
    {
        var at = _at;
        var c = _text[_at];
        switch (c)
        {
            case '(':
                _at++;
                var inner = PipelineOf();
                SkipSpace();
                if (!Take(')'))
                {
                    throw new ExpressionFault(at + 1, "`(` has no `)`");
                }

                return new Operand(at, Source.Inner, inner, Fields());
            case '.' when _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1]):
                return new Operand(at, Source.Constant, Number(), []);
            case '.':
                if (!IsNamePart(_at + 1))
                {
                    _at++;
                    if (_at < _text.Length && _text[_at] == '.')
                    {
                        throw Fault("there is a `.` behind a `.`");
                    }
                }

                return new Operand(at, Source.Dot, null, Fields());
            case '$':
                var name = VariableName();
                CheckVariable(name, at);
                return new Operand(at, Source.Variable, name, Fields());
            case '"' or '`':
                return new Operand(at, Source.Constant, Text(), Fields());
            case '\'':
                return new Operand(at, Source.Constant, Character(), []);
        }

        if (char.IsAsciiDigit(c) || (c is '-' or '+' && _at + 1 < _text.Length && (char.IsAsciiDigit(_text[_at + 1])
            || _text[_at + 1] == '.')))
        {
            return new Operand(at, Source.Constant, Number(), []);
        }

        var word = PeekWord();
        if (word.Length == 0)
        {
            throw Fault($"there is `{c}` where a value was expected");
        }

        _at += word.Length;
        return word switch
        {
            "true" or "false" => new Operand(at, Source.Constant, word == "true", []),
            "nil" => new Operand(at, Source.Nil, null, []),
            _ when _keywords.Contains(word) => throw new ExpressionFault(at + 1, $"there is `{word}` where a value was expected"),
            _ when !_functions.Contains(word) => throw new ExpressionFault(
                at + 1, $"function `{word}` not defined"),
            _ => new Operand(at, Source.Function, word, Fields()),
        };
    }

    private List<string> Fields()
    {
        var fields = new List<string>();
        while (_at < _text.Length && _text[_at] == '.' && IsNamePart(_at + 1))
        {
            _at++;
            var word = PeekWord();
            fields.Add(word);
            _at += word.Length;
        }

        return fields;
    }

    private object Number()
    {
        var start = _at;
        _at += _text[_at] is '+' or '-' ? 1 : 0;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '.' or '_'
            || (_text[_at] is '+' or '-' && _text[_at - 1] is 'e' or 'E' && !_text.AsSpan(start).StartsWith("0x"))))
        {
            _at++;
        }

        var written = _text[start.._at];
        var text = written.Replace("_", "", StringComparison.Ordinal);
        if (TryInteger(text, out var integer))
        {
            return integer;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && char.IsAsciiDigit(text[^1]) | text[^1] == '.'
            ? number : throw new ExpressionFault(start + 1, $"`{written}` is no number");
    }

    private static bool TryInteger(string text, out long number)
    {
        var sign = text[0] == '-' ? -1 : 1;
        var digits = text.TrimStart('+', '-');
        var radix = digits.Length > 2 && digits[0] == '0' ? char.ToLowerInvariant(digits[1]) switch
        {
            'x' => 16,
            'o' => 8,
            'b' => 2,
            _ => 10
        } : 10;
        if (radix == 10)
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        }

        number = 0;
        foreach (var c in digits[2..])
        {
            var digit = Convert.ToInt32(char.IsAsciiHexDigit(c) ? c.ToString() : "f0", 16);
            if (digit >= radix || number > (long.MaxValue - digit) / radix)
            {
                return false;
            }

            number = (number * radix) + digit;
        }

        number *= sign;
        return true;
    }

    private long Character()
    {
        var start = _at++;
        var text = new StringBuilder();
        while (_at < _text.Length && _text[_at] != '\'' && _text[_at] != '\n')
        {
            One(text);
        }

        if (_at >= _text.Length || _text[_at] != '\'' || text.ToString().EnumerateRunes().Count() != 1)
        {
            throw new ExpressionFault(start + 1, "a character constant holds one character");
        }

        _at++;
        return text.ToString().EnumerateRunes().First().Value;
    }

    private string Text()
    {
        var start = _at;
        var quote = _text[_at++];
        var text = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote)
        {
            if (quote == '`')
            {
                text.Append(_text[_at++]);
            }
            else if (_text[_at] == '\n')
            {
                break;
            }
            else
            {
                One(text);
            }
        }

        if (_at >= _text.Length || _text[_at] != quote)
        {
            throw new ExpressionFault(start + 1, "the string has no end");
        }

        _at++;
        return text.ToString();
    }

    private void One(StringBuilder to)
    {
        var c = _text[_at++];
        if (c != '\\' || _at >= _text.Length)
        {
            to.Append(c);
            return;
        }

        c = _text[_at++];
        var length = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (length > 0)
        {
            if (_at + length > _text.Length || !int.TryParse(
                _text.AsSpan(_at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
                || !Rune.IsValid(point))
            {
                throw Fault("the escape is no character");
            }

            _at += length;
            to.Append(new Rune(point).ToString());
            return;
        }

        to.Append(c switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'v' => '\v',
            '\\' or '"' or '\'' => c,
            _ => throw Fault($"`\\{c}` is no escape"),
        });
    }

    private string VariableName()
    {
        var start = _at++;
        _at += PeekWord().Length;
        return _text[start.._at];
    }

    private bool IsNamePart(int at) => at < _text.Length && (char.IsLetter(_text[at]) || _text[at] == '_');

    private string PeekWord()
    {
        var end = _at;
        while (end < _text.Length && (char.IsLetterOrDigit(_text[end]) || _text[end] == '_'))
        {
            end++;
        }

        return _text[_at..end];
    }

    private bool Take(char c)
    {
        if (_at >= _text.Length || _text[_at] != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && IsSpace(_text[_at]))
        {
            _at++;
        }
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';

    private ExpressionFault Fault(string message) => new(_at + 1, message);
}
