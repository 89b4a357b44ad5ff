using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Targets;

namespace Reeve.Core.Executions;

/// <summary>
/// Plans operations on targets: which instances, which driver calls, which new capacity. Pure: the same targets give the same plan.
/// </summary>
public static class OperationPlanner
{
    /// <summary>
    /// The plan; or null and why it cannot be done. Inputs: <c>count</c>, <c>desired</c>, <c>instances</c>;
    /// data of policies may say <c>count</c> and <c>candidates</c> and goes before inputs.
    /// </summary>
    public static OperationPlan? Plan(
        string operation, Target target, ITargets targets, JsonElement inputs, JsonElement data, out string? problem)
    {
        problem = null;
        switch (operation)
        {
            case Operation.Create:
                return Create(target, targets);
            case Operation.Delete:
                return Each(Existing(target, targets), [DriverVerb.Stop, DriverVerb.Delete], removes: true, Groups(target, targets, 0));
            case Operation.Start:
                return Each(Existing(target, targets), [DriverVerb.Start]);
            case Operation.Stop:
                return Each(Existing(target, targets), [DriverVerb.Stop]);
            case Operation.Restart:
                return Each(Existing(target, targets), [DriverVerb.Stop, DriverVerb.Start]);
            case Operation.Check:
                return Each(Existing(target, targets), [DriverVerb.Check]);
            case Operation.Heal:
                return Heal(target, targets);
            case Operation.ScaleOut:
            case Operation.ScaleIn:
            case Operation.Resize:
                return Scale(operation, target, targets, inputs, data, out problem);
            default:
                problem = $"there is no operation `{operation}`{DidYouMean.Hint(operation, Operation.All)}; "
                    + $"there are {string.Join(", ", Operation.All)}";
                return null;
        }
    }

    private static OperationPlan Create(Target target, ITargets targets)
    {
        var plans = ImmutableArray.CreateBuilder<InstancePlan>();
        foreach (var instance in Existing(target, targets))
        {
            if (instance.State is not TargetState.Started)
            {
                plans.Add(new InstancePlan(instance.Key.Path, [DriverVerb.Create, DriverVerb.Start], false, false));
            }
        }

        foreach (var group in GroupsBelow(target, targets))
        {
            var members = targets.InstancesBelow(group.Key);
            plans.AddRange(NewInstances(group, members, group.Capacity!.Desired - members.Count));
        }

        return new OperationPlan(plans.ToImmutable(), ImmutableSortedDictionary<string, int>.Empty);
    }

    // what failed or was lost is replaced under its own name; one instance that is named is replaced in any state
    private static OperationPlan Heal(Target target, ITargets targets)
    {
        var broken = Existing(target, targets).Where(i => i.Key == target.Key || i.State is TargetState.Failed or TargetState.Unknown);
        return Each(broken, [DriverVerb.Stop, DriverVerb.Delete, DriverVerb.Create, DriverVerb.Start]);
    }

