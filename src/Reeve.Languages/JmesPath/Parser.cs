using Reeve.Languages.Data;

namespace Reeve.Languages.JmesPath;

/// <summary>The grammar, by how strongly each mark binds.</summary>
internal sealed class Parser(string text)
{
    private const int Deepest = 100;

    // what binds less than this ends the right-hand side of a projection
    private const int ProjectionStop = 10;

    private readonly List<Token> _tokens = Lexer.Read(text);
    private int _at;
    private int _depth;

    private Token Now => _tokens[_at];

    public Node Parse()
    {
        var node = Expression(0);
        return Now.Kind == TokenKind.End ? node : throw Unexpected(Now);
    }

    private static int Power(Token token) => token.Kind != TokenKind.Mark ? 0 : token.Text switch
    {
        "|" => 1,
        "||" => 2,
        "&&" => 3,
        "==" or "!=" or "<" or "<=" or ">" or ">=" => 5,
        "[]" => 9,
        "*" => 20,
        "[?" => 21,
        "." => 40,
        "!" => 45,
        "{" => 50,
        "[" => 55,
        "(" => 60,
        _ => 0,
    };

    private Node Expression(int power)
    {
        if (++_depth > Deepest)
        {
            throw new ExpressionFault(Now.Column, $"nested more than {Deepest} deep");
        }

        var left = Begin(_tokens[_at++]);
        while (power < Power(Now))
        {
            left = Go(left, _tokens[_at++]);
        }

        _depth--;
        return left;
    }

    private Node Begin(Token token)
    {
        switch (token.Kind)
        {
            case TokenKind.Literal:
                return new Literal(token.Value);
            case TokenKind.Quoted when Now.Is("("):
                throw new ExpressionFault(token.Column, "the name of a function has no quotes");
            case TokenKind.Name or TokenKind.Quoted:
                return new Field((string)token.Value!);
        }

        switch (token.Kind == TokenKind.Mark ? token.Text : "")
        {
            case "*":
                return new ValueProjection(new Current(), AfterProjection(20));
            case "[?":
                return Filter(new Current());
            case "[]":
                return new FlattenProjection(new Current(), AfterProjection(9));
            case "{":
                return Map();
            case "[" when Now.Kind == TokenKind.Number || Now.Is(":"):
                return IndexOrSlice(new Current(), token);
            case "[" when Now.Is("*") && _tokens[_at + 1].Is("]"):
                _at += 2;
                return new ListProjection(new Current(), AfterProjection(20));
            case "[":
                return List();
            case "(":
                var inner = Expression(0);
                Take(")");
                return inner is Projection ? new Then(inner, new Current()) : inner;
            case "!":
                return new Not(Expression(45));
            case "&":
                return new Reference(Expression(0));
            case "@":
                return new Current();
            default:
                throw Unexpected(token);
        }
    }

    private Node Go(Node left, Token token)
    {
        switch (token.Text)
        {
            case "." when Now.Is("*"):
                _at++;
                return new ValueProjection(left, AfterProjection(20));
            case ".":
                return new Then(left, AfterDot(40));
            case "|":
                return new Then(left, Expression(1));
            case "||":
                return new Or(left, Expression(2));
            case "&&":
                return new And(left, Expression(3));
            case "==" or "!=" or "<" or "<=" or ">" or ">=":
                return new Comparison(token.Text, left, Expression(5));
            case "[]":
                return new FlattenProjection(left, AfterProjection(9));
            case "[?":
                return Filter(left);
            case "[" when Now.Kind == TokenKind.Number || Now.Is(":"):
                return IndexOrSlice(left, token);
            case "[" when Now.Is("*"):
                _at++;
                Take("]");
                return new ListProjection(left, AfterProjection(20));
            case "(" when left is Field && _tokens[_at - 2] is { Kind: TokenKind.Name } name:
                return CallOf(name);
            default:
                throw Unexpected(token);
        }
    }

    private Node AfterDot(int power)
    {
        if (Now.Kind is TokenKind.Name or TokenKind.Quoted || Now.Is("*"))
        {
            return Expression(power);
        }

        if (Now.Is("["))
        {
            _at++;
            return List();
        }

        if (Now.Is("{"))
        {
            _at++;
            return Map();
        }

        throw Unexpected(Now);
    }

    private Node AfterProjection(int power)
    {
        if (Power(Now) < ProjectionStop)
        {
            return new Current();
        }

        if (Now.Is("[") || Now.Is("[?"))
        {
            return Expression(new Current(), power);
        }

        if (Now.Is("."))
        {
            _at++;
            return AfterDot(power);
        }

        throw Unexpected(Now);
    }

    // goes on from a given left side
    private Node Expression(Node left, int power)
    {
        if (++_depth > Deepest)
        {
            throw new ExpressionFault(Now.Column, $"nested more than {Deepest} deep");
        }

        while (power < Power(Now))
        {
            left = Go(left, _tokens[_at++]);
        }

        _depth--;
        return left;
    }

    private FilterProjection Filter(Node left)
    {
        var condition = Expression(0);
        Take("]");
        return new FilterProjection(left, Now.Is("[]") ? new Current() : AfterProjection(21), condition);
    }

    private Node IndexOrSlice(Node left, Token open)
    {
        var parts = new long?[3];
        var part = 0;
        while (!Now.Is("]"))
        {
            if (Now.Is(":") && part < 2)
            {
                part++;
            }
            else if (Now.Kind == TokenKind.Number && parts[part] is null)
            {
                parts[part] = (long)Now.Value!;
            }
            else
            {
                throw Unexpected(Now);
            }

            _at++;
        }

        _at++;
        if (part == 0)
        {
            var index = new Index(parts[0] ?? throw Unexpected(open));
            return left is Current ? index : new Then(left, index);
        }

        return parts[2] == 0
            ? throw new ExpressionFault(open.Column, "the step of a slice cannot be 0")
            : new SliceProjection(left, AfterProjection(20), parts[0], parts[1], parts[2] ?? 1);
    }

    private MultiList List()
    {
        var items = new List<Node>();
        do
        {
            items.Add(Expression(0));
        }
        while (TakeIf(","));
        Take("]");
        return new MultiList(items);
    }

    private MultiMap Map()
    {
        var items = new List<KeyValuePair<string, Node>>();
        do
        {
            var key = _tokens[_at++];
            if (key.Kind is not (TokenKind.Name or TokenKind.Quoted))
            {
                throw Unexpected(key);
            }

            Take(":");
            items.Add(new((string)key.Value!, Expression(0)));
        }
        while (TakeIf(","));
        Take("}");
        return new MultiMap(items);
    }

    private Call CallOf(Token name)
    {
        var arguments = new List<Node>();
        if (!TakeIf(")"))
        {
            do
            {
                arguments.Add(Expression(0));
            }
            while (TakeIf(","));
            Take(")");
        }

        return new Call(Function.Find(name, arguments), arguments, name.Column);
    }

    private bool TakeIf(string mark)
    {
        if (!Now.Is(mark))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Take(string mark)
    {
        if (!TakeIf(mark))
        {
            throw new ExpressionFault(Now.Column, $"{Found(Now)} where `{mark}` was expected");
        }
    }

    private static ExpressionFault Unexpected(Token token) => new(token.Column, $"{Found(token)} where it means nothing");

    private static string Found(Token token) => token.Kind == TokenKind.End ? "the expression ends" : $"there is `{token.Text}`";
}
