using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Syntax;

/// <summary>Terms: precedence from <c>in</c> (weakest) over relations, <c>|</c>, <c>&amp;</c> and sums to products.</summary>
internal sealed partial class Parser
{
    private Term Infix(bool keyValue)
    {
        Enter();
        var start = Here;
        var left = Binary(1);
        if (keyValue && _in && Is(TokenKind.Comma))
        {
            var state = Save();
            Advance();
            try
            {
                var middle = Binary(1);
                if (TakeKeyword("in"))
                {
                    left = Call("internal.member_3", start, left, middle, Binary(1));
                }
                else
                {
                    Restore(state);
                }
            }
            catch (ParseFailure failure) when (!failure.Final)
            {
                Restore(state);
            }
        }

        while (TakeKeyword("in"))
        {
            left = Call("internal.member_2", start, left, Binary(1));
        }

        Leave();
        return left;
    }

    private Term Binary(int level) => BinaryFrom(Primary(), level);

    private Term BinaryFrom(Term left, int level)
    {
        for (var chain = 0; ; chain++)
        {
            if (chain > MaxChain)
            {
                throw new ParseFailure($"more than {MaxChain} operators in a row", Here) { Final = true };
            }

            var (name, strength) = Operator(_token.Kind);
            if (strength < level)
            {
                return left;
            }

            Advance();
            Enter();
            left = Call(name, left.Location, left, Binary(strength + 1));
            Leave();
        }
    }

    private static (string Name, int Strength) Operator(TokenKind kind) => kind switch
    {
        TokenKind.Equal => ("equal", 1),
        TokenKind.NotEqual => ("neq", 1),
        TokenKind.Less => ("lt", 1),
        TokenKind.Greater => ("gt", 1),
        TokenKind.LessOrEqual => ("lte", 1),
        TokenKind.GreaterOrEqual => ("gte", 1),
        TokenKind.Or => ("or", 2),
        TokenKind.And => ("and", 3),
        TokenKind.Plus => ("plus", 4),
        TokenKind.Minus => ("minus", 4),
        TokenKind.Times => ("mul", 5),
        TokenKind.Divide => ("div", 5),
        TokenKind.Remainder => ("rem", 5),
        _ => ("", 0),
    };

    private static CallTerm Call(string name, Location location, params Term[] arguments) =>
        new(new VarTerm(name, location), arguments, location);

    private Term Primary()
    {
        Enter();
        var start = Here;
        var term = Start(start);
        term = Steps(term, start);
        Leave();
        return term;
    }

    private Term Start(Location start)
    {
        switch (_token.Kind)
        {
            case TokenKind.Minus:
                Advance();
                if (!Is(TokenKind.Number) || _token.SpaceBefore)
                {
                    throw Unexpected("expected number");
                }

                return Number("-" + _token.Text, start);
            case TokenKind.Number:
                return Number(_token.Text, start);
            case TokenKind.String:
                var text = Clean(_token.Text);
                Advance();
                return new ScalarTerm(StringValue.Of(text), start);
            case TokenKind.Template or TokenKind.RawTemplate:
                return Template(Is(TokenKind.RawTemplate), start);
            case TokenKind.OpenBracket:
                Advance();
                return Array(start);
            case TokenKind.OpenBrace:
                Advance();
                return SetOrObject(start);
            case TokenKind.OpenParen:
                Advance();
                var inner = Infix(true);
                Expect(TokenKind.CloseParen, "`)`");
                return inner;
            case TokenKind.Word:
                return Word(start);
            default:
                throw Unexpected("expected a term");
        }
    }

    private Term Word(Location start)
    {
        var word = _token.Text;
        if (IsReserved(word) && IsKeyword(word))
        {
            Value? constant = word switch
            {
                "null" => NullValue.Instance,
                "true" => BooleanValue.True,
                "false" => BooleanValue.False,
                _ => null,
            };
            if (constant is null)
            {
                throw Unexpected("expected a term");
            }

            Advance();
            return new ScalarTerm(constant, start);
        }

        Advance();
        if (word == "set" && Is(TokenKind.OpenParen) && !_token.SpaceBefore)
        {
            var state = Save();
            Advance();
            if (Take(TokenKind.CloseParen))
            {
                return new SetTerm([], start);
            }

            Restore(state);
        }

        return new VarTerm(word == "_" ? NewWildcard() : word, start);
    }

    /// <summary>What follows a term without a space: steps into it, and a call.</summary>
    private Term Steps(Term head, Location start)
    {
        if (head is not (VarTerm or ArrayTerm or SetTerm or ObjectTerm or ComprehensionTerm or ScalarTerm { Value: StringValue } or CallTerm
            or RefTerm) || _token.SpaceBefore)
        {
            return head;
        }

        List<Term>? parts = null;
        while (!_token.SpaceBefore)
        {
            if (head is ScalarTerm && !Is(TokenKind.OpenBracket))
            {
                break;
            }

            if (Is(TokenKind.Dot))
            {
                Advance();
                if (!Is(TokenKind.Word) || _token.SpaceBefore)
                {
                    throw Unexpected("expected identifier");
                }

                parts = Grow(parts, head);
                parts.Add(new ScalarTerm(StringValue.Of(_token.Text), Here));
                Advance();
            }
            else if (Is(TokenKind.OpenBracket))
            {
                Advance();
                parts = Grow(parts, head);
                parts.Add(Infix(true));
                Expect(TokenKind.CloseBracket, "`]`");
            }
            else if (Is(TokenKind.OpenParen) && IsCallable(head, parts))
            {
                Advance();
                Term callee = parts is null ? head : new RefTerm(parts, start);
                head = new CallTerm(callee, Terms(TokenKind.CloseParen, "`)`", false), start);
                parts = null;
            }
            else
            {
                break;
            }
        }

        return parts is null ? head : new RefTerm(parts, start);
    }

