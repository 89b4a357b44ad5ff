namespace Reeve.Languages.Rego.Evaluation;

/// <summary>All rules under <c>data</c>, ready to be evaluated.</summary>
internal sealed class CompiledTree(CompiledNode root, int count)
{
    public CompiledNode Root { get; } = root;

    /// <summary>How many nodes there are.</summary>
    public int Count { get; } = count;
}
