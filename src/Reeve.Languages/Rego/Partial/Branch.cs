using System.Collections.Immutable;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Partial;

/// <summary>One way through the rules: what variables stand for, and the statements that are left.</summary>
/// <param name="Bound">What variables stand for: values, or references to what is unknown.</param>
/// <param name="Left">The statements that are left.</param>
/// <param name="Open">The variables of the statements that are left.</param>
/// <param name="Asked">References that variables stand for: they must be defined, also when nothing else asks for them.</param>
internal sealed record Branch(
    ImmutableDictionary<string, Term> Bound, ImmutableList<Expression> Left, ImmutableHashSet<string> Open, ImmutableList<Term> Asked)
{
    public static Branch Empty { get; } = new(
        ImmutableDictionary.Create<string, Term>(StringComparer.Ordinal), [], ImmutableHashSet.Create<string>(StringComparer.Ordinal), []);

    /// <summary>A variable stands for a term from here on; references in it are asked for, and their variables are those of all.</summary>
    public Branch Bind(string name, Term term)
    {
        List<RefTerm> references = [.. TermSearch.All(term).OfType<RefTerm>()];
        return this with
        {
            Bound = Bound.SetItem(name, term),
            Asked = Asked.AddRange(references),
            Open = Open.Union(references.SelectMany(TermSearch.Variables)),
        };
    }

    public Branch Leave(Expression statement) =>
        this with { Left = Left.Add(statement), Open = Open.Union(TermSearch.Variables(statement)) };

    public Term Plug(Term term) => Rewriter.Term(term);

    public Expression Plug(Expression statement) => Rewriter.Statement(statement);

    private TermRewriter Rewriter => new(Resolve, Step);

    private Term Resolve(VarTerm name) => Bound.TryGetValue(name.Name, out var term) ? Plug(term) : name;

    // into a composite as far as its keys are known
    private static Term Step(RefTerm path)
    {
        var (head, at) = (path.Head, 1);
        while (at < path.Parts.Count && path.Parts[at] is ScalarTerm { Value: var key })
        {
            var inner = head switch
            {
                ScalarTerm { Value: ObjectValue map } => map.Get(key) is { } member ? new ScalarTerm(member, path.Location) : null,
                ScalarTerm { Value: ArrayValue array } when key is NumberValue n && n.TryGetInt64(out var i) && i >= 0 && i < array.Count =>
                    new ScalarTerm(array[(int)i], path.Location),
                ArrayTerm array when key is NumberValue n && n.TryGetInt64(out var i) && i >= 0 && i < array.Items.Count =>
                    array.Items[(int)i],
                ObjectTerm map when map.Pairs.All(p => p.Key is ScalarTerm) =>
                    map.Pairs.LastOrDefault(p => ((ScalarTerm)p.Key).Value.Equals(key)).Value,
                _ => null,
            };
            if (inner is null)
            {
                break;
            }

            (head, at) = (inner, at + 1);
        }

        return at == 1 ? path
            : at == path.Parts.Count ? head
            : head is RefTerm outer ? new RefTerm([.. outer.Parts, .. path.Parts.Skip(at)], path.Location)
            : new RefTerm([head, .. path.Parts.Skip(at)], path.Location);
    }
}
