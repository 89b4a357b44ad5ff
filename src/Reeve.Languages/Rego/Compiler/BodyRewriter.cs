using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>
/// Gives each variable of a rule a name of its own, puts paths for the names of rules and imports, and lifts calls out of terms, so that
/// every statement is a unification, one call, or one term.
/// </summary>
internal sealed partial class BodyRewriter(Compilation compilation, Names names, ErrorList errors, bool strict)
{
    private int _generated;

    /// <summary>
    /// Set for a module of version 1 or in strict mode: <c>input</c> and <c>data</c> cannot be hidden, deprecated built-ins not called.
    /// </summary>
    public bool RefusesOldWays { get; init; }

    /// <summary>Answers <c>rego.metadata.rule()</c> and <c>rego.metadata.chain()</c>.</summary>
    public Func<bool, Value>? Metadata { get; init; }

    public VarTerm Fresh(Location location) => new($"%{_generated++}", location);

    public List<Expression> Body(IReadOnlyList<Expression> body, NameScope scope)
    {
        foreach (var statement in body)
        {
            DeclareAhead(statement, scope);
        }

        var into = new List<Expression>(body.Count + 2);
        foreach (var statement in body)
        {
            Statement(statement, scope, into);
        }

        return into;
    }

    /// <summary>Errors for names that were declared and never used.</summary>
    public void CheckUsed(NameScope scope)
    {
        foreach (var declared in scope.Names)
        {
            if (declared.Used || declared.Name[0] == '$' || declared.Origin == NameScope.Origin.Parameter)
            {
                continue;
            }

            if (declared.Origin == NameScope.Origin.Some)
            {
                errors.Add(RegoError.CompileError, declared.Location, $"declared var {declared.Name} unused");
            }
            else if (strict)
            {
                errors.Add(RegoError.CompileError, declared.Location, $"assigned var {declared.Name} unused");
            }
        }
    }

    public void Declare(VarTerm variable, NameScope scope, NameScope.Origin origin)
    {
        var name = variable.Name;
        if (variable.IsWildcard)
        {
            scope.Declare(new(name, name, origin, variable.Location) { Used = true });
            return;
        }

        if (RefusesOldWays && (name is "input" or "data"))
        {
            errors.Add(
                RegoError.CompileError, variable.Location, $"variables must not shadow {name} (use a different variable name)");
            return;
        }

        if ((scope.Here(name) ?? (scope.IsRuleBody ? scope.Parent?.Here(name) : null)) is { } before)
        {
            var how = before.Origin switch
            {
                NameScope.Origin.Parameter => $"arg {name} redeclared",
                NameScope.Origin.Assigned => $"var {name} assigned above",
                _ => $"var {name} declared above",
            };
            errors.Add(RegoError.CompileError, variable.Location, how);
            return;
        }

        if (scope.UsedAbove.Contains(name))
        {
            errors.Add(RegoError.CompileError, variable.Location, $"var {name} referenced above");
            return;
        }

        scope.Declare(new(name, $"{name}%{_generated++}", origin, variable.Location));
    }

    private static void DeclareAhead(Expression statement, NameScope scope)
    {
        if (statement.Some is { } some)
        {
            foreach (var name in some.Names)
            {
                scope.Ahead.Add(name.Name);
            }

            Ahead(some.Key, scope);
            Ahead(some.Value, scope);
        }
        else if (statement.Term is CallTerm { Callee: VarTerm { Name: "assign" } } call)
        {
            Ahead(call.Arguments[0], scope);
        }
    }

    private static void Ahead(Term? pattern, NameScope scope)
    {
        switch (pattern)
        {
            case VarTerm variable:
                scope.Ahead.Add(variable.Name);
                break;
            case ArrayTerm array:
                foreach (var item in array.Items)
                {
                    Ahead(item, scope);
                }

                break;
            case ObjectTerm map:
                foreach (var pair in map.Pairs)
                {
                    Ahead(pair.Value, scope);
                }

                break;
        }
    }

    private void Statement(Expression statement, NameScope scope, List<Expression> into)
    {
        var with = With(statement, scope, into);
        if (statement.Some is { } some)
        {
            Some(statement, some, with, scope, into);
        }
        else if (statement.Every is { } every)
        {
            Every(statement, every, with, scope, into);
        }
        else if (statement.Term is CallTerm call)
        {
            Call(statement, call, with, scope, into);
        }
        else
        {
            var term = Lift(statement.Term!, scope, into, with);
            into.Add(Like(statement, term, with));
        }
    }

    private static Expression Like(Expression statement, Term term, IReadOnlyList<WithModifier> with) => new()
    {
        Location = statement.Location,
        Negated = statement.Negated,
        Term = term,
        With = with,
        Text = statement.Text,
    };

