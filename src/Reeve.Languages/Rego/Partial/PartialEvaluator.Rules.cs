using System.Collections.Immutable;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Partial;

/// <summary>Rules put in the place of their names, <c>not</c>, and what is known.</summary>
internal sealed partial class PartialEvaluator
{
    // null for the term: the value must not be false
    private void Rule(RefTerm path, Term? against, Branch branch, Action<Branch> next)
    {
        var (node, used) = Support.Find(path);
        IReadOnlyList<Term> rest = [.. path.Parts.Skip(used)];
        if (node is null || node.IsFunction || node.Rules.Exists(r => r.Rewritten?.Else is not null || r.Tail.Count > rest.Count)
            || (node.IsPartialSet && rest.Count == 0) || (Default(node) is { } otherwise && !CanLeaveOut(otherwise, rest, against, branch)))
        {
            Referred(path, against, branch, next);
            return;
        }

        _depth++;
        foreach (var rule in node.Rules.Where(r => !r.Source.IsDefault))
        {
            var made = Renamed(rule.Rewritten!);
            var value = made.Value ?? new ScalarTerm(BooleanValue.Of(true), path.Location);
            var after = new List<Expression>();
            IReadOnlyList<Term> below;
            if (made.Key is { } key)
            {
                after.Add(Call("eq", path.Location, key, rest[0]));
                below = [.. rest.Skip(1)];
                value = key;
            }
            else
            {
                after.AddRange(made.Tail.Select((step, at) => Call("eq", path.Location, step, rest[at])));
                below = [.. rest.Skip(made.Tail.Count)];
            }

            var ahead = after.Where(s => s.Term is CallTerm { Arguments: [_, var given] } && !IsOpen(Truth(given), branch)).ToList();
            IReadOnlyList<Term> head = value is RefTerm inner ? inner.Parts : [value];
            var result = below.Count == 0 ? value : new RefTerm([.. head, .. below], path.Location);
            after.Add(against is null ? Truth(result) : Call("eq", path.Location, result, against));
            Run([.. ahead, .. made.Body, .. after.Except(ahead)], 0, branch, next);
        }

        _depth--;
    }

    private void Function(RefTerm callee, IReadOnlyList<Term> arguments, Branch branch, Action<Branch> next)
    {
        var (node, _) = Support.Find(callee);
        if (node is null || node.Rules.Exists(r => r.Rewritten?.Else is not null || r.Source.IsDefault))
        {
            var named = node is null ? callee : Support.Function(callee, node);
            next(branch.Leave(Truth(Support.Written(new CallTerm(named, arguments, callee.Location)))));
            return;
        }

        _depth++;
        foreach (var rule in node.Rules)
        {
            var made = Renamed(rule.Rewritten!);
            var value = made.Value ?? new ScalarTerm(BooleanValue.Of(true), callee.Location);
            var given = made.Parameters.Select((parameter, at) => Call("eq", callee.Location, parameter, arguments[at]));
            var result = arguments.Count > made.Parameters.Count ? Call("eq", callee.Location, value, arguments[^1]) : Truth(value);
            Run([.. given, .. made.Body, result], 0, branch, next);
        }

        _depth--;
    }

    // by a rule of the support modules
    private void Referred(RefTerm path, Term? against, Branch branch, Action<Branch> next)
    {
        var referred = Support.Refer(path);
        if (against is null)
        {
            next(branch.Leave(Truth(referred)));
        }
        else if (branch.Plug(against) is VarTerm free && !branch.Open.Contains(free.Name))
        {
            next(branch.Bind(free.Name, referred));
        }
        else
        {
            next(branch.Leave(Call("eq", path.Location, referred, against)));
        }
    }

    private static Value? Default(RuleNode node) =>
        node.Rules.Find(r => r.Source.IsDefault)?.Rewritten?.Value is ScalarTerm { Value: var value } ? value
        : node.Rules.Exists(r => r.Source.IsDefault) ? NullValue.Instance : null;

    // what asks for another value than the default does not see it
    private static bool CanLeaveOut(Value otherwise, IReadOnlyList<Term> rest, Term? against, Branch branch) =>
        rest.Count == 0 && (against is null
            ? otherwise is BooleanValue { Boolean: false }
            : branch.Plug(against) is ScalarTerm { Value: var wanted } && !wanted.Equals(otherwise));

    private RewrittenRule Renamed(RewrittenRule rule)
    {
        var suffix = $"~{_fresh++}";
        var rewriter = new TermRewriter(v => v.Name is "input" or "data" ? v : new VarTerm(v.Name + suffix, v.Location));
        return new RewrittenRule
        {
            Source = rule.Source,
            Parameters = [.. rule.Parameters.Select(rewriter.Term)],
            Tail = [.. rule.Tail.Select(rewriter.Term)],
            Key = rule.Key is null ? null : rewriter.Term(rule.Key),
            Value = rule.Value is null ? null : rewriter.Term(rule.Value),
            Body = [.. rewriter.Body(rule.Body)],
        };
    }

    private void Negated(Expression statement, Branch branch, Action<Branch> next)
    {
        var inner = new Expression { Location = statement.Location, Term = statement.Term, With = statement.With };
        var ways = new List<Branch>();
        Run([inner], 0, branch with { Left = [], Asked = [] }, ways.Add);
        var bodies = ways.Select(Finished).ToList();
        if (bodies.Exists(body => body.Count == 0))
        {
            return;
        }

        foreach (var body in bodies)
        {
            var outside = body.SelectMany(TermSearch.Variables).Where(branch.Open.Contains).Distinct().ToList();
            var isPlain = body is [{ Every: null } only] && (!only.Negated || outside.Count == 0)
                && TermSearch.Variables(only).All(branch.Open.Contains);
            branch = branch.Leave(isPlain
                ? new Expression { Location = statement.Location, Negated = !body[0].Negated, Term = body[0].Term, With = body[0].With }
                : new Expression { Location = statement.Location, Negated = true, Term = Support.Not(body, outside) });
        }

        next(branch);
    }

    // by the evaluator itself: each row is a way on
    private void Known(Expression statement, Branch branch, Action<Branch> next)
    {
        switch (statement)
        {
            case { Negated: false, With.Count: 0, Term: ScalarTerm { Value: var value } }:
                if (value is not BooleanValue { Boolean: false })
                {
                    next(branch);
                }

                return;
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var legal = new TermRewriter(v =>
        {
            if (v.Name is "input" or "data")
            {
                return v;
            }

            if (!names.TryGetValue(v.Name, out var given))
            {
                names[v.Name] = given = $"v{names.Count}";
            }

            return new VarTerm(given, v.Location);
        }, statement: Support.Written);
        var prepared = _program.Prepare(TermText.Of(legal.Statement(statement)));
        if (prepared.Query is not { } query)
        {
            throw new PartialException(prepared.Errors[0]);
        }

        var outcome = query.Evaluate(_options.Input, _cancellation);
        if (outcome.Error is { } error)
        {
            throw new PartialException(error);
        }

        foreach (var row in outcome.Rows.Where(r => r.Statements.All(s => s.Value is not BooleanValue { Boolean: false })))
        {
            var bound = branch;
            foreach (var (name, given) in names)
            {
                if (row.Bindings.FirstOrDefault(b => b.Key == given) is { Key: not null, Value: { } value })
                {
                    bound = bound.Bind(name, new ScalarTerm(value, statement.Location));
                }
            }

            next(bound);
        }
    }

    private static Expression Truth(Term term) => new() { Location = term.Location, Term = term };
}
