using System.Text.Json;
using Reeve.Core.Errors;
using Reeve.Core.Policies;

namespace Reeve.Runtime.Catalog;

/// <summary>What came of applying or deleting documents: all was done, or nothing was and the mistakes say why.</summary>
/// <param name="Changes">What was (or, in a dry run, would be) done, in the order of the documents.</param>
/// <param name="Mistakes">Why nothing was done; empty when it was.</param>
public sealed record ApplyOutcome(IReadOnlyList<ResourceChange> Changes, IReadOnlyList<Mistake> Mistakes)
{
    /// <summary>Was it done?</summary>
    public bool Succeeded => Mistakes.Count == 0;
}

/// <summary>What happens to one document.</summary>
/// <param name="Key">Which.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Revision">Its revision after that.</param>
public sealed record ResourceChange(ResourceKey Key, ResourceChangeKind Kind, long Revision)
{
    /// <summary>The document as it is after that; undefined when it is gone.</summary>
    public JsonElement Body { get; init; }
}

/// <summary>What can happen to a document.</summary>
public enum ResourceChangeKind
{
    /// <summary>It is as it was.</summary>
    Unchanged,

    /// <summary>It is new.</summary>
    Created,

    /// <summary>It is another than before.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Deleted,
}
