using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>Which variables a unification binds, known before it runs.</summary>
internal static class Unification
{
    /// <summary>Adds to <paramref name="safe"/> what <c>a = b</c> binds.</summary>
    public static void Bind(Term a, Term b, HashSet<string> safe)
    {
        var pending = new List<(Term A, Term B)> { (a, b) };
        bool moved;
        do
        {
            moved = false;
            for (var at = 0; at < pending.Count; at++)
            {
                var (left, right) = pending[at];
                if (IsBound(left, safe))
                {
                    BindAll(right, safe);
                }
                else if (IsBound(right, safe))
                {
                    BindAll(left, safe);
                }
                else if (left is ArrayTerm x && right is ArrayTerm y && x.Items.Count == y.Items.Count)
                {
                    for (var item = 0; item < x.Items.Count; item++)
                    {
                        pending.Add((x.Items[item], y.Items[item]));
                    }
                }
                else if (left is ObjectTerm m && right is ObjectTerm n)
                {
                    Pairs(m, n, pending);
                }
                else
                {
                    continue;
                }

                pending.RemoveAt(at--);
                moved = true;
            }
        }
        while (moved);
    }

    /// <summary>True when all variables of the term are bound, so that it has one value.</summary>
    public static bool IsBound(Term term, HashSet<string> safe)
    {
        var bound = true;
        TermVariables.Of(term, TermVariables.Skip.Closures, variable => bound &= safe.Contains(variable.Name));
        return bound;
    }

    private static void Pairs(ObjectTerm m, ObjectTerm n, List<(Term A, Term B)> pending)
    {
        foreach (var (key, value) in m.Pairs)
        {
            if (key is not ScalarTerm constant)
            {
                continue;
            }

            foreach (var (otherKey, otherValue) in n.Pairs)
            {
                if (otherKey is ScalarTerm other && other.Value.Equals(constant.Value))
                {
                    pending.Add((value, otherValue));
                }
            }
        }
    }

    private static void BindAll(Term term, HashSet<string> safe) => TermVariables.Of(
        term,
        TermVariables.Skip.Closures | TermVariables.Skip.Sets | TermVariables.Skip.ObjectKeys | TermVariables.Skip.Refs,
        variable => safe.Add(variable.Name));
}
