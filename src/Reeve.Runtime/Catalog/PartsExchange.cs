using Reeve.Core.Errors;
using Reeve.Core.Policies;

namespace Reeve.Runtime.Catalog;

/// <summary>
/// What becomes of the documents when parts come, change or go while all runs: those that the change concerns are checked and compiled
/// anew. One that was sound and would not be stands in the way; one that was not at work before does not.
/// </summary>
internal sealed class PartsExchange(
    IReadOnlyDictionary<ResourceKey, CatalogEntry> entries, PartsAtWork before, PartsAtWork after, Core.Targets.ITargets targets)
{
    /// <summary>The documents as they would be, with what stands in the way.</summary>
    public (CatalogView View, IReadOnlyList<Mistake> Mistakes) Try()
    {
        var old = new CatalogView(entries, before.Types);
        var view = new CatalogView(entries, after.Types);
        var was = new ReferenceCheck(old, before.Engines, before.Actors, before.Drivers, targets);
        var check = new ReferenceCheck(view, after.Engines, after.Actors, after.Drivers, targets);
        var mistakes = new List<Mistake>();
        foreach (var entry in entries.Values.ToList())
        {
            if (!IsConcerned(entry, old, view))
            {
                continue;
            }

            var own = new List<Mistake>();
            check.Check(entry, own);
            if (own.Count > 0 && IsSound(entry, was))
            {
                mistakes.AddRange(own.Select(m => new Mistake(
                    ErrorCodes.InUse, "", $"`{entry.Key}` would no longer be at work: {m.Message}; change or delete it first")));
            }
        }

        return (view, mistakes);
    }

    private bool IsConcerned(CatalogEntry entry, CatalogView old, CatalogView view) => entry switch
    {
        PolicyEntry policy => old.FindType(policy.Key.Scope, policy.Type) is var type
            && view.FindType(policy.Key.Scope, policy.Type) is var then
            && (!ReferenceEquals(type, then) || EngineChanges(type?.Engine)),
        TypeEntry type => EngineChanges(type.Type.Engine),
        BindingEntry or WorkflowEntry => !before.Actors.SequenceEqual(after.Actors),
        TargetEntry => !before.Drivers.SequenceEqual(after.Drivers),
        _ => false,
    };

    private bool EngineChanges(string? name) =>
        name is not null && !ReferenceEquals(before.Engines.GetValueOrDefault(name), after.Engines.GetValueOrDefault(name));

    private static bool IsSound(CatalogEntry entry, ReferenceCheck was)
    {
        var mistakes = new List<Mistake>();
        was.Check(entry, mistakes);
        return mistakes.Count == 0;
    }
}