    private static OperationPlan? Scale(
        string operation, Target target, ITargets targets, JsonElement inputs, JsonElement data, out string? problem)
    {
        problem = null;
        if (targets.GroupOf(target) is not { Capacity: { } capacity } group)
        {
            problem = $"`{target.Key}` is in no group, so there is nothing to scale";
            return null;
        }

        // what cannot be read must not become a number that nobody asked for
        var needed = operation == Operation.Resize ? "desired" : "count";
        if ((Unreadable(data, needed) ?? Unreadable(inputs, needed)) is { } wrong)
        {
            problem = $"`{needed}`: expected a whole number, found {Quote.Text(wrong)}";
            return null;
        }

        var members = targets.InstancesBelow(group.Key);
        var named = inputs.ValueKind == JsonValueKind.Object
            && inputs.TryGetProperty("instances", out var list)
            && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(i => i.ToString()).ToHashSet(StringComparer.Ordinal)
            : [];
        var count = data.Whole("count") ?? inputs.Whole("count") ?? (named.Count > 0 ? named.Count : 1);
        var desired = operation switch
        {
            Operation.ScaleOut => capacity.Desired + count,
            Operation.ScaleIn => capacity.Desired - count,
            _ => data.Whole("desired") ?? inputs.Whole("desired") ?? -1,
        };
        if (count < 1 && operation != Operation.Resize)
        {
            problem = $"`count` is {count}; it must be at least 1";
            return null;
        }

        if (desired < capacity.Min || desired > capacity.Max)
        {
            problem = desired < 0 && operation == Operation.Resize && inputs.Whole("desired") is null
                ? "resize needs the input `desired`, a whole number"
                : $"`{group.Key}` would have {desired} instances; its bounds are {capacity.Min} to {capacity.Max}";
            return null;
        }

        var plans = desired >= members.Count
            ? NewInstances(group, members, desired - members.Count)
            : Leavers(members, members.Count - desired, named, data)
                .Select(i => new InstancePlan(i.Key.Path, [DriverVerb.Stop, DriverVerb.Delete], false, true));
        return new OperationPlan([.. plans], ImmutableSortedDictionary<string, int>.Empty.Add(group.Key.Path, desired));
    }

    // first those that are named, then the policies' candidates, then the broken ones, then the youngest
    private static IEnumerable<Target> Leavers(IReadOnlyList<Target> members, int count, HashSet<string> named, JsonElement data)
    {
        var candidates = data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("candidates", out var list)
            && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(i => i.ToString()).ToHashSet(StringComparer.Ordinal)
            : [];
        return members
            .OrderByDescending(i => named.Contains(i.Key.Path) || named.Contains(i.Key.Name))
            .ThenByDescending(i => candidates.Contains(i.Key.Path) || candidates.Contains(i.Key.Name))
            .ThenByDescending(i => i.State == TargetState.Failed)
            .ThenByDescending(i => i.CreatedAt)
            .ThenByDescending(i => i.Key.Path, StringComparer.Ordinal)
            .Take(count);
    }

    private static IEnumerable<InstancePlan> NewInstances(Target group, IReadOnlyList<Target> members, int count)
    {
        var taken = members.Select(m => m.Key.Name).ToHashSet(StringComparer.Ordinal);
        for (var number = 1; count > 0; number++)
        {
            var name = $"{group.Key.Name}-{number}";
            if (taken.Add(name))
            {
                count--;
                yield return new InstancePlan(group.Key.Child(name).Path, [DriverVerb.Create, DriverVerb.Start], true, false);
            }
        }
    }

    private static IReadOnlyList<Target> Existing(Target target, ITargets targets) => targets.InstancesBelow(target.Key);

    private static OperationPlan Each(
        IEnumerable<Target> instances, ImmutableArray<DriverVerb> verbs, bool removes = false,
        ImmutableSortedDictionary<string, int>? desired = null) =>
        new(
            [.. instances.Select(i => new InstancePlan(i.Key.Path, verbs, false, removes && !i.Declared))],
            desired ?? ImmutableSortedDictionary<string, int>.Empty);

    private static ImmutableSortedDictionary<string, int> Groups(Target target, ITargets targets, int desired) =>
        target.Kind == TargetKinds.Instance
            ? ImmutableSortedDictionary<string, int>.Empty
            : GroupsBelow(target, targets)
                .Where(g => g.Capacity!.Min <= desired)
                .ToImmutableSortedDictionary(g => g.Key.Path, _ => desired);

    private static IEnumerable<Target> GroupsBelow(Target target, ITargets targets)
    {
        if (target.Capacity is not null)
        {
            yield return target;
        }

        foreach (var child in targets.Children(target.Key))
        {
            foreach (var group in GroupsBelow(child, targets))
            {
                yield return group;
            }
        }
    }

    private static string? Unreadable(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
        && of.Whole(name) is null ? value.ToString() : null;
}
