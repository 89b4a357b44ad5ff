using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>
/// Picks the rules of a document that can hold: one value is looked up in a table, and the rules that compare it with another constant are
/// never tried.
/// </summary>
internal sealed class RuleIndex(Node subject, Dictionary<Value, RuleIndex.Bucket> table, RuleIndex.Bucket others)
{
    public CompiledRule[] Find(Context context, Span<Value?> frame)
    {
        var value = subject.Eval(context, frame);
        var bucket = value is not null && table.TryGetValue(value, out var found) ? found : others;
        return bucket.Deeper is null ? bucket.Rules : bucket.Deeper.Find(context, frame);
    }

    /// <summary>Rules in their order, and a further index over them when that pays.</summary>
    internal sealed record Bucket(CompiledRule[] Rules, RuleIndex? Deeper);
}
