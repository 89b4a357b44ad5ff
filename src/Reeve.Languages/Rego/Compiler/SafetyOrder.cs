using System.Runtime.CompilerServices;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>
/// Puts the statements of a body into an order in which each variable is bound before it is needed, the written order where that does,
/// and reports those for which there is none.
/// </summary>
internal sealed class SafetyOrder(Func<CallTerm, int> arity, ErrorList errors)
{
    private const TermVariables.Skip InSafety = TermVariables.Skip.Closures;

    /// <summary>Orders a body; <paramref name="safe"/> holds what is bound before and afterwards what is bound behind it.</summary>
    public List<Expression> Order(IReadOnlyList<Expression> body, HashSet<string> safe)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var waiting = new List<Waiting>(body.Count);
        var names = new HashSet<string>();
        foreach (var statement in body)
        {
            var needs = new Dictionary<string, VarTerm>();
            TermVariables.Of(statement, InSafety, variable =>
            {
                names.Add(variable.Name);
                if (!safe.Contains(variable.Name))
                {
                    needs.TryAdd(variable.Name, variable);
                }
            });
            waiting.Add(new(statement, needs, Closed(statement)));
        }

        var ordered = new List<Expression>(body.Count);
        bool moved;
        do
        {
            moved = false;
            for (var at = 0; at < waiting.Count; at++)
            {
                var one = waiting[at];
                if (one.Done || !IsReady(one, names, safe, out var outputs))
                {
                    continue;
                }

                one.Done = true;
                moved = true;
                InClosures(one.Statement, safe, out var rewritten);
                ordered.Add(rewritten);
                safe.UnionWith(outputs);
            }
        }
        while (moved);

        foreach (var one in waiting.Where(one => !one.Done))
        {
            Report(one, names, safe);
        }

