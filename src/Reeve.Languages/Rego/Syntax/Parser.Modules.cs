using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Syntax;

/// <summary>Modules: package, imports and rules.</summary>
internal sealed partial class Parser
{
    private RegoModule Module(string text)
    {
        if (Is(TokenKind.End))
        {
            throw new ParseFailure("empty module", new(_file, 1, 1));
        }

        var packageLocation = Here;
        if (!TakeKeyword("package"))
        {
            throw Unexpected("package expected");
        }

        var package = Path("package");
        var imports = new List<RegoImport>();
        var rules = new List<RegoRule>();
        while (!Is(TokenKind.End))
        {
            if (!_token.LineBefore && !Take(TokenKind.Semicolon))
            {
                throw Unexpected("rules, imports and the package each need a line of their own");
            }

            if (Is(TokenKind.End))
            {
                break;
            }

            if (IsKeyword("import"))
            {
                imports.Add(Import());
            }
            else if (IsKeyword("package"))
            {
                throw Unexpected("a module has one package");
            }
            else
            {
                Rules(rules);
            }
        }

        var annotations = AnnotationReader.Attach(_scanner.Comments, package, packageLocation, rules);
        return new()
        {
            File = _file,
            Text = text,
            Version = _version,
            Package = package,
            PackageLocation = packageLocation,
            Imports = imports,
            Rules = rules,
            Comments = _scanner.Comments,
            Annotations = annotations,
            IsV1 = _v1,
        };
    }

    private List<string> Path(string what)
    {
        var path = new List<string>();
        if (!Is(TokenKind.Word))
        {
            throw Unexpected($"expected a path after `{what}`");
        }

        path.Add(_token.Text);
        Advance();
        while (!_token.SpaceBefore)
        {
            if (Take(TokenKind.Dot))
            {
                if (!Is(TokenKind.Word) || _token.SpaceBefore)
                {
                    throw Unexpected("expected identifier");
                }
            }
            else if (Take(TokenKind.OpenBracket))
            {
                if (!Is(TokenKind.String))
                {
                    throw Unexpected("expected a string");
                }

                path.Add(_token.Text);
                Advance();
                Expect(TokenKind.CloseBracket, "`]`");
                continue;
            }
            else
            {
                break;
            }

            path.Add(_token.Text);
            Advance();
            if (path.Count > MaxPath)
            {
                throw new ParseFailure($"more than {MaxPath} steps in a path", Here);
            }
        }

        return path;
    }

    private RegoImport Import()
    {
        var start = Here;
        Advance();
        var pathStart = Here;
        var path = Path("import");
        string? alias = null;
        if (IsKeyword("as"))
        {
            Advance();
            if (!Is(TokenKind.Word))
            {
                throw Unexpected("expected a name after `as`");
            }

            alias = _token.Text;
            Advance();
        }

        switch (path[0])
        {
            case "data" or "input":
                break;
            case "future":
                Future(path, alias, pathStart);
                break;
            case "rego" when path.Count == 2 && path[1] is "v1" && alias is null:
                _v1 = _in = _every = _if = _contains = true;
                break;
            case "rego":
                throw new ParseFailure("invalid import `rego` path: must be `rego.v1`, without an alias", pathStart);
            default:
                throw new ParseFailure(
                    $"unexpected import path, must begin with one of: [data future input rego], got: {path[0]}", pathStart);
        }

        return new(path, alias, start);
    }

    private void Future(List<string> path, string? alias, Location location)
    {
        if (path.Count < 2 || path[1] != "keywords" || path.Count > 3)
        {
            throw new ParseFailure("invalid import, must be `future.keywords`", location);
        }

        if (alias is not null)
        {
            throw new ParseFailure("`future` imports cannot be aliased", location);
        }

        var word = path.Count == 3 ? path[2] : "";
        if (word is not ("" or "in" or "every" or "if" or "contains"))
        {
            throw new ParseFailure($"unexpected keyword, must be one of [contains every if in], got: {word}", location);
        }

        _in |= word is "" or "in" or "every";
        _every |= word is "" or "every";
        _if |= word is "" or "if";
        _contains |= word is "" or "contains";
    }

