using System.Globalization;
using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>Terms and strings.</summary>
internal sealed partial class Parser
{
    private Node Term()
    {
        SkipSpace();
        var column = _at + 1;
        if (_at == text.Length)
        {
            throw Unexpected();
        }

        var c = text[_at];
        if (c == '"')
        {
            return StringTerm("text");
        }

        if (c == '@')
        {
            return FormatTerm();
        }

        if (c == '$')
        {
            return DollarTerm(column);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
        {
            return Number();
        }

        if (char.IsAsciiLetter(c) || c == '_')
        {
            return WordTerm(column);
        }

        switch (Peek())
        {
            case "..":
                Take("..");
                return new Everything();
            case ".":
                Take(".");
                return FieldFollows(_at) ? new IndexBy(new Identity(), FieldName())
                    : NextIs(_at, '"') ? new IndexBy(new Identity(), StringTerm("text")) : new Identity();
            case "(":
                Take("(");
                var inner = PipeLine();
                Expect(")");
                return inner;
            case "[":
                Take("[");
                if (Take("]"))
                {
                    return new MakeList(null);
                }

                var items = PipeLine();
                Expect("]");
                return new MakeList(items);
            case "{":
                Take("{");
                return Map();
            default:
                throw Unexpected();
        }
    }

    private Node DollarTerm(int column)
    {
        var name = VariableName();
        return name == "__loc__"
            ? new Literal(new OrderedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["file"] = "<top-level>",
                ["line"] = (double)(text.AsSpan(0, column).Count('\n') + 1),
            })
            : new Variable(name, column);
    }

    private Node WordTerm(int column)
    {
        var word = Word(true)!;
        switch (word)
        {
            case "if":
                return IfTerm();
            case "try":
                var body = PostTerm();
                return new Try(body, TakeWord("catch") ? PostTerm() : null);
            case "reduce" or "foreach":
                return Loop(word);
            case "def":
                var definition = Definition();
                return new Define(definition, PipeLine());
            case "label":
                var label = VariableName();
                Expect("|");
                return new Label(label, PipeLine());
            case "break":
                return new Break(VariableName(), column);
            case "null":
                return new Literal(null);
            case "true" or "false":
                return new Literal(word == "true");
        }

        if (_keywords.Contains(word))
        {
            _at = column - 1;
            throw Unexpected();
        }

        var arguments = new List<Node>();
        if (Take("("))
        {
            do
            {
                arguments.Add(PipeLine());
            }
            while (Take(";"));
            Expect(")");
        }

        return new Call(word, arguments, column);
    }

    // what `try` guards: one term with its suffixes
    private Node PostTerm() => Postfix();

    private If IfTerm()
    {
        Enter();
        var condition = PipeLine();
        ExpectWord("then");
        var then = PipeLine();
        Node otherwise;
        if (TakeWord("elif"))
        {
            otherwise = IfTerm();
        }
        else
        {
            otherwise = TakeWord("else") ? PipeLine() : new Identity();
            ExpectWord("end");
        }

        _depth--;
        return new If(condition, then, otherwise);
    }

    private Node Loop(string word)
    {
        var source = SourceOfLoop();
        ExpectWord("as");
        var pattern = PatternOf();
        Expect("(");
        var init = PipeLine();
        Expect(";");
        var update = PipeLine();
        var extract = word == "foreach" && Take(";") ? PipeLine() : null;
        Expect(")");
        return word == "reduce" ? new Reduce(source, pattern, init, update) : new Foreach(source, pattern, init, update, extract);
    }

    // the `as` behind it belongs to the loop
    private Node SourceOfLoop()
    {
        Enter();
        var node = Steps(Term());
        _depth--;
        return node;
    }

    private MakeMap Map()
    {
        var fields = new List<KeyValuePair<Node, Node>>();
        SkipSpace();
        while (!Take("}"))
        {
            fields.Add(MapField());
            if (!Take(","))
            {
                Expect("}");
                break;
            }

            SkipSpace();
        }

        return new MakeMap(fields);
    }

    private KeyValuePair<Node, Node> MapField()
    {
        SkipSpace();
        var column = _at + 1;
        if (NextIs(_at, '$'))
        {
            var node = DollarTerm(column);
            var name = text[column.._at].Trim();
            return new(new Literal(name), node);
        }

        Node key;
        if (Take("("))
        {
            key = PipeLine();
            Expect(")");
            Expect(":");
            return new(key, MapValue());
        }

        key = NextIs(_at, '"') ? StringTerm("text") : NextIs(_at, '@') ? FormatTerm()
            : Word(true) is { } word ? new Literal(word) : char.IsAsciiDigit(text[Math.Min(_at, text.Length - 1)])
            ? new Literal(JsonData.Write(((Literal)Number()).Value)) : throw Unexpected();
        return new(key, Take(":") ? MapValue() : new IndexBy(new Identity(), key));
    }

    // commas and pipes without brackets end a value, `//` does not
    private Node MapValue()
    {
        var left = Assignments();
        while (Take("//"))
        {
            left = new Alternative(left, Assignments());
        }

        while (Peek() == "|" && Take("|"))
        {
            left = new Pipe(left, Assignments());
        }

        return left;
    }

    private Node FormatTerm()
    {
        var column = _at + 1;
        _at++;
        var name = Word(true) ?? "";
        if (!Formats.All.Contains(name))
        {
            throw new ExpressionFault(column, $"`@{name}` is not a valid format");
        }

        SkipSpace();
        return NextIs(_at, '"') ? StringTerm(name) : new Format(name);
    }

    private Literal Number()
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.'))
        {
            _at++;
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            _at++;
            if (_at < text.Length && text[_at] is '+' or '-')
            {
                _at++;
            }

            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            {
                _at++;
            }
        }

        return double.TryParse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new Literal(number) : throw new ExpressionFault(start + 1, $"`{text[start.._at]}` is not a number");
    }

    private Node StringTerm(string format)
    {
        SkipSpace();
        var start = _at++;
        var parts = new List<Node>();
        var plain = new StringBuilder();
        while (true)
        {
            if (_at >= text.Length)
            {
                throw new ExpressionFault(start + 1, "the string has no end");
            }

            var c = text[_at++];
            if (c == '"')
            {
                break;
            }

            if (c != '\\')
            {
                plain.Append(c);
            }
            else if (NextIs(_at, '('))
            {
                _at++;
                Flush();
                parts.Add(PipeLine());
                Expect(")");
            }
            else
            {
                Escape(plain);
            }
        }

        Flush();
        return parts.Count == 0 ? new Literal("") : parts is [Literal { Value: string }] ? parts[0] : new MakeText(parts, format);

        void Flush()
        {
            if (plain.Length > 0)
            {
                parts.Add(new Literal(plain.ToString()));
                plain.Clear();
            }
        }
    }

    private void Escape(StringBuilder to)
    {
        var c = _at < text.Length ? text[_at++] : '\0';
        if (c == 'u' && _at + 4 <= text.Length && ushort.TryParse(
            text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
        {
            _at += 4;
            to.Append((char)unit);
            return;
        }

        to.Append(c switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            '"' or '\\' or '/' => c,
            _ => throw new ExpressionFault(_at, $"`\\{c}` is no escape"),
        });
    }
}
