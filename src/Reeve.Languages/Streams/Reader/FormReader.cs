using System.Globalization;
using System.Text;
using Reeve.Languages.Streams.Query;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Reader;

/// <summary>Reads Clojure's text into forms. What is malformed is told with line and column; nothing is thrown outside.</summary>
internal sealed class FormReader(string text)
{
    private const int Deepest = 200;
    private const int LongestProgram = 1_000_000;

    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _depth;
    private int _lambdas;
    private List<(int Number, string Name)>? _arguments;

    /// <summary>All forms of the text; after the first malformed one nothing more is read.</summary>
    public static List<Form> ReadAll(string text, List<StreamProblem> problems)
    {
        var forms = new List<Form>();
        if (text.Length > LongestProgram)
        {
            problems.Add(new StreamProblem(1, 1, $"a program is at most {LongestProgram} characters long"));
            return forms;
        }

        var reader = new FormReader(text);
        try
        {
            while (reader.Skip())
            {
                forms.Add(reader.Read());
            }
        }
        catch (StreamSyntaxException malformed)
        {
            problems.Add(malformed.Problem);
        }

        return forms;
    }

    private int Column => _at - _lineStart + 1;

    private Form Read()
    {
        if (!Skip())
        {
            throw Wrong("the text ends in the middle of a form");
        }

        var (line, column) = (_line, Column);
        if (++_depth > Deepest)
        {
            throw Wrong($"forms are nested deeper than {Deepest} levels");
        }

        var form = ReadHere(line, column);
        _depth--;
        return form;
    }

    private Form ReadHere(int line, int column)
    {
        var first = text[_at];
        switch (first)
        {
            case '(':
                return Until(FormKind.List, ')', line, column);
            case '[':
                return Until(FormKind.Vector, ']', line, column);
            case '{':
                return MapOf(Until(FormKind.Map, '}', line, column));
            case ')' or ']' or '}':
                throw Wrong($"`{first}` closes nothing");
            case '"':
                return new Form(FormKind.Constant, Text(), [], line, column);
            case '\'':
                Next();
                return Wrapped("quote", line, column);
            case '@':
                Next();
                return Wrapped("deref", line, column);
            case '^':
                Next();
                Read();
                return Read();
            case '`' or '~':
                throw Wrong("macros cannot be written here, so there is no syntax quote and no unquote");
            case '\\':
                return new Form(FormKind.Constant, Character(), [], line, column);
            case '#':
                return Dispatch(line, column);
            default:
                return Atom(line, column);
        }
    }

    private Form Wrapped(string name, int line, int column)
    {
        var at = new Form(FormKind.Symbol, name, [], line, column);
        return Form.List(at, at, Read());
    }

    private Form Dispatch(int line, int column)
    {
        var next = _at + 1 < text.Length ? text[_at + 1] : ' ';
        switch (next)
        {
            case '{':
                Next();
                return Until(FormKind.Set, '}', line, column);
            case '"':
                Next();
                return Pattern(line, column);
            case '(':
                Next();
                return Lambda(line, column);
            case '\'':
                Next();
                Next();
                return Wrapped("var", line, column);
            case '^':
                Next();
                Next();
                Read();
                return Read();
            case '#':
                Next();
                Next();
                var name = Token();
                object value = name switch
                {
                    "Inf" => double.PositiveInfinity,
                    "-Inf" => double.NegativeInfinity,
                    "NaN" => double.NaN,
                    _ => throw new StreamSyntaxException(line, column, $"`##{name}` is no number"),
                };
                return new Form(FormKind.Constant, value, [], line, column);
            default:
                throw Wrong($"`#{next}` means nothing here");
        }
    }

    // #(f % %2) is (fn [a b] (f a b))
    private Form Lambda(int line, int column)
    {
        if (_arguments is not null)
        {
            throw Wrong("`#( )` cannot stand inside another one; write `(fn [x] …)`");
        }

        _arguments = [];
        var number = ++_lambdas;
        var body = Until(FormKind.List, ')', line, column);
        var most = _arguments.Where(a => a.Number > 0).Select(a => a.Number).DefaultIfEmpty(0).Max();
        var names = Enumerable.Range(1, most).Select(n => Form.Symbol(ArgumentName(number, n), body));
        if (_arguments.Any(a => a.Number == 0))
        {
            names = [.. names, Form.Symbol("&", body), Form.Symbol(ArgumentName(number, 0), body)];
        }

        _arguments = null;
        return Form.Call(body, "fn", Form.Vector(body, names), body);
    }

    private static string ArgumentName(int lambda, int number) => string.Create(CultureInfo.InvariantCulture, $"%{lambda}:{number}");

    private Form Until(FormKind kind, char close, int line, int column)
    {
        var open = text[_at];
        Next();
        var items = new List<Form>();
        while (true)
        {
            if (!Skip())
            {
                throw new StreamSyntaxException(line, column, $"`{open}` is not closed");
            }

            if (text[_at] == close)
            {
                Next();
                return new Form(kind, null, [.. items], line, column);
            }

            if (text[_at] is ')' or ']' or '}')
            {
                throw Wrong($"expected `{close}`, found `{text[_at]}`; `{open}` was opened at {line}:{column}");
            }

            items.Add(Read());
        }
    }

    private static Form MapOf(Form form)
    {
        if (form.Items.Length % 2 != 0)
        {
            throw new StreamSyntaxException(form, "a map has a value for each key; here is an odd number of forms");
        }

        var seen = new HashSet<object>(Equality.Comparer);
        for (var i = 0; i < form.Items.Length; i += 2)
        {
            if (form.Items[i] is { Kind: FormKind.Constant } key && !seen.Add(key.Value ?? NilKey.Instance))
            {
                throw new StreamSyntaxException(key, $"the key {Printer.Short(key.Value)} is there twice");
            }
        }

        return form;
    }

