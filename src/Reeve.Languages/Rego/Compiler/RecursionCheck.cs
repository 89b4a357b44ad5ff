using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>Finds rules that need themselves, by way of whatever a reference may reach.</summary>
internal sealed class RecursionCheck(Compilation compilation, ErrorList errors)
{
    private readonly Dictionary<RuleNode, HashSet<RuleNode>> _edges = [];
    private readonly Dictionary<RuleNode, int> _state = [];

    public void Run()
    {
        foreach (var rule in compilation.Rules)
        {
            if (!_edges.TryGetValue(rule.Node, out var targets))
            {
                _edges[rule.Node] = targets = [];
            }

            for (var one = rule.Rewritten; one is not null; one = one.Else)
            {
                Body(one.Body, targets);
                foreach (var term in (IEnumerable<Term?>)[.. one.Tail, one.Key, one.Value, .. one.Parameters])
                {
                    if (term is not null)
                    {
                        Term(term, targets);
                    }
                }
            }
        }

        foreach (var node in _edges.Keys)
        {
            Visit(node);
        }
    }

    /// <summary>Depth first without recursion: chains of rules can be long.</summary>
    private void Visit(RuleNode start)
    {
        if (_state.ContainsKey(start))
        {
            return;
        }

        var path = new List<(RuleNode Node, IEnumerator<RuleNode> Targets)>();
        Push(start);
        while (path.Count > 0)
        {
            var (node, rest) = path[^1];
            if (!rest.MoveNext())
            {
                _state[node] = 2;
                path.RemoveAt(path.Count - 1);
                continue;
            }

            var next = rest.Current;
            if (!_state.TryGetValue(next, out var state))
            {
                Push(next);
            }
            else if (state == 1)
            {
                var from = path.FindIndex(one => one.Node == next);
                var names = path.Skip(from).Select(one => one.Node.Name).Append(next.Name);
                errors.Add(
                    RegoError.RecursionError,
                    next.Rules[0].Source.Location,
                    $"rule {next.Name} is recursive: {string.Join(" -> ", names)}");
            }
        }

        void Push(RuleNode node)
        {
            _state[node] = 1;
            path.Add((node, (_edges.TryGetValue(node, out var targets) ? targets : []).GetEnumerator()));
        }
    }

    private void Body(IReadOnlyList<Expression> body, HashSet<RuleNode> targets)
    {
        foreach (var statement in body)
        {
            foreach (var with in statement.With)
            {
                Term(with.Value, targets);
            }

            if (statement.Every is { } every)
            {
                Term(every.Domain, targets);
                Body(every.Body, targets);
            }
            else
            {
                Term(statement.Term!, targets);
            }
        }
    }

    private void Term(Term term, HashSet<RuleNode> targets)
    {
        switch (term)
        {
            case VarTerm { Name: "data" }:
                Reach(compilation.Root, [], 0, targets);
                break;
            case RefTerm { Head: VarTerm { Name: "data" } } path:
                Reach(compilation.Root, path.Parts, 1, targets);
                Terms(path.Parts.Skip(1), targets);
                break;
            case ComprehensionTerm comprehension:
                Term(comprehension.Head, targets);
                if (comprehension.Value is not null)
                {
                    Term(comprehension.Value, targets);
                }

                Body(comprehension.Body, targets);
                break;
            case CallTerm { Callee: RefTerm { Head: VarTerm { Name: "data" } } callee } call:
                Reach(compilation.Root, callee.Parts, 1, targets);
                Terms(call.Arguments, targets);
                break;
            default:
                Terms(term.Inner, targets);
                break;
        }
    }

    private void Terms(IEnumerable<Term> terms, HashSet<RuleNode> targets)
    {
        foreach (var term in terms)
        {
            Term(term, targets);
        }
    }

    /// <summary>All documents that the reference can evaluate.</summary>
    private static void Reach(RuleNode node, IReadOnlyList<Term> parts, int at, HashSet<RuleNode> targets)
    {
        if (node.HasRules)
        {
            targets.Add(node);
        }

        if (at < parts.Count && parts[at] is ScalarTerm key)
        {
            if (node.Child(key.Value) is { } child)
            {
                Reach(child, parts, at + 1, targets);
            }

            return;
        }

        foreach (var child in node.Ordered)
        {
            Reach(child, parts, at + 1, targets);
        }
    }
}
