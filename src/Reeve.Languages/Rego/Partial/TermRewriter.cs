using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Partial;

/// <summary>Makes terms and statements anew with other variables or references in them.</summary>
internal sealed class TermRewriter(
    Func<VarTerm, Term> variable, Func<RefTerm, Term>? reference = null, Func<Term, Term>? statement = null)
{
    public Term Term(Term term) => term switch
    {
        VarTerm name => variable(name),
        RefTerm path => Reference(path),
        ArrayTerm array => new ArrayTerm(All(array.Items), array.Location),
        SetTerm set => new SetTerm(All(set.Items), set.Location),
        ObjectTerm map => new ObjectTerm([.. map.Pairs.Select(p => KeyValuePair.Create(Term(p.Key), Term(p.Value)))], map.Location),
        CallTerm call => new CallTerm(call.Callee is RefTerm callee ? Callee(callee) : call.Callee, All(call.Arguments), call.Location),
        ComprehensionTerm made => new ComprehensionTerm(
            made.Kind, Term(made.Head), made.Value is null ? null : Term(made.Value), Body(made.Body), made.Location),
        _ => term,
    };

    public IReadOnlyList<Expression> Body(IEnumerable<Expression> body) => [.. body.Select(Statement)];

    public Expression Statement(Expression said) => new()
    {
        Location = said.Location,
        Negated = said.Negated,
        Term = said.Term is null ? null : statement is null ? Term(said.Term) : statement(Term(said.Term)),
        Every = said.Every is not { } every
            ? null : new(every.Key is null ? null : Term(every.Key), Term(every.Value), Term(every.Domain), Body(every.Body)),
        With = [.. said.With.Select(w => w with { Value = Term(w.Value) })],
        Generated = said.Generated,
    };

    private Term[] All(IEnumerable<Term> terms) => [.. terms.Select(Term)];

    private Term Reference(RefTerm path)
    {
        var head = path.Head is VarTerm { Name: "input" or "data" } ? path.Head : Term(path.Head);
        var parts = path.Parts.Skip(1).Select(Term);
        var made = head is RefTerm inner
            ? new RefTerm([.. inner.Parts, .. parts], path.Location)
            : new RefTerm([head, .. parts], path.Location);
        return reference is null ? made : reference(made);
    }

    // a function is named, not looked up
    private Term Callee(RefTerm callee) => reference is null ? callee : reference(callee);
}

/// <summary>Looks for things inside of terms and statements.</summary>
internal static class TermSearch
{
    /// <summary>The term itself and all inside of it, the parts of references too; not the names of built-ins.</summary>
    public static IEnumerable<Term> All(Term term)
    {
        yield return term;
        IEnumerable<Term> inner = term switch
        {
            RefTerm path => path.Parts,
            ArrayTerm array => array.Items,
            SetTerm set => set.Items,
            ObjectTerm map => map.Pairs.SelectMany(p => new[] { p.Key, p.Value }),
            CallTerm call => call.Callee is RefTerm callee ? call.Arguments.Append(callee) : call.Arguments,
            ComprehensionTerm { Value: null } made => made.Body.SelectMany(All).Prepend(made.Head),
            ComprehensionTerm made => made.Body.SelectMany(All).Prepend(made.Value!).Prepend(made.Head),
            _ => [],
        };
        foreach (var one in inner.SelectMany(All))
        {
            yield return one;
        }
    }

    /// <summary>All terms of a statement.</summary>
    public static IEnumerable<Term> All(Expression statement)
    {
        var terms = statement.Term is null ? [] : All(statement.Term);
        if (statement.Every is { } every)
        {
            terms = terms.Concat(All(every.Value)).Concat(All(every.Domain)).Concat(every.Body.SelectMany(All));
        }

        return terms.Concat(statement.With.SelectMany(w => All(w.Value)));
    }

    /// <summary>The names of the variables, without <c>input</c> and <c>data</c>.</summary>
    public static IEnumerable<string> Variables(Expression statement) =>
        All(statement).OfType<VarTerm>().Select(v => v.Name).Where(n => n is not ("input" or "data"));

    /// <summary>The names of the variables, without <c>input</c> and <c>data</c>.</summary>
    public static IEnumerable<string> Variables(Term term) =>
        All(term).OfType<VarTerm>().Select(v => v.Name).Where(n => n is not ("input" or "data"));
}
