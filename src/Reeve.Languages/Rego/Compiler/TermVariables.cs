using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>Which variables occur where; <c>input</c> and <c>data</c> count as bound and are never reported.</summary>
internal static class TermVariables
{
    [Flags]
    public enum Skip
    {
        None = 0,
        Closures = 1,
        Sets = 2,
        ObjectKeys = 4,
        RefHeads = 8,
        Refs = 16,
    }

    public static void Of(Expression statement, Skip skip, Action<VarTerm> found)
    {
        foreach (var with in statement.With)
        {
            Of(with.Value, skip, found);
        }

        if (statement.Every is { } every)
        {
            Of(every.Domain, skip, found);
            if ((skip & Skip.Closures) == 0)
            {
                if (every.Key is not null)
                {
                    Of(every.Key, skip, found);
                }

                Of(every.Value, skip, found);
                Of(every.Body, skip, found);
            }
        }
        else if (statement.Term is CallTerm call)
        {
            foreach (var argument in call.Arguments)
            {
                Of(argument, skip, found);
            }
        }
        else if (statement.Term is not null)
        {
            Of(statement.Term, skip, found);
        }
    }

    public static void Of(IReadOnlyList<Expression> body, Skip skip, Action<VarTerm> found)
    {
        foreach (var statement in body)
        {
            Of(statement, skip, found);
        }
    }

    public static void Of(Term term, Skip skip, Action<VarTerm> found)
    {
        switch (term)
        {
            case VarTerm variable when variable.Name is not ("input" or "data"):
                found(variable);
                break;
            case ArrayTerm array:
                foreach (var item in array.Items)
                {
                    Of(item, skip, found);
                }

                break;
            case SetTerm set when (skip & Skip.Sets) == 0:
                foreach (var item in set.Items)
                {
                    Of(item, skip, found);
                }

                break;
            case ObjectTerm map:
                foreach (var (key, value) in map.Pairs)
                {
                    if ((skip & Skip.ObjectKeys) == 0)
                    {
                        Of(key, skip, found);
                    }

                    Of(value, skip, found);
                }

                break;
            case RefTerm path when (skip & Skip.Refs) == 0:
                for (var at = (skip & Skip.RefHeads) == 0 ? 0 : 1; at < path.Parts.Count; at++)
                {
                    Of(path.Parts[at], skip, found);
                }

                break;
            case ComprehensionTerm comprehension when (skip & Skip.Closures) == 0:
                Of(comprehension.Head, skip, found);
                if (comprehension.Value is not null)
                {
                    Of(comprehension.Value, skip, found);
                }

                Of(comprehension.Body, skip, found);
                break;
        }
    }

    /// <summary>The references of a statement outside of closures, in order.</summary>
    public static void References(Term term, Action<RefTerm> found)
    {
        if (term is RefTerm path)
        {
            found(path);
        }

        // what a call is given has been lifted into statements of its own
        foreach (var part in term is CallTerm ? [] : term.Inner)
        {
            References(part, found);
        }
    }

    /// <summary>The closures of a statement: comprehensions, and the bodies of <c>every</c>.</summary>
    public static void Closures(Expression statement, Action<ComprehensionTerm> comprehension, Action<EveryStatement> every)
    {
        foreach (var with in statement.With)
        {
            Closures(with.Value, comprehension);
        }

        if (statement.Every is { } all)
        {
            every(all);
        }
        else if (statement.Term is CallTerm call)
        {
            foreach (var argument in call.Arguments)
            {
                Closures(argument, comprehension);
            }
        }
        else if (statement.Term is not null)
        {
            Closures(statement.Term, comprehension);
        }
    }

    public static void Closures(Term term, Action<ComprehensionTerm> found)
    {
        if (term is ComprehensionTerm comprehension)
        {
            found(comprehension);
        }

        foreach (var part in term is CallTerm ? [] : term.Inner)
        {
            Closures(part, found);
        }
    }
}
