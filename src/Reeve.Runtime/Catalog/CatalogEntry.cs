using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Matching;
using Reeve.Core.Policies;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;

namespace Reeve.Runtime.Catalog;

/// <summary>A document as the catalog keeps it in memory: what it says, read; its text stays in the store.</summary>
internal abstract record CatalogEntry(ResourceKey Key, long Revision)
{
    /// <summary>A hash of the document's body, to see that nothing has changed.</summary>
    public required UInt128 Hash { get; init; }

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

internal sealed record TargetEntry(ResourceKey Key, long Revision, IReadOnlyList<Target> Targets) : CatalogEntry(Key, Revision);

internal sealed record TypeEntry(ResourceKey Key, long Revision, PolicyType Type) : CatalogEntry(Key, Revision);

internal sealed record PolicyEntry(ResourceKey Key, long Revision, string Type, JsonElement Given) : CatalogEntry(Key, Revision)
{
    /// <summary>The policy with its defaults filled in; null until the type is known.</summary>
    public Policy? Policy { get; init; }

    /// <summary>The policy's type at the time of compiling.</summary>
    public PolicyType? Compiled { get; init; }

    /// <summary>The compiled policy.</summary>
    public IProgram? Program { get; init; }
}

internal sealed record WorkflowEntry(ResourceKey Key, long Revision, Workflow Workflow) : CatalogEntry(Key, Revision);

internal sealed record BindingEntry(ResourceKey Key, long Revision, Binding Binding) : CatalogEntry(Key, Revision);

internal sealed record SilenceEntry(ResourceKey Key, long Revision, Silence Silence) : CatalogEntry(Key, Revision);