    private void Call(Expression statement, CallTerm call, IReadOnlyList<WithModifier> with, NameScope scope, List<Expression> into)
    {
        var name = TermText.Name(call.Callee);
        switch (name)
        {
            case "assign" when call.Arguments.Count == 2:
                var value = Lift(call.Arguments[1], scope, into, with);
                if (statement.Negated)
                {
                    errors.Add(RegoError.CompileError, statement.Location, "cannot assign vars inside negated expression");
                }

                var target = AssignTarget(call.Arguments[0], scope);
                into.Add(Like(statement, Make("eq", call.Location, target, value), with));
                return;
            case "print":
                Print(statement, call, scope, into);
                return;
        }

        var callee = Callee(call, scope, true, out var replaced);
        if (replaced is not null)
        {
            into.Add(Like(statement, replaced, with));
            return;
        }

        var arguments = new Term[call.Arguments.Count];
        for (var at = 0; at < arguments.Length; at++)
        {
            arguments[at] = Lift(call.Arguments[at], scope, into, with);
        }

        into.Add(Like(statement, new CallTerm(callee, arguments, call.Location), with));
    }

    private static CallTerm Make(string name, Location location, params Term[] arguments) =>
        new(new VarTerm(name, location), arguments, location);

    /// <summary>The pattern left of <c>:=</c>: its variables are new.</summary>
    private Term AssignTarget(Term target, NameScope scope)
    {
        switch (target)
        {
            case VarTerm variable:
                Declare(variable, scope, NameScope.Origin.Assigned);
                return new VarTerm(scope.Here(variable.Name)?.Unique ?? variable.Name, variable.Location);
            case ArrayTerm array:
                return new ArrayTerm([.. array.Items.Select(item => AssignTarget(item, scope))], array.Location);
            case ObjectTerm map:
                return new ObjectTerm(
                    [.. map.Pairs.Select(pair => KeyValuePair.Create(
                        Lift(pair.Key, scope, [], []), AssignTarget(pair.Value, scope)))],
                    map.Location);
            default:
                errors.Add(RegoError.CompileError, target.Location, $"cannot assign to {Kind(target)}");
                return new VarTerm("$", target.Location);
        }
    }

    private static string Kind(Term term) => term switch
    {
        ScalarTerm scalar => scalar.Value.TypeName,
        RefTerm => "ref",
        CallTerm => "call",
        SetTerm => "set",
        ComprehensionTerm { Kind: ComprehensionKind.Array } => "arraycomprehension",
        ComprehensionTerm { Kind: ComprehensionKind.Set } => "setcomprehension",
        ComprehensionTerm => "objectcomprehension",
        _ => "term",
    };

    private void Some(
        Expression statement, SomeStatement some, IReadOnlyList<WithModifier> with, NameScope scope, List<Expression> into)
    {
        if (some.Domain is null)
        {
            foreach (var name in some.Names)
            {
                Declare(name, scope, NameScope.Origin.Some);
            }

            return;
        }

        var domain = Lift(some.Domain, scope, into, with);
        Term key = some.Key is null ? new VarTerm($"$%{_generated++}", statement.Location) : SomePattern(some.Key, scope, into, with);
        var value = SomePattern(some.Value!, scope, into, with);
        if (domain is not (VarTerm or RefTerm))
        {
            var held = Fresh(domain.Location);
            into.Add(new() { Location = domain.Location, Term = Make("eq", domain.Location, held, domain), With = with, Generated = true });
            domain = held;
        }

        IReadOnlyList<Term> head = domain is RefTerm path ? path.Parts : [domain];
        var element = new RefTerm([.. head, key], domain.Location);
        into.Add(Like(statement, Make("eq", statement.Location, value, element), with));
    }

    private Term SomePattern(Term pattern, NameScope scope, List<Expression> into, IReadOnlyList<WithModifier> with)
    {
        DeclareAll(pattern, scope);
        return Lift(pattern, scope, into, with);
    }

    private void DeclareAll(Term pattern, NameScope scope)
    {
        switch (pattern)
        {
            case VarTerm variable:
                Declare(variable, scope, NameScope.Origin.Some);
                if (scope.Here(variable.Name) is { } declared)
                {
                    // what a membership declares need not be used
                    declared.Used = true;
                }

                break;
            case ArrayTerm array:
                foreach (var item in array.Items)
                {
                    DeclareAll(item, scope);
                }

                break;
            case ObjectTerm map:
                foreach (var pair in map.Pairs)
                {
                    DeclareAll(pair.Value, scope);
                }

                break;
        }
    }

    private void Every(
        Expression statement, EveryStatement every, IReadOnlyList<WithModifier> with, NameScope scope, List<Expression> into)
    {
        var domain = Fresh(every.Domain.Location);
        var lifted = Lift(every.Domain, scope, into, with);
        into.Add(new() { Location = domain.Location, Term = Make("eq", domain.Location, domain, lifted), With = with, Generated = true });
        var names = new NameScope(scope);
        var key = every.Key is VarTerm keyName ? EveryName(keyName, names) : Fresh(statement.Location);
        var value = EveryName((VarTerm)every.Value, names);
        var inner = new NameScope(names);
        var body = Body(every.Body, inner);
        CheckUsed(inner);
        if (strict)
        {
            CheckUsed(names);
        }

        into.Add(new()
        {
            Location = statement.Location,
            Negated = statement.Negated,
            With = with,
            Text = statement.Text,
            Every = new(key, value, domain, body),
        });
    }

    private VarTerm EveryName(VarTerm name, NameScope scope)
    {
        Declare(name, scope, NameScope.Origin.Some);
        if (!strict && scope.Here(name.Name) is { } declared)
        {
            declared.Used = true;
        }

        return new(scope.Here(name.Name)?.Unique ?? name.Name, name.Location);
    }
}