    private static bool IsCallable(Term head, List<Term>? parts) =>
        head is VarTerm && (parts is null || parts.Skip(1).All(part => part is ScalarTerm { Value: StringValue }));

    private static List<Term> Grow(List<Term>? parts, Term head) => parts ?? [head];

    private ScalarTerm Number(string text, Location start)
    {
        Advance();
        return NumberValue.TryParse(text, out var value)
            ? new(value, start)
            : throw new ParseFailure($"illegal number `{Short(text)}`", start);
    }

    private static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;

    private static string Clean(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private TemplateTerm Template(bool raw, Location start)
    {
        var parts = new List<object>();
        var text = new StringBuilder();
        while (_scanner.ReadTemplatePart(raw, text))
        {
            if (text.Length > 0)
            {
                parts.Add(Clean(text.ToString()));
                text.Clear();
            }

            Advance();
            if (Is(TokenKind.CloseBrace))
            {
                throw Unexpected("expected an expression in the interpolated string");
            }

            Enter();
            parts.Add(Literal());
            Leave();
            if (!Is(TokenKind.CloseBrace))
            {
                throw Unexpected("expected `}`");
            }
        }

        if (text.Length > 0)
        {
            parts.Add(Clean(text.ToString()));
        }

        Advance();
        return new TemplateTerm(parts, start);
    }

    private Term Array(Location start)
    {
        if (Take(TokenKind.CloseBracket))
        {
            return new ArrayTerm([], start);
        }

        var (first, isComprehension) = Head();
        if (isComprehension && TryBody(TokenKind.CloseBracket) is { } body)
        {
            return new ComprehensionTerm(ComprehensionKind.Array, first, null, body, start);
        }

        return new ArrayTerm(Rest(first, TokenKind.CloseBracket, "`]`"), start);
    }

    /// <summary>The first element, read as a plain term because <c>|</c> behind it begins a comprehension.</summary>
    private (Term First, bool IsComprehension) Head()
    {
        var first = Primary();
        return (first, Is(TokenKind.Or));
    }

    private IReadOnlyList<Expression>? TryBody(TokenKind close)
    {
        var state = Save();
        Advance();
        try
        {
            return Body(close);
        }
        catch (ParseFailure failure) when (!failure.Final)
        {
            var (token, _, _, _) = state;
            Restore(state);

            // a union is the only other reading, and it has no statement of its own: keep the better message
            if (_scanner.Text.AsSpan(token.Start, Math.Min(400, _scanner.Text.Length - token.Start)).IndexOf(":=") >= 0)
            {
                throw new ParseFailure(failure.Message, failure.Location) { Final = false };
            }

            return null;
        }
    }

    private List<Term> Rest(Term first, TokenKind close, string expected)
    {
        var terms = new List<Term> { Continue(first) };
        while (!Take(close))
        {
            Expect(TokenKind.Comma, $"`,` or {expected}");
            if (Take(close))
            {
                break;
            }

            terms.Add(Infix(false));
        }

        return terms;
    }

    /// <summary>Goes on with the operators behind a term that was read without them.</summary>
    private Term Continue(Term first)
    {
        var left = BinaryFrom(first, 1);
        while (TakeKeyword("in"))
        {
            left = Call("internal.member_2", first.Location, left, Binary(1));
        }

        return left;
    }

    private List<Term> Terms(TokenKind close, string expected, bool keyValue)
    {
        var terms = new List<Term>();
        while (!Take(close))
        {
            if (terms.Count > 0)
            {
                Expect(TokenKind.Comma, $"`,` or {expected}");
                if (Take(close))
                {
                    break;
                }
            }

            terms.Add(Infix(keyValue));
        }

        return terms;
    }

    private Term SetOrObject(Location start)
    {
        if (Take(TokenKind.CloseBrace))
        {
            return new ObjectTerm([], start);
        }

        var (first, isComprehension) = Head();
        if (isComprehension && TryBody(TokenKind.CloseBrace) is { } body)
        {
            return new ComprehensionTerm(ComprehensionKind.Set, first, null, body, start);
        }

        first = Continue(first);
        return Take(TokenKind.Colon) ? Object(first, start) : new SetTerm(Rest(first, TokenKind.CloseBrace, "`}`"), start);
    }

    private Term Object(Term key, Location start)
    {
        var (value, isComprehension) = Head();
        if (isComprehension && TryBody(TokenKind.CloseBrace) is { } body)
        {
            return new ComprehensionTerm(ComprehensionKind.Object, key, value, body, start);
        }

        var pairs = new List<KeyValuePair<Term, Term>> { new(key, Continue(value)) };
        while (!Take(TokenKind.CloseBrace))
        {
            Expect(TokenKind.Comma, "`,` or `}`");
            if (Take(TokenKind.CloseBrace))
            {
                break;
            }

            key = Infix(false);
            Expect(TokenKind.Colon, "`:`");
            pairs.Add(new(key, Infix(false)));
        }

        return new ObjectTerm(pairs, start);
    }
}
