using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>Text to a program.</summary>
internal sealed partial class Parser(string text)
{
    private const int Deepest = 200;

    private static readonly string[] _marks =
    [
        "?//=", "?//", "|=", "+=", "-=", "*=", "/=", "%=", "//=", "==", "!=", "<=", ">=", "//", "..", "|", ",", "=", "<", ">", "+", "-",
            "*", "/",
        "%", "(", ")", "[", "]", "{", "}", ":", ";", "?", ".",
    ];

    private static readonly HashSet<string> _keywords = new(StringComparer.Ordinal)
    {
        "def", "if", "then", "elif", "else", "end", "as", "reduce", "foreach", "try", "catch", "label", "import", "include", "and", "or",
        "__loc__",
    };

    private int _at;
    private int _depth;

    public Node Program()
    {
        SkipSpace();
        if (_at == text.Length)
        {
            return new Identity();
        }

        if (Peek() is "import" or "include" or "module")
        {
            throw Fault("modules are not read here");
        }

        var node = PipeLine();
        return _at == text.Length ? node : throw Unexpected();
    }

    private Node PipeLine()
    {
        Enter();
        var node = Piped();
        _depth--;
        return node;
    }

    // a long pipe and a long row of definitions are loops, not depth
    private Node Piped()
    {
        var stages = new Stack<Func<Node, Node>>();
        Node last;
        while (true)
        {
            if (TakeWord("def"))
            {
                var definition = Definition();
                stages.Push(rest => new Define(definition, rest));
                if (Peek() is "" or ")" or "}" or "]")
                {
                    last = new Identity();
                    break;
                }
            }
            else if (TakeWord("label"))
            {
                var name = VariableName();
                Expect("|");
                stages.Push(rest => new Label(name, rest));
            }
            else
            {
                var stage = Commas();
                if (!Take("|"))
                {
                    last = stage;
                    break;
                }

                stages.Push(rest => new Pipe(stage, rest));
            }
        }

        return stages.Aggregate(last, (rest, stage) => stage(rest));
    }

    private Node Commas()
    {
        var left = Alternatives();
        while (Take(","))
        {
            left = new Comma(left, Alternatives());
        }

        return left;
    }

    // `//` binds looser than assignment and goes to the right
    private Node Alternatives()
    {
        var left = Assignments();
        if (!Take("//"))
        {
            return left;
        }

        Enter();
        var node = new Alternative(left, Alternatives());
        _depth--;
        return node;
    }

    private Node Assignments()
    {
        var left = Ors();
        foreach (var mark in (ReadOnlySpan<string>)["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="])
        {
            if (Take(mark))
            {
                return new Assign(mark, left, Alternatives());
            }
        }

        return left;
    }

    private Node Ors()
    {
        var left = Ands();
        while (TakeWord("or"))
        {
            left = new Logic(false, left, Ands());
        }

        return left;
    }

    private Node Ands()
    {
        var left = Comparisons();
        while (TakeWord("and"))
        {
            left = new Logic(true, left, Comparisons());
        }

        return left;
    }

    private Node Comparisons()
    {
        var left = Sums();
        return Peek() is "==" or "!=" or "<" or "<=" or ">" or ">=" ? new Binary(TakeMark(), left, Sums()) : left;
    }

    private Node Sums()
    {
        var left = Products();
        while (Peek() is "+" or "-")
        {
            left = new Binary(TakeMark(), left, Products());
        }

        return left;
    }

    private Node Products()
    {
        var left = Unary();
        while (Peek() is "*" or "/" or "%")
        {
            left = new Binary(TakeMark(), left, Unary());
        }

        return left;
    }

    private Node Unary()
    {
        if (!Take("-"))
        {
            return Postfix();
        }

        Enter();
        var node = new Negate(Unary());
        _depth--;
        return node;
    }

    private Node Postfix()
    {
        Enter();
        var node = Suffixes(Term());
        _depth--;
        return node;
    }

    private Node Suffixes(Node term)
    {
        var node = Steps(term);

        // `term as $x | body` binds tighter than any operator around it
        return Peek() == "as" ? Binding(node) : node;
    }

    private Node Steps(Node node)
    {
        while (true)
        {
            if (Take("?"))
            {
                node = node.Optional();
            }
            else if (Peek() == "." && (FieldFollows(_at + 1) || NextIs(_at + 1, '"') || NextIs(_at + 1, '[')))
            {
                Expect(".");
                node = Peek() switch
                {
                    "[" => Bracket(node),
                    "\"" => new IndexBy(node, StringTerm("text")),
                    _ => new IndexBy(node, FieldName()),
                };
            }
            else if (Peek() == "[")
            {
                node = Bracket(node);
            }
            else
            {
                return node;
            }
        }
    }

    private Bind Binding(Node source)
    {
        TakeWord("as");
        var patterns = new List<Pattern> { PatternOf() };
        while (Take("?//"))
        {
            patterns.Add(PatternOf());
        }

        Expect("|");
        return new Bind(source, patterns, PipeLine());
    }

    private Node Bracket(Node of)
    {
        Expect("[");
        if (Take("]"))
        {
            return new IterateOver(of);
        }

        if (Take(":"))
        {
            var end = PipeLine();
            Expect("]");
            return new SliceOf(of, null, end);
        }

        var first = PipeLine();
        if (Take(":"))
        {
            var end = Peek() == "]" ? null : PipeLine();
            Expect("]");
            return new SliceOf(of, first, end);
        }

        Expect("]");
        return new IndexBy(of, first);
    }

    private FunctionDefinition Definition()
    {
        var name = Word() ?? throw Unexpected();
        var parameters = new List<string>();
        if (Take("("))
        {
            do
            {
                SkipSpace();
                parameters.Add(NextIs(_at, '$') ? "$" + VariableName() : Word() ?? throw Unexpected());
            }
            while (Take(";"));
            Expect(")");
        }

        Expect(":");
        var body = PipeLine();
        Expect(";");
        return new FunctionDefinition(name, [.. parameters], body);
    }

    private Pattern PatternOf()
    {
        Enter();
        SkipSpace();
        Pattern pattern;
        if (Take("["))
        {
            var items = new List<Pattern>();
            do
            {
                items.Add(PatternOf());
            }
            while (Take(","));
            Expect("]");
            pattern = new ListPattern(items);
        }
        else if (Take("{"))
        {
            var fields = new List<(string?, Node, Pattern?)>();
            do
            {
                fields.Add(PatternField());
            }
            while (Take(","));
            Expect("}");
            pattern = new MapPattern(fields);
        }
        else
        {
            pattern = new VariablePattern(VariableName());
        }

        _depth--;
        return pattern;
    }

    private (string? Variable, Node Key, Pattern? Value) PatternField()
    {
        SkipSpace();
        if (NextIs(_at, '$'))
        {
            var name = VariableName();
            return (name, new Literal(name), Take(":") ? PatternOf() : null);
        }

        Node key;
        if (Take("("))
        {
            key = PipeLine();
            Expect(")");
        }
        else
        {
            key = NextIs(_at, '"') ? StringTerm("text") : new Literal(Word(true) ?? throw Unexpected());
        }

        Expect(":");
        return (null, key, PatternOf());
    }

    private void Enter()
    {
        if (++_depth > Deepest)
        {
            throw Fault($"nested more than {Deepest} deep");
        }
    }
}