        return ordered;
    }

    private bool IsReady(Waiting one, HashSet<string> names, HashSet<string> safe, out HashSet<string> outputs)
    {
        outputs = [];
        foreach (var variable in one.Closed)
        {
            if (names.Contains(variable) && !safe.Contains(variable))
            {
                return false;
            }
        }

        outputs = Outputs(one.Statement, safe);
        foreach (var name in one.Needs.Keys)
        {
            if (!safe.Contains(name) && !outputs.Contains(name))
            {
                return false;
            }
        }

        return true;
    }

    private void Report(Waiting one, HashSet<string> names, HashSet<string> safe)
    {
        var outputs = Outputs(one.Statement, safe);
        var bad = one.Needs.Values.Where(variable => !safe.Contains(variable.Name) && !outputs.Contains(variable.Name)).ToList();
        foreach (var variable in bad)
        {
            // a lifted name is only unsafe because of another one
            if (!variable.Name.StartsWith('%') || bad.TrueForAll(other => other.Name.StartsWith('%')) && bad.Count == one.Needs.Count)
            {
                Unsafe(variable);
            }
        }

        foreach (var name in one.Closed)
        {
            if (names.Contains(name) && !safe.Contains(name) && !name.StartsWith('%'))
            {
                Unsafe(new VarTerm(name, one.Statement.Location));
            }
        }
    }

    public void Unsafe(VarTerm variable)
    {
        var name = variable.Name;
        var shown = name[0] == '$' ? "_" : name[0] == '%' ? "expression" : name.Split('%')[0];
        errors.Add(RegoError.UnsafeVariable, variable.Location, name[0] == '%' ? "expression is unsafe" : $"var {shown} is unsafe");
    }

    private static HashSet<string> Closed(Expression statement)
    {
        var closed = new HashSet<string>();
        TermVariables.Closures(
            statement,
            comprehension => TermVariables.Of(comprehension, TermVariables.Skip.None, variable => closed.Add(variable.Name)),
            every => TermVariables.Of(every.Body, TermVariables.Skip.None, variable => closed.Add(variable.Name)));
        return closed;
    }

    private void InClosures(Expression statement, HashSet<string> safe, out Expression rewritten)
    {
        rewritten = statement;
        var any = false;
        TermVariables.Closures(statement, _ => any = true, _ => any = true);
        if (!any)
        {
            return;
        }

        if (statement.Every is { } every)
        {
            var inner = new HashSet<string>(safe);
            if (every.Key is VarTerm key)
            {
                inner.Add(key.Name);
            }

            inner.Add(((VarTerm)every.Value).Name);
            rewritten = With(statement, null, new(every.Key, every.Value, every.Domain, Order(every.Body, inner)), safe);
            return;
        }

        rewritten = With(statement, Closure(statement.Term!, safe), null, safe);
    }

    private Expression With(Expression statement, Term? term, EveryStatement? every, HashSet<string> safe) => new()
    {
        Location = statement.Location,
        Negated = statement.Negated,
        Term = term,
        Every = every,
        With = [.. statement.With.Select(with => with with { Value = Closure(with.Value, safe) })],
        Text = statement.Text,
        Generated = statement.Generated,
    };

    /// <summary>Orders the bodies of the closures of a term.</summary>
    public Term Closure(Term term, HashSet<string> safe)
    {
        switch (term)
        {
            case ComprehensionTerm comprehension:
                var inner = new HashSet<string>(safe);
                var body = Order(comprehension.Body, inner);
                CheckBound(comprehension.Head, inner);
                if (comprehension.Value is not null)
                {
                    CheckBound(comprehension.Value, inner);
                }

                var head = Closure(comprehension.Head, inner);
                var value = comprehension.Value is null ? null : Closure(comprehension.Value, inner);
                return new ComprehensionTerm(comprehension.Kind, head, value, body, comprehension.Location);
            case ArrayTerm array:
                return new ArrayTerm([.. array.Items.Select(item => Closure(item, safe))], array.Location);
            case SetTerm set:
                return new SetTerm([.. set.Items.Select(item => Closure(item, safe))], set.Location);
            case ObjectTerm map:
                return new ObjectTerm(
                    [.. map.Pairs.Select(pair => KeyValuePair.Create(Closure(pair.Key, safe), Closure(pair.Value, safe)))], map.Location);
            case RefTerm path:
                return new RefTerm([.. path.Parts.Select(part => Closure(part, safe))], path.Location);
            case CallTerm call:
                return new CallTerm(call.Callee, [.. call.Arguments.Select(argument => Closure(argument, safe))], call.Location);
            default:
                return term;
        }
    }

    /// <summary>Reports the variables of a head that its body does not bind.</summary>
    public void CheckBound(Term term, HashSet<string> safe) => TermVariables.Of(term, InSafety, variable =>
    {
        if (!safe.Contains(variable.Name))
        {
            Unsafe(variable);
        }
    });

    private HashSet<string> Outputs(Expression statement, HashSet<string> safe)
    {
        var outputs = new HashSet<string>();
        if (statement.Negated || statement.Every is not null)
        {
            return outputs;
        }

        foreach (var with in statement.With)
        {
            var bound = true;
            TermVariables.Of(with.Value, InSafety, variable => bound &= safe.Contains(variable.Name));
            if (!bound)
            {
                return outputs;
            }
        }

        if (statement.Term is not CallTerm call)
        {
            FromReferences(statement.Term!, safe, outputs);
            return outputs;
        }

        foreach (var argument in call.Arguments)
        {
            FromReferences(argument, safe, outputs);
        }

        if (call.Callee is VarTerm { Name: "eq" } && call.Arguments.Count == 2)
        {
            outputs.UnionWith(safe);
            Unification.Bind(call.Arguments[0], call.Arguments[1], outputs);
            outputs.ExceptWith(safe);
            return outputs;
        }

        var inputs = arity(call);
        if (inputs < 0 || call.Arguments.Count <= inputs)
        {
            return outputs;
        }

        var missing = false;
        const TermVariables.Skip inArguments = TermVariables.Skip.Closures | TermVariables.Skip.RefHeads;
        for (var at = 0; at < inputs; at++)
        {
            TermVariables.Of(
                call.Arguments[at], inArguments, variable => missing |= !safe.Contains(variable.Name) && !outputs.Contains(variable.Name));
        }

        if (missing)
        {
            outputs.Clear();
            return outputs;
        }

        const TermVariables.Skip inResult = TermVariables.Skip.Closures | TermVariables.Skip.Sets | TermVariables.Skip.ObjectKeys |
            TermVariables.Skip.Refs;
        for (var at = inputs; at < call.Arguments.Count; at++)
        {
            TermVariables.Of(call.Arguments[at], inResult, variable => outputs.Add(variable.Name));
        }

        return outputs;
    }

    private static void FromReferences(Term term, HashSet<string> safe, HashSet<string> outputs) =>
        TermVariables.References(term, path =>
        {
            if (path.Head is VarTerm head && head.Name is not ("input" or "data") && !safe.Contains(head.Name))
            {
                return;
            }

            for (var at = 1; at < path.Parts.Count; at++)
            {
                TermVariables.Of(
                    path.Parts[at],
                    TermVariables.Skip.Closures | TermVariables.Skip.Sets | TermVariables.Skip.ObjectKeys | TermVariables.Skip.Refs,
                    variable => outputs.Add(variable.Name));
            }
        });

    private sealed class Waiting(Expression statement, Dictionary<string, VarTerm> needs, HashSet<string> closed)
    {
        public Expression Statement { get; } = statement;

        public Dictionary<string, VarTerm> Needs { get; } = needs;

        public HashSet<string> Closed { get; } = closed;

        public bool Done { get; set; }
    }
}
