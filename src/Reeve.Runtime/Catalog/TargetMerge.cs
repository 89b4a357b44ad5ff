using Reeve.Core.Documents;
using Reeve.Core.Journal;
using Reeve.Core.Targets;

namespace Reeve.Runtime.Catalog;

/// <summary>
/// Lays a changed tree of targets over what is known: states, learned properties and the number of wanted instances live on.
/// </summary>
internal static class TargetMerge
{
    /// <summary>
    /// Adds the targets to write and to remove. A desired number counts when it is new or
    /// the document changed it; else what scaling made of it stays, within the bounds.
    /// </summary>
    public static void Add(TargetEntry? old, TargetEntry? tree, ITargets known, DateTimeOffset now, ChangeSet into)
    {
        foreach (var gone in old?.Targets.Where(t => tree is null || !tree.Targets.Any(n => n.Key == t.Key)) ?? [])
        {
            into.RemovedTargets.Add(gone.Key);
        }

        foreach (var target in tree?.Targets ?? [])
        {
            var before = old?.Targets.FirstOrDefault(t => t.Key == target.Key);
            into.Targets.Add(known.Find(target.Key) is { } living
                ? target with
                {
                    State = living.State,
                    StateReason = living.StateReason,
                    StateSince = living.StateSince,
                    CreatedAt = living.CreatedAt,
                    Properties = Json.Merge(living.Properties, target.Properties),
                    Capacity = CapacityOf(target, living, before),
                }
                : target with { CreatedAt = now, StateSince = now });
        }
    }

    private static Capacity? CapacityOf(Target target, Target living, Target? before)
    {
        if (target.Capacity is not { } said || living.Capacity is not { } has || before?.Capacity?.Desired != said.Desired)
        {
            return target.Capacity;
        }

        return said with { Desired = Math.Clamp(has.Desired, said.Min, said.Max) };
    }
}
