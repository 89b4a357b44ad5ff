using System.Collections.Immutable;
using Reeve.Core.Identity;
using Reeve.Core.Policies;

namespace Reeve.Runtime.Catalog;

/// <summary>
/// What goes when documents are applied as all there is: everything else in the projects that the documents are of, of every kind.
/// </summary>
/// <param name="Labels">Only what has all of these labels; a null value for any.</param>
public sealed record PruneRule(IReadOnlyList<(string Name, string? Value)> Labels)
{
    internal bool Takes(CatalogEntry entry, IReadOnlySet<Scope> scopes, IReadOnlySet<ResourceKey> kept) =>
        scopes.Contains(entry.Key.Scope)
            && !kept.Contains(entry.Key)
            && Labels.All(l => Has(entry.Labels, l.Name, l.Value));

    private static bool Has(ImmutableSortedDictionary<string, string> labels, string name, string? value) =>
        labels.TryGetValue(name, out var there) && (value is null || there == value);
}
