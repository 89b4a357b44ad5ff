using System.Collections.Immutable;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.CloudWorkflow;

/// <summary>Expressions of the cloud workflow; null where there is none, which was reported.</summary>
internal sealed class ExpressionParser(TokenReader reader, Func<Token, LoopStatement?> loop)
{
    // from the loosest to the tightest
    private static readonly string[][] _levels =
    [
        ["||"], ["&&"], ["|"], ["&"], ["==", "!=", "=~", "!~", ">=", "<=", ">", "<"], ["<<"], ["+", "-"], ["*", "/", "%"],
    ];

    // between brackets the end of a line means nothing
    private int _brackets;

    public Expression? Parse() => Level(0);

    public ImmutableArray<WorkflowAttribute> Attributes()
    {
        var attributes = ImmutableArray.CreateBuilder<WorkflowAttribute>();
        while (reader.Now.Kind == TokenKind.Word && reader.Next.IsMark(":"))
        {
            var name = reader.Take();
            reader.Take();
            reader.SkipNewlines();
            if (Parse() is not { } value)
            {
                break;
            }

            attributes.Add(new WorkflowAttribute(name.At, name.Text, value));
            if (!reader.TakeMark(","))
            {
                break;
            }

            reader.SkipNewlines();
        }

        return attributes.ToImmutable();
    }

    public (ImmutableArray<Expression> Arguments, ImmutableArray<WorkflowAttribute> Named) ArgumentsIn(Token open)
    {
        var arguments = ImmutableArray.CreateBuilder<Expression>();
        var named = ImmutableArray.CreateBuilder<WorkflowAttribute>();
        InBrackets(open, ")", () =>
        {
            if (reader.Now.Kind is TokenKind.Word or TokenKind.String && reader.Next.IsMark(":"))
            {
                var name = reader.Take();
                reader.Take();
                reader.SkipNewlines();
                if (Parse() is { } value)
                {
                    named.Add(new WorkflowAttribute(name.At, name.Value, value));
                    return true;
                }

                return false;
            }

            if (Parse() is not { } argument)
            {
                return false;
            }

            arguments.Add(argument);
            return true;
        });
        return (arguments.ToImmutable(), named.ToImmutable());
    }

    private Expression? Level(int level)
    {
        if (level == _levels.Length)
        {
            return Unary();
        }

        var left = Level(level + 1);
        while (left is not null)
        {
            if (_brackets > 0)
            {
                reader.SkipNewlines();
            }

            var mark = reader.Now;
            if (mark.Kind != TokenKind.Mark || !_levels[level].Contains(mark.Text))
            {
                return left;
            }

            reader.Take();
            left = Follows() && Level(level + 1) is { } right ? new BinaryExpression(left.At, mark.Text, left, right) : null;
        }

        return null;
    }

    /// <summary>Goes to what follows an operator, in this line or in the next; false, and reported, when the block ends there.</summary>
    public bool Follows()
    {
        if (reader.Now.Kind == TokenKind.Newline && reader.NextLine is null or { Kind: TokenKind.Word, Text: "end" or "else" or "elsif" })
        {
            reader.Expected("an expression", "write a value, a variable or a function there");
            return false;
        }

        reader.SkipNewlines();
        return true;
    }

    private Expression? Unary()
    {
        var mark = reader.Now;
        if (mark.Kind != TokenKind.Mark || mark.Text is not ("!" or "-" or "+"))
        {
            return Power();
        }

        if (!Enter())
        {
            return null;
        }

        reader.Take();
        var operand = Unary();
        reader.Depth--;
        return operand is null ? null : new UnaryExpression(mark.At, mark.Text, operand);
    }

    private Expression? Power()
    {
        var left = Postfix();
        if (left is null || !reader.Now.IsMark("^") || !Enter())
        {
            return left;
        }

        reader.Take();
        reader.SkipNewlines();
        var right = Unary();
        reader.Depth--;
        return right is null ? null : new BinaryExpression(left.At, "^", left, right);
    }

    private Expression? Postfix()
    {
        if (!Enter())
        {
            return null;
        }

        var value = Primary();
        while (value is not null)
        {
            if (reader.Now.IsMark("[") && !(reader.Now.IsSpaced && value is CallExpression { HasParentheses: false }))
            {
                value = Index(value, reader.Take());
            }
            else if (reader.Now.IsMark(".") && reader.Next.Kind == TokenKind.Word)
            {
                reader.Take();
                value = Call(reader.Take(), value);
            }
            else
            {
                break;
            }
        }

        reader.Depth--;
        return value;
    }

    private bool Enter()
    {
        if (reader.Depth >= TokenReader.Deepest)
        {
            reader.Problems.Add(
                reader.Now.At, Problems.TooDeep, $"expressions are nested more than {TokenReader.Deepest} deep", "nest less");
            reader.SkipLine();
            return false;
        }

        reader.Depth++;
        return true;
    }

    private IndexExpression? Index(Expression of, Token open)
    {
        // `@servers.name[]` are all of them
        if (reader.Now.IsMark("]"))
        {
            var at = reader.Take().At;
            return new IndexExpression(
                of.At, of, new LiteralExpression(at, LiteralKind.Number, "0"), new LiteralExpression(at, LiteralKind.Number, "-1"));
        }

        _brackets++;
        reader.SkipNewlines();
        var index = Parse();
        Expression? to = null;
        if (index is not null && reader.TakeMark(".."))
        {
            // without an end it goes to the last one
            to = reader.Now.IsMark("]") ? new LiteralExpression(reader.Now.At, LiteralKind.Number, "-1") : Parse();
        }

        _brackets--;
        reader.SkipNewlines();
        if (index is not null && !reader.TakeMark("]"))
        {
            reader.Problems.Add(open.At, "Syntax error", "`[` has no `]`", "close it with `]`");
            return null;
        }

        return index is null ? null : new IndexExpression(of.At, of, index, to);
    }