    private void Rules(List<RegoRule> rules)
    {
        var start = Here;
        var isDefault = TakeKeyword("default");
        var head = Head(start, isDefault);
        var hasIf = TakeKeyword("if");
        if (isDefault)
        {
            if (hasIf || (Is(TokenKind.OpenBrace) && !_token.LineBefore))
            {
                throw new ParseFailure("default rules must not have a body", start);
            }

            rules.Add(head.With([], null, hasIf));
            return;
        }

        var braces = Is(TokenKind.OpenBrace) && (hasIf || !_token.LineBefore);
        if (!hasIf && braces && _v1)
        {
            throw new ParseFailure(
                head.IsBare && head.Reference.Count == 2
                    ? "`contains` keyword is required for partial set rules"
                    : "`if` keyword is required before rule body",
                start);
        }

        if (!hasIf && !braces)
        {
            RequireMeaning(head);
            rules.Add(head.With([], ElseChain(head), false));
            return;
        }

        var body = hasIf ? IfBody() : Braces();
        var rule = head.With(body, ElseChain(head), hasIf);
        rules.Add(rule);
        while (Is(TokenKind.OpenBrace) && !_token.LineBefore)
        {
            if (rule.Else is not null)
            {
                throw Unexpected("expected else keyword");
            }

            rules.Add(head.With(Braces(), null, hasIf));
        }
    }

    /// <summary>A head without value, key and body says nothing, but for <c>p[x]</c> in version 0.</summary>
    private void RequireMeaning(RuleHead head)
    {
        if (head.Value is not null || head.Key is not null || (head.IsBare && head.Reference.Count == 2 && !_v1))
        {
            return;
        }

        throw new ParseFailure(
            head.IsBare && head.Reference.Count == 2 && _v1
                ? "`contains` keyword is required for partial set rules"
                : "var cannot be used for rule name",
            head.Start);
    }

    private List<Expression> Braces()
    {
        Expect(TokenKind.OpenBrace, "`{`");
        if (Is(TokenKind.CloseBrace))
        {
            throw new ParseFailure("found empty body", Here);
        }

        return Body(TokenKind.CloseBrace);
    }

    /// <summary>
    /// A statement, or a body in braces: what is in braces can be an object or a comprehension, which is a statement again.
    /// </summary>
    private IReadOnlyList<Expression> IfBody()
    {
        if (!Is(TokenKind.OpenBrace))
        {
            return [Literal()];
        }

        var state = Save();
        var again = false;
        try
        {
            var body = Braces();
            again = (!_token.SpaceBefore && _token.Kind is TokenKind.Dot or TokenKind.OpenBracket) ||
                (!_token.LineBefore && (Operator(_token.Kind).Strength > 0 || _token.Kind is TokenKind.Unify or TokenKind.Assign)) ||
                (!_token.LineBefore && IsKeyword("in")) ||
                (body is [{ Term: CallTerm { Callee: VarTerm { Name: "or" } } }]);
            if (!again)
            {
                return body;
            }
        }
        catch (ParseFailure failure) when (!failure.Final && !again)
        {
            var afterBody = failure;
            Restore(state);
            try
            {
                var literal = Literal();
                return literal.Term is SetTerm ? throw new ParseFailure(afterBody.Message, afterBody.Location) : [literal];
            }
            catch (ParseFailure)
            {
                throw new ParseFailure(afterBody.Message, afterBody.Location) { Final = afterBody.Final };
            }
        }

        Restore(state);
        var statement = Literal();
        if (statement.Term is SetTerm)
        {
            Restore(state);
            return Braces();
        }

        return [statement];
    }

    private RegoRule? ElseChain(RuleHead head)
    {
        if (!IsKeyword("else"))
        {
            return null;
        }

        if (head.Key is not null || head.IsDefault)
        {
            throw Unexpected("expected rule value; `else` keyword cannot be used on multi-value rules");
        }

        Enter();
        var start = Here;
        Advance();
        Term? value = null;
        var assigned = Is(TokenKind.Assign);
        if (Take(TokenKind.Assign) || Take(TokenKind.Unify))
        {
            value = Infix(true);
        }

        var hasIf = TakeKeyword("if");
        var braces = Is(TokenKind.OpenBrace) && (hasIf || !_token.LineBefore);
        if (!hasIf && braces && _v1)
        {
            throw new ParseFailure("`if` keyword is required before rule body", start);
        }

        if (!hasIf && !braces && value is null)
        {
            throw Unexpected("expected else body");
        }

        var body = hasIf ? IfBody() : braces ? Braces() : [];
        var rest = ElseChain(head);
        Leave();
        return new()
        {
            Location = start,
            Reference = head.Reference,
            Parameters = head.Parameters,
            Value = value ?? new ScalarTerm(BooleanValue.True, start),
            Assigned = assigned,
            Body = body,
            Else = rest,
        };
    }
}
