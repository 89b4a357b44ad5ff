using System.Runtime.CompilerServices;
using Reeve.Languages.Rego.Builtins;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>Terms: names, and calls lifted into statements of their own.</summary>
internal sealed partial class BodyRewriter
{
    /// <summary>The name of the built-in that joins the parts of an interpolated string.</summary>
    public const string TemplateCall = "internal.template_string";

    /// <summary>The name of the call that prints.</summary>
    public const string PrintCall = "internal.print";

    /// <summary>Rewrites a term; calls in it become statements in <paramref name="into"/>, with the same replacements.</summary>
    public Term Lift(Term term, NameScope scope, List<Expression> into, IReadOnlyList<WithModifier> with)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (term)
        {
            case ScalarTerm:
                return term;
            case VarTerm variable:
                return Variable(variable, scope);
            case ArrayTerm array:
                return new ArrayTerm([.. array.Items.Select(item => Lift(item, scope, into, with))], array.Location);
            case SetTerm set:
                return new SetTerm([.. set.Items.Select(item => Lift(item, scope, into, with))], set.Location);
            case ObjectTerm map:
                return new ObjectTerm(
                    [.. map.Pairs.Select(pair => KeyValuePair.Create(
                        Lift(pair.Key, scope, into, with), Lift(pair.Value, scope, into, with)))],
                    map.Location);
            case ComprehensionTerm comprehension:
                return Comprehension(comprehension, scope);
            case TemplateTerm template:
                return Template(template, scope, into, with);
            case RefTerm path:
                return Reference(path, scope, into, with);
            default:
                return LiftCall((CallTerm)term, scope, into, with);
        }
    }

    private Term Variable(VarTerm variable, NameScope scope)
    {
        if (scope.Find(variable.Name) is { } declared)
        {
            declared.Used = true;
            if (scope.Here(variable.Name) is null && scope.Ahead.Contains(variable.Name))
            {
                scope.UsedAbove.Add(variable.Name);
            }

            return new VarTerm(declared.Unique, variable.Location);
        }

        if (scope.IsAhead(variable.Name))
        {
            // in a closure the name is another variable, of the closure's own
            scope.UsedAbove.Add(variable.Name);
            return variable;
        }

        return variable.IsWildcard ? variable : names.Resolve(variable.Name, variable.Location) ?? variable;
    }

    private ComprehensionTerm Comprehension(ComprehensionTerm comprehension, NameScope scope)
    {
        var inner = new NameScope(scope);
        var body = Body(comprehension.Body, inner);
        var head = Held(Lift(comprehension.Head, inner, body, []), body);
        var value = comprehension.Value is null ? null : Held(Lift(comprehension.Value, inner, body, []), body);
        CheckUsed(inner);
        return new(comprehension.Kind, head, value, body, comprehension.Location);
    }

    /// <summary>Moves what must be evaluated out of a head, to the end of the body.</summary>
    public Term Held(Term head, List<Expression> body)
    {
        if (IsPlain(head))
        {
            return head;
        }

        var held = Fresh(head.Location);
        body.Add(new() { Location = head.Location, Term = Make("eq", head.Location, held, head), Generated = true });
        return held;
    }

    private static bool IsPlain(Term term) => term switch
    {
        ScalarTerm => true,
        VarTerm variable => variable.Name is not ("input" or "data"),
        ArrayTerm array => array.Items.All(IsPlain),
        SetTerm set => set.Items.All(IsPlain),
        ObjectTerm map => map.Pairs.All(pair => IsPlain(pair.Key) && IsPlain(pair.Value)),
        _ => false,
    };

    private VarTerm Template(TemplateTerm template, NameScope scope, List<Expression> into, IReadOnlyList<WithModifier> with)
    {
        var parts = new List<Term>();
        foreach (var part in template.Parts)
        {
            if (part is string text)
            {
                parts.Add(new ScalarTerm(StringValue.Of(text), template.Location));
                continue;
            }

            var expression = (Expression)part;
            if (expression.Term is null || expression.Negated || expression.Term is CallTerm { Callee: VarTerm { Name: "eq" or "assign" } })
            {
                errors.Add(RegoError.CompileError, expression.Location, "unexpected statement in an interpolated string: expected a term");
                continue;
            }

            var held = Fresh(expression.Location);
            var body = new Expression
            {
                Location = expression.Location,
                Term = Make("eq", expression.Location, held, expression.Term),
                With = expression.With,
                Generated = true,
            };
            var inner = new NameScope(scope);
            inner.Declare(new(held.Name, held.Name, NameScope.Origin.Assigned, held.Location) { Used = true });
            parts.Add(new ComprehensionTerm(ComprehensionKind.Set, held, null, Body([body], inner), expression.Location));
        }

        var output = Fresh(template.Location);
        into.Add(new()
        {
            Location = template.Location,
            Term = Make(TemplateCall, template.Location, new ArrayTerm(parts, template.Location), output),
            With = with,
            Generated = true,
        });
        return output;
    }

    private Term Reference(RefTerm path, NameScope scope, List<Expression> into, IReadOnlyList<WithModifier> with)
    {
        var head = path.Head is ScalarTerm or VarTerm ? path.Head is VarTerm variable ? Variable(variable, scope) : path.Head
            : Lift(path.Head, scope, into, with);
        var parts = new List<Term>(path.Parts.Count + 2);
        switch (head)
        {
            case VarTerm:
                parts.Add(head);
                break;
            case RefTerm resolved:
                parts.AddRange(resolved.Parts);
                break;
            default:
                var held = Fresh(head.Location);
                into.Add(new() { Location = head.Location, Term = Make("eq", head.Location, held, head), With = with, Generated = true });
                parts.Add(held);
                break;
        }

        for (var at = 1; at < path.Parts.Count; at++)
        {
            parts.Add(Lift(path.Parts[at], scope, into, with));
        }

        return new RefTerm(parts, path.Location);
    }

    private Term LiftCall(CallTerm call, NameScope scope, List<Expression> into, IReadOnlyList<WithModifier> with)
    {
        var callee = Callee(call, scope, false, out var replaced);
        if (replaced is not null)
        {
            return replaced;
        }

        var arguments = new List<Term>(call.Arguments.Count + 1);
        foreach (var argument in call.Arguments)
        {
            arguments.Add(Lift(argument, scope, into, with));
        }

        var output = Fresh(call.Location);
        arguments.Add(output);
        into.Add(new() { Location = call.Location, Term = new CallTerm(callee, arguments, call.Location), With = with, Generated = true });
        return output;
    }

    /// <summary>
    /// The function that is called: <c>data.…</c> for one of the modules, a plain name for a built-in; errors when there is none.
    /// </summary>
    private Term Callee(CallTerm call, NameScope scope, bool isStatement, out Term? replaced)
    {
        replaced = null;
        var callee = call.Callee;
        var head = callee is RefTerm path ? (VarTerm)path.Head : (VarTerm)callee;
        var name = TermText.Name(callee);
        Term? resolved = scope.Find(head.Name) is null && !scope.IsAhead(head.Name) ? names.Resolve(head.Name, head.Location) : null;
        if (head.Name == "data" && callee is RefTerm direct)
        {
            resolved = direct;
        }
        else if (resolved is not null && callee is RefTerm longer)
        {
            IReadOnlyList<Term> start = resolved is RefTerm reference ? reference.Parts : [resolved];
            resolved = new RefTerm([.. start, .. longer.Parts.Skip(1)], callee.Location);
        }

        if (resolved is RefTerm { Head: VarTerm { Name: "data" } } function)
        {
            var node = compilation.Find(function.Parts);
            if (node is { IsFunction: true })
            {
                CheckArity(call, name, node.Arity, isStatement);
                return function;
            }
        }

        if ((name is "rego.metadata.rule" or "rego.metadata.chain") && call.Arguments.Count == 0 && Metadata is not null)
        {
            replaced = new ScalarTerm(Metadata(name.EndsWith('n')), call.Location);
            return callee;
        }

        if (resolved is null || !name.StartsWith("data.", StringComparison.Ordinal))
        {
            var arity = compilation.BuiltinArity(name);
            if (arity >= 0)
            {
                CheckArity(call, name, arity, isStatement);
                if (RefusesOldWays && compilation.Builtin(name) is { Deprecated: true })
                {
                    errors.Add(RegoError.TypeError, call.Location, $"deprecated built-in function calls in expression: {name}");
                }

                return new VarTerm(name, callee.Location);
            }
        }

        errors.Add(RegoError.TypeError, call.Location, compilation.UndefinedFunction(name));
        return new VarTerm(name, callee.Location);
    }

    private void CheckArity(CallTerm call, string name, int arity, bool isStatement)
    {
        var given = call.Arguments.Count;
        if (given != arity && !(isStatement && given == arity + 1))
        {
            errors.Add(
                RegoError.TypeError, call.Location, $"function {name} has arity {arity}, got {given} argument{(given == 1 ? "" : "s")}");
        }
    }

    /// <summary><c>print</c>: each operand becomes a set, so that an undefined one does not end the body.</summary>
    private void Print(Expression statement, CallTerm call, NameScope scope, List<Expression> into)
    {
        var sets = new List<Term>();
        foreach (var argument in call.Arguments)
        {
            var held = Fresh(argument.Location);
            var inner = new NameScope(scope);
            inner.Declare(new(held.Name, held.Name, NameScope.Origin.Assigned, held.Location) { Used = true });
            var body = new Expression
            {
                Location = argument.Location,
                Term = Make("eq", argument.Location, held, argument),
                Generated = true,
            };
            sets.Add(new ComprehensionTerm(ComprehensionKind.Set, held, null, Body([body], inner), argument.Location));
        }

        into.Add(Like(statement, Make(PrintCall, statement.Location, new ArrayTerm(sets, statement.Location)), []));
    }

    private IReadOnlyList<WithModifier> With(Expression statement, NameScope scope, List<Expression> into)
    {
        if (statement.With.Count == 0)
        {
            return [];
        }

        var with = new List<WithModifier>();
        foreach (var modifier in statement.With)
        {
            if (WithTarget(modifier, scope) is not { } target)
            {
                continue;
            }

            var isFunction = target is VarTerm { Name: not ("input" or "data") } ||
                (target is RefTerm { Head: VarTerm { Name: "data" } } path && compilation.Find(path.Parts) is { IsFunction: true });
            var value = isFunction && Replacement(modifier.Value, scope) is { } function
                ? function
                : WithValue(modifier.Value, scope, into);
            if (isFunction && !CanStandFor(target, value))
            {
                errors.Add(RegoError.TypeError, modifier.Location, $"{TermText.Name(modifier.Target)}: arity mismatch");
                continue;
            }

            with.Add(new(target, value, modifier.Location));
        }

        return with;
    }

    /// <summary>A value stands for any function; a function for one that takes as many operands, of types that fit.</summary>
    private bool CanStandFor(Term target, Term value)
    {
        var given = value switch
        {
            FunctionTerm builtin => compilation.Builtin(builtin.Name)?.Parameters,
            RefTerm { Head: VarTerm { Name: "data" } } path when compilation.Find(path.Parts) is { IsFunction: true } function =>
                [.. Enumerable.Repeat(RegoType.Any, function.Arity)],
            _ => null,
        };
        var wanted = target switch
        {
            VarTerm builtin => compilation.Builtin(builtin.Name)?.Parameters,
            RefTerm path => [.. Enumerable.Repeat(RegoType.Any, compilation.Find(path.Parts)!.Arity)],
            _ => null,
        };
        return given is null || wanted is null ||
            (given.Count == wanted.Count && given.Zip(wanted).All(pair => pair.First.Overlaps(pair.Second)));
    }

    /// <summary>A function given as replacement; null when it is a value.</summary>
    private Term? Replacement(Term value, NameScope scope)
    {
        if (value is not (VarTerm or RefTerm { Head: VarTerm }))
        {
            return null;
        }

        var head = value as VarTerm ?? (VarTerm)((RefTerm)value).Head;
        if (scope.Find(head.Name) is not null || scope.IsAhead(head.Name))
        {
            return null;
        }

        var resolved = Lift(value, scope, [], []);
        if (resolved is RefTerm { Head: VarTerm { Name: "data" } } path && compilation.Find(path.Parts) is { IsFunction: true })
        {
            return resolved;
        }

        var name = TermText.Name(value);
        return resolved is VarTerm or RefTerm { Head: VarTerm { Name: not ("data" or "input") } } && compilation.BuiltinArity(name) >= 0
            ? new FunctionTerm(name, value.Location)
            : null;
    }

    private Term WithValue(Term value, NameScope scope, List<Expression> into)
    {
        var lifted = Lift(value, scope, into, []);
        if (lifted is VarTerm { Name: not ("input" or "data") } or ScalarTerm)
        {
            return lifted;
        }

        var held = Fresh(value.Location);
        into.Add(new() { Location = value.Location, Term = Make("eq", value.Location, held, lifted), Generated = true });
        return held;
    }

    private Term? WithTarget(WithModifier modifier, NameScope scope)
    {
        var resolved = Lift(modifier.Target, scope, [], []);
        if (resolved is VarTerm { Name: "input" or "data" })
        {
            return resolved;
        }

        if (resolved is RefTerm { Head: VarTerm { Name: "input" or "data" } } path)
        {
            if (path.Parts.Skip(1).All(part => part is ScalarTerm))
            {
                return resolved;
            }

            errors.Add(RegoError.CompileError, modifier.Target.Location, "with keyword target must not contain variables");
            return null;
        }

        var name = TermText.Name(modifier.Target);
        if (name is "print" || compilation.BuiltinArity(name) >= 0)
        {
            if (name is "print" or "eq" or "rego.metadata.chain" or "rego.metadata.rule" || compilation.IsRelation(name)
                || name.StartsWith("internal.", StringComparison.Ordinal))
            {
                errors.Add(RegoError.CompileError, modifier.Location, $"with keyword replacing function: target must not be {name}");
                return null;
            }

            return new VarTerm(name, modifier.Target.Location);
        }

        errors.Add(
            RegoError.TypeError, modifier.Target.Location, "with keyword target must reference existing input, data, or a function");
        return null;
    }
}
