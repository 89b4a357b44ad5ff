namespace Reeve.Languages.Rego.Syntax;

/// <summary>Bodies and their statements.</summary>
internal sealed partial class Parser
{
    private List<Expression> Body(TokenKind close)
    {
        Enter();
        var body = new List<Expression>();
        while (true)
        {
            while (body.Count > 0 && Take(TokenKind.Semicolon))
            {
                // an empty statement between semicolons is none
            }

            if (Is(close) && body.Count > 0)
            {
                break;
            }

            body.Add(Literal());
            if (!Is(close) && !Is(TokenKind.Semicolon) && !_token.LineBefore)
            {
                throw Unexpected(@"expected \n or ; or " + (close == TokenKind.End ? "end" : close == TokenKind.CloseBrace ? "}" : "]"));
            }
        }

        if (close != TokenKind.End)
        {
            Advance();
        }

        Leave();
        return body;
    }

    private Expression Literal()
    {
        Enter();
        var start = Here;
        var from = _token.Start;
        var negated = TakeKeyword("not");
        Expression statement;
        if (!negated && IsKeyword("some"))
        {
            Advance();
            statement = new() { Location = start, Some = Some() };
        }
        else if (IsKeyword("every"))
        {
            Advance();
            statement = new() { Location = start, Every = Every() };
        }
        else
        {
            statement = new() { Location = negated ? Here : start, Term = Statement() };
        }

        var with = Withs();
        statement = new()
        {
            Location = start,
            Negated = negated,
            Term = statement.Term,
            Some = statement.Some,
            Every = statement.Every,
            With = with,
            Text = _scanner.Text[from..Math.Max(from, _lastEnd)],
        };
        if (with.Count > 0 && statement.Some is { Domain: null })
        {
            throw new ParseFailure("unexpected with keyword: `some` only declares", start);
        }

        Leave();
        return statement;
    }

    private Term Statement()
    {
        var left = Infix(true);
        var location = left.Location;
        if (Take(TokenKind.Assign))
        {
            return Call("assign", location, left, Infix(true));
        }

        return Take(TokenKind.Unify) ? Call("eq", location, left, Infix(true)) : left;
    }

    private List<WithModifier> Withs()
    {
        var with = new List<WithModifier>();
        while (IsKeyword("with"))
        {
            var start = Here;
            Advance();
            var targetStart = Here;
            if (!Is(TokenKind.Word))
            {
                throw Unexpected("expected with target path");
            }

            var head = new VarTerm(_token.Text, targetStart);
            Advance();
            var target = Steps(head, targetStart);
            if (target is not (VarTerm or RefTerm))
            {
                throw new ParseFailure("expected with target path", targetStart);
            }

            if (!TakeKeyword("as"))
            {
                throw Unexpected("expected as keyword");
            }

            with.Add(new(target, Infix(false), start));
        }

        return with;
    }

    private SomeStatement Some()
    {
        var first = Infix(false);
        if (first is CallTerm { Callee: VarTerm { Name: "internal.member_2" } } member && _in)
        {
            return new([], null, member.Arguments[0], member.Arguments[1]);
        }

        var terms = new List<Term> { first };
        while (Take(TokenKind.Comma))
        {
            terms.Add(Infix(false));
        }

        if (terms.Count == 2 && terms[1] is CallTerm { Callee: VarTerm { Name: "internal.member_2" } } pair && _in)
        {
            return new([], terms[0], pair.Arguments[0], pair.Arguments[1]);
        }

        var names = new List<VarTerm>();
        foreach (var term in terms)
        {
            names.Add(term as VarTerm ?? throw new ParseFailure("expected var or `in` statement after `some`", term.Location));
        }

        return new(names, null, null, null);
    }

    private EveryStatement Every()
    {
        Term? key = null;
        var value = EveryName();
        if (Take(TokenKind.Comma))
        {
            key = value;
            value = EveryName();
        }

        if (!TakeKeyword("in"))
        {
            throw Unexpected("expected `x[, y] in xs { ... }` expression");
        }

        var domain = Infix(false);
        Expect(TokenKind.OpenBrace, "`{`");
        return new(key, value, domain, Body(TokenKind.CloseBrace));
    }

    private VarTerm EveryName()
    {
        var start = Here;
        return Primary() as VarTerm ?? throw new ParseFailure("unexpected term after `every`: expected a variable", start);
    }
}
