using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Partial;

/// <summary>What is not known yet, and which rules look at it.</summary>
internal sealed class Unknowns(Compilation compilation, IReadOnlyList<RefTerm> references)
{
    private readonly Dictionary<RuleNode, bool> _nodes = [];

    /// <summary>Is the whole of <c>input</c>, or a part of it, unknown?</summary>
    public bool OnlyInput => references.All(r => r.Head is VarTerm { Name: "input" });

    /// <summary>Does a statement look at something unknown, itself or by rules?</summary>
    public bool In(Expression statement) => TermSearch.All(statement).Any(Is);

    /// <summary>Does a term look at something unknown, itself or by rules?</summary>
    public bool In(Term term) => TermSearch.All(term).Any(Is);

    /// <summary>Is it a reference to something unknown, itself or by the rules behind it?</summary>
    public bool Is(Term term) => term is RefTerm path
        ? IsNamed(path) || IsByRules(path)
        : term is VarTerm { Name: "input" } name && IsNamed(new RefTerm([name], name.Location));

    /// <summary>Is the reference itself (or a part of what it is) one of the unknown?</summary>
    public bool IsNamed(RefTerm path) => IsOfSupport(path) || references.Any(unknown => IsPrefix(unknown, path));

    /// <summary>Are there rules behind a reference that look at something unknown?</summary>
    public bool IsByRules(RefTerm path)
    {
        if (path.Head is not VarTerm { Name: "data" })
        {
            return false;
        }

        var node = compilation.Root;
        foreach (var part in path.Parts.Skip(1))
        {
            if (node.HasRules || part is not ScalarTerm key)
            {
                break;
            }

            if (node.Child(key.Value) is not { } child)
            {
                return false;
            }

            node = child;
        }

        return InNode(node);
    }

    // rules of the support modules look at what is unknown, else they would not be there
    private static bool IsOfSupport(RefTerm path) =>
        path.Parts is [VarTerm { Name: "data" }, ScalarTerm { Value: StringValue { Text: "partial" } }, _, ..];

    private bool InNode(RuleNode node)
    {
        if (_nodes.TryGetValue(node, out var known))
        {
            return known;
        }

        _nodes[node] = false;
        var found = node.Rules.Any(rule => rule.Rewritten is { } made && InRule(made)) || node.Children.Values.Any(InNode);
        _nodes[node] = found;
        return found;
    }

    private bool InRule(RewrittenRule rule) =>
        rule.Body.Any(In) || (rule.Key is { } key && In(key)) || (rule.Value is { } value && In(value)) || rule.Tail.Any(In)
        || rule.Parameters.Any(In) || (rule.Else is { } other && InRule(other));

    // either may be longer: who asks for `data` asks for what is below too
    private static bool IsPrefix(RefTerm unknown, RefTerm path)
    {
        for (var i = 0; i < Math.Min(unknown.Parts.Count, path.Parts.Count); i++)
        {
            var same = (unknown.Parts[i], path.Parts[i]) switch
            {
                (VarTerm a, VarTerm b) when i == 0 => a.Name == b.Name,
                (ScalarTerm a, ScalarTerm b) => a.Value.Equals(b.Value),
                (_, ScalarTerm) => false,
                _ => i > 0,
            };
            if (!same)
            {
                return false;
            }
        }

        return true;
    }
}