    private Form Pattern(int line, int column)
    {
        var start = ++_at;
        while (_at < text.Length && text[_at] != '"')
        {
            if (text[_at] == '\\')
            {
                _at++;
            }

            Next();
        }

        if (_at >= text.Length)
        {
            throw new StreamSyntaxException(line, column, "the pattern is not closed");
        }

        var pattern = text[start.._at];
        Next();
        return JavaPattern.TryCompile(pattern, out var regex, out var reason)
            ? new Form(FormKind.Constant, regex, [], line, column)
            : throw new StreamSyntaxException(line, column, $"the pattern {Printer.Short(pattern)} is none: {reason}");
    }

    private string Text()
    {
        var (line, column) = (_line, Column);
        var into = new StringBuilder();
        Next();
        while (_at < text.Length)
        {
            var letter = text[_at];
            if (letter == '"')
            {
                Next();
                return into.ToString();
            }

            if (letter == '\\')
            {
                Escape(into);
                continue;
            }

            into.Append(letter);
            Next();
        }

        throw new StreamSyntaxException(line, column, "the text is not closed");
    }

    private void Escape(StringBuilder into)
    {
        Next();
        var letter = _at < text.Length ? text[_at] : ' ';
        switch (letter)
        {
            case 'n' or 't' or 'r' or 'b' or 'f' or '\\' or '"':
                into.Append(letter switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => letter });
                Next();
                break;
            case 'u' when _at + 4 < text.Length
                && int.TryParse(text.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                into.Append((char)code);
                _at += 5;
                break;
            case >= '0' and <= '7':
                var value = 0;
                for (var digits = 0; digits < 3 && _at < text.Length && text[_at] is >= '0' and <= '7'; digits++)
                {
                    value = (value * 8) + (text[_at++] - '0');
                }

                into.Append(value <= 255 ? (char)value : throw Wrong("an octal character is at most `\\377`"));
                break;
            default:
                throw Wrong($"`\\{letter}` is no character that a text can have");
        }
    }

    private object Character()
    {
        Next();
        var start = _at;
        if (_at < text.Length)
        {
            Next();
        }

        while (_at < text.Length && !IsEnd(text[_at]))
        {
            Next();
        }

        var name = text[start.._at];
        return name switch
        {
            { Length: 1 } => name[0],
            "newline" => '\n',
            "space" => ' ',
            "tab" => '\t',
            "return" => '\r',
            "backspace" => '\b',
            "formfeed" => '\f',
            ['u', _, _, _, _] when int.TryParse(
                name.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) => (char)code,
            _ => throw Wrong($"`\\{name}` is no character"),
        };
    }

    private Form Atom(int line, int column)
    {
        var token = Token();
        if (token.Length == 0)
        {
            throw Wrong($"`{text[_at]}` means nothing here");
        }

        if (token[0] == ':')
        {
            var name = token.TrimStart(':');
            return name.Length > 0 && !name.EndsWith(':')
                ? new Form(FormKind.Constant, Keyword.Of(name), [], line, column)
                : throw new StreamSyntaxException(line, column, $"`{token}` is no keyword");
        }

        if (char.IsAsciiDigit(token[0]) || (token.Length > 1 && token[0] is '+' or '-' && token.Length > 1 && char.IsAsciiDigit(token[1])))
        {
            return NumberText.TryRead(token, out var number)
                ? new Form(FormKind.Constant, number, [], line, column)
                : throw new StreamSyntaxException(line, column, $"`{token}` is no number");
        }

        if (_arguments is not null && token[0] == '%')
        {
            return Argument(token, line, column);
        }

        return token switch
        {
            "nil" => new Form(FormKind.Constant, null, [], line, column),
            "true" => new Form(FormKind.Constant, Truth.True, [], line, column),
            "false" => new Form(FormKind.Constant, Truth.False, [], line, column),
            _ => new Form(FormKind.Symbol, token, [], line, column),
        };
    }

    private Form Argument(string token, int line, int column)
    {
        var number = token switch
        {
            "%" => 1,
            "%&" => 0,
            _ when int.TryParse(token.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var said)
                && said is > 0 and <= 20 => said,
            _ => throw new StreamSyntaxException(line, column, $"`{token}` is no argument; write `%`, `%1` to `%20`, or `%&`"),
        };
        _arguments!.Add((number, token));
        return new Form(FormKind.Symbol, ArgumentName(_lambdas, number), [], line, column);
    }

    private string Token()
    {
        var start = _at;
        while (_at < text.Length && !IsEnd(text[_at]))
        {
            _at++;
        }

        return text[start.._at];
    }

    private static bool IsEnd(char letter) =>
        char.IsWhiteSpace(letter) || letter is ',' or '(' or ')' or '[' or ']' or '{' or '}' or '"' or ';' or '@' or '^' or '`' or '~'
            or '\\';

    // on to the next form; false at the end
    private bool Skip()
    {
        while (_at < text.Length)
        {
            var letter = text[_at];
            if (char.IsWhiteSpace(letter) || letter is ',' or '\uFEFF')
            {
                Next();
            }
            else if (letter == ';' || (letter == '#' && _at + 1 < text.Length && text[_at + 1] == '!'))
            {
                while (_at < text.Length && text[_at] != '\n')
                {
                    _at++;
                }
            }
            else if (letter == '#' && _at + 1 < text.Length && text[_at + 1] == '_')
            {
                _at += 2;
                Read();
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private void Next()
    {
        if (_at < text.Length && text[_at] == '\n')
        {
            _line++;
            _lineStart = _at + 1;
        }

        _at++;
    }

    private StreamSyntaxException Wrong(string message) => new(_line, Math.Max(1, Column), message);
}
