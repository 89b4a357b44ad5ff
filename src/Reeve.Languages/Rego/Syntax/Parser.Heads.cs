using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Syntax;

/// <summary>Heads of rules.</summary>
internal sealed partial class Parser
{
    private RuleHead Head(Location start, bool isDefault)
    {
        if (!Is(TokenKind.Word))
        {
            throw Unexpected("expected a rule, an import or the end of the module");
        }

        var name = _token.Text;
        if (IsReserved(name) && IsKeyword(name))
        {
            throw Unexpected("expected a rule");
        }

        var nameStart = Here;
        Advance();
        var term = Steps(new VarTerm(name == "_" ? NewWildcard() : name, nameStart), nameStart);
        IReadOnlyList<Term>? parameters = null;
        if (term is CallTerm call)
        {
            parameters = call.Arguments;
            term = call.Callee;
        }

        IReadOnlyList<Term> reference = term switch
        {
            VarTerm => [term],
            RefTerm { Head: VarTerm } path => path.Parts,
            _ => throw new ParseFailure("rule head must be a name or a reference", nameStart),
        };
        if (((VarTerm)reference[0]).IsWildcard)
        {
            throw new ParseFailure("rule head must have a name", nameStart);
        }

        if (reference.Count > MaxPath)
        {
            throw new ParseFailure($"more than {MaxPath} steps in the name of a rule", nameStart);
        }

        Term? key = null;
        Term? value = null;
        var hasContains = TakeKeyword("contains");
        if (hasContains)
        {
            if (parameters is not null)
            {
                throw new ParseFailure(
                    "the contains keyword can only be used with multi-value rule definitions (e.g., p contains x)", start);
            }

            key = Infix(true);
        }

        var assigned = Is(TokenKind.Assign);
        var hasValue = Is(TokenKind.Assign) || Is(TokenKind.Unify);
        if (hasValue)
        {
            if (hasContains)
            {
                throw Unexpected("the contains keyword cannot be used together with a value");
            }

            Advance();
            value = Infix(true);
        }

        if (isDefault && value is null && !hasContains)
        {
            throw Unexpected("expected default rule value");
        }

        if (isDefault)
        {
            CheckDefault(start, key, value, parameters);
        }

        return new(start, isDefault, reference, parameters, key, value, assigned, LacksMark(hasContains, hasValue, parameters, reference));
    }

    /// <summary>A default holds whatever the documents are: it is a constant, and its parameters fit any operands.</summary>
    private static void CheckDefault(Location start, Term? key, Term? value, IReadOnlyList<Term>? parameters)
    {
        if (key is not null)
        {
            throw new ParseFailure("default rules must be complete rules or functions", start);
        }

        if (Varying(value!) is { } kind)
        {
            throw new ParseFailure($"illegal default rule (value cannot contain {kind})", start);
        }

        var names = new HashSet<string>();
        foreach (var parameter in parameters ?? [])
        {
            if (parameter is not VarTerm name)
            {
                throw new ParseFailure("illegal default rule (arguments can only be variables)", start);
            }

            if (!names.Add(name.Name))
            {
                throw new ParseFailure($"illegal default rule (arguments cannot be repeated {name.Name})", start);
            }
        }
    }

    /// <summary>What in a term is not constant; a comprehension is on its own.</summary>
    private static string? Varying(Term term) => term switch
    {
        VarTerm => "var",
        RefTerm => "ref",
        CallTerm => "call",
        _ => term.Inner.Select(Varying).FirstOrDefault(kind => kind is not null),
    };

    /// <summary>True of <c>p[x]</c> alone: without <c>if</c> it is a member of a set in version 0 and an error in version 1.</summary>
    private static bool LacksMark(bool hasContains, bool hasValue, IReadOnlyList<Term>? parameters, IReadOnlyList<Term> reference) =>
        !hasContains && !hasValue && parameters is null && reference.Count > 1;

    private sealed record RuleHead(
        Location Start,
        bool IsDefault,
        IReadOnlyList<Term> Reference,
        IReadOnlyList<Term>? Parameters,
        Term? Key,
        Term? Value,
        bool Assigned,
        bool IsBare)
    {
        public RegoRule With(IReadOnlyList<Expression> body, RegoRule? otherwise, bool hasIf)
        {
            var (reference, key) = (Reference, Key);
            if (IsBare && !hasIf && reference.Count == 2 && !IsDefault)
            {
                (reference, key) = ([reference[0]], reference[1]);
            }

            return new()
            {
                Location = Start,
                IsDefault = IsDefault,
                Reference = reference,
                Parameters = Parameters,
                Key = key,
                Value = key is null ? Value ?? new ScalarTerm(BooleanValue.True, Start) : null,
                Assigned = Assigned,
                Body = body,
                Else = otherwise,
            };
        }
    }
}