    private Expression? Primary()
    {
        var token = reader.Now;
        switch (token.Kind)
        {
            case TokenKind.String or TokenKind.Heredoc:
                reader.Take();
                return new LiteralExpression(token.At, LiteralKind.String, token.Value);
            case TokenKind.Moment:
                reader.Take();
                return new LiteralExpression(token.At, LiteralKind.Moment, token.Value);
            case TokenKind.Number:
                reader.Take();
                return new LiteralExpression(
                    token.At, char.IsAsciiLetter(token.Text[^1]) ? LiteralKind.Span : LiteralKind.Number, token.Text);
            case TokenKind.Variable or TokenKind.Resource:
                reader.Take();
                return new VariableExpression(token.At, token.Text);
            case TokenKind.Regex:
                return Pattern(reader.Take());
            case TokenKind.Word:
                return Word(token);
            case TokenKind.Mark when token.Text == "(":
                return Parenthesised(reader.Take());
            case TokenKind.Mark when token.Text == "[":
                return Array(reader.Take());
            case TokenKind.Mark when token.Text == "{":
                return Hash(reader.Take());
            default:
                reader.Expected("an expression", "write a value, a variable or a function there");
                return null;
        }
    }

    private Expression? Word(Token token)
    {
        switch (token.Text)
        {
            case "true" or "false":
                reader.Take();
                return new LiteralExpression(token.At, LiteralKind.Boolean, token.Text);
            case "null" or "nil":
                reader.Take();
                return new LiteralExpression(token.At, LiteralKind.Null, "null");
            case "do" or "end" or "in" or "else" or "elsif":
                reader.Expected("an expression", "write a value, a variable or a function there");
                return null;
            case "map" or "concurrent" when !reader.Next.IsMark("("):
                return loop(token) is { } map ? new MapExpression(token.At, map) : null;
            default:
                return Call(reader.Take(), null);
        }
    }

    private CallExpression Call(Token name, Expression? on)
    {
        if (reader.Now.IsMark("(") && !reader.Now.IsSpaced)
        {
            var (arguments, named) = ArgumentsIn(reader.Take());
            return new CallExpression(on?.At ?? name.At, on, name.Text, arguments, named, true);
        }

        return new CallExpression(on?.At ?? name.At, on, name.Text, [], [], false);
    }

    private PatternExpression Pattern(Token token)
    {
        var flags = token.Text[(token.Text.LastIndexOf('/') + 1)..];
        if (RubyPattern.TryRead(token.Value, flags, out var why) is null)
        {
            reader.Problems.Add(token.At, "Invalid regular expression", $"`{token.Text}`: {why}", "correct the expression");
        }

        return new PatternExpression(token.At, token.Value, flags);
    }

    private Expression? Parenthesised(Token open)
    {
        _brackets++;
        reader.SkipNewlines();
        var inner = Parse();
        reader.SkipNewlines();
        _brackets--;
        if (inner is not null && !reader.TakeMark(")"))
        {
            reader.Problems.Add(open.At, "Syntax error", "`(` has no `)`", "close it with `)`");
            reader.StepBack();
            return null;
        }

        return inner;
    }

    private ArrayExpression Array(Token open)
    {
        var items = ImmutableArray.CreateBuilder<Expression>();
        InBrackets(open, "]", () =>
        {
            if (Parse() is not { } item)
            {
                return false;
            }

            items.Add(item);
            return true;
        });
        return new ArrayExpression(open.At, items.ToImmutable());
    }

    private HashExpression Hash(Token open)
    {
        var fields = ImmutableArray.CreateBuilder<KeyValuePair<Expression, Expression>>();
        InBrackets(open, "}", () =>
        {
            var key = reader.Now.Kind == TokenKind.Word && reader.Next.IsMark(":")
                ? new LiteralExpression(reader.Now.At, LiteralKind.String, reader.Take().Text)
                : Parse();
            reader.SkipNewlines();
            if (key is null)
            {
                return false;
            }

            if (!reader.TakeMark(":") && !reader.TakeMark("=>"))
            {
                reader.Expected("`:`", "write a hash as `{ \"key\": value }`");
                return false;
            }

            reader.SkipNewlines();
            if (Parse() is not { } value)
            {
                return false;
            }

            fields.Add(new(key, value));
            return true;
        });
        return new HashExpression(open.At, fields.ToImmutable());
    }

    private void InBrackets(Token open, string close, Func<bool> item)
    {
        _brackets++;
        reader.SkipNewlines();
        while (!reader.Now.IsMark(close))
        {
            if (reader.Now.Kind == TokenKind.End || !item())
            {
                // what is inside was reported; what is left of the bracket cannot be told from what follows it
                break;
            }

            reader.SkipNewlines();
            if (reader.TakeMark(","))
            {
                reader.SkipNewlines();
            }
            else if (!reader.Now.IsMark(close))
            {
                reader.Expected($"`,` or `{close}`", $"separate with `,` and close with `{close}`");
                break;
            }
        }

        _brackets--;
        if (!reader.TakeMark(close))
        {
            reader.Problems.Add(open.At, "Syntax error", $"`{open.Text}` has no `{close}`", $"close it with `{close}`");
        }
    }
}
