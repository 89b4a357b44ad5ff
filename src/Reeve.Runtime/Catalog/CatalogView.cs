using Reeve.Core.Identity;
using Reeve.Core.Policies;

namespace Reeve.Runtime.Catalog;

/// <summary>The documents as they would be: some new ones laid over those that are, some taken away.</summary>
internal sealed class CatalogView(IReadOnlyDictionary<ResourceKey, CatalogEntry> entries, IReadOnlyDictionary<string, PolicyType> builtIn)
{
    private readonly Dictionary<ResourceKey, CatalogEntry?> _over = [];

    /// <summary>What is laid over; null where something is taken away.</summary>
    public IReadOnlyDictionary<ResourceKey, CatalogEntry?> Over => _over;

    public void Put(CatalogEntry entry) => _over[entry.Key] = entry;

    public void Remove(ResourceKey key) => _over[key] = null;

    public TEntry? Find<TEntry>(Scope scope, string kind, string name) where TEntry : CatalogEntry =>
        Find(new ResourceKey(scope, kind, name)) as TEntry;

    public CatalogEntry? Find(ResourceKey key) => _over.TryGetValue(key, out var over) ? over : entries.GetValueOrDefault(key);

    /// <summary>The type that a policy names: of its scope, else built in.</summary>
    public PolicyType? FindType(Scope scope, string fullName) =>
        Find<TypeEntry>(scope, Core.Documents.ResourceKinds.PolicyType, fullName)?.Type ?? builtIn.GetValueOrDefault(fullName);

    /// <summary>The full names of all types that a policy of a scope may name.</summary>
    public IEnumerable<string> TypeNames(Scope scope) =>
        All<TypeEntry>().Where(t => t.Key.Scope == scope).Select(t => t.Key.Name).Concat(builtIn.Keys);

    public IEnumerable<TEntry> All<TEntry>() where TEntry : CatalogEntry =>
        entries.Values.OfType<TEntry>().Where(e => !_over.ContainsKey(e.Key)).Concat(_over.Values.OfType<TEntry>());
}
