using System.Collections.Immutable;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;

namespace Reeve.Core.Matching;

/// <summary>
/// A binding ready to run: with the policy revision it uses, the compiled program and its restraints. A change makes a new one.
/// </summary>
public sealed class ActiveBinding(Binding binding, Policy policy, PolicyType type, IProgram program)
{
    private volatile bool _isAtWork;

    /// <summary>The binding.</summary>
    public Binding Binding { get; } = binding;

    /// <summary>The policy.</summary>
    public Policy Policy { get; } = policy;

    /// <summary>The policy's type.</summary>
    public PolicyType Type { get; } = type;

    /// <summary>The compiled policy.</summary>
    public IProgram Program { get; } = program;

    /// <summary>What holds its actions back, in the order of asking.</summary>
    public ImmutableArray<IRestraint> Restraints { get; } = RestraintOrder.For(binding.Restraints);

    /// <summary>Is it the one that the index has now, and enabled? Set by the index alone.</summary>
    internal bool IsAtWork
    {
        get => _isAtWork;
        set => _isAtWork = value;
    }

    /// <summary>
    /// Is it the same policy, so that states and verdicts of the other one count here too? Restraints and escalation may differ.
    /// </summary>
    public bool HasPolicyOf(ActiveBinding other) =>
        ReferenceEquals(this, other)
        || Policy.Name == other.Policy.Name
        && Policy.Revision == other.Policy.Revision
        && Type.FullName == other.Type.FullName
        && Type.Revision == other.Type.Revision
        && Binding.Per == other.Binding.Per;

    /// <summary>The target of the key that a matched target's signals belong to.</summary>
    public Target KeyTarget(Target matched, ITargets targets) => Binding.Per switch
    {
        KeyScope.Instance => matched,
        KeyScope.Group => targets.GroupOf(matched) ?? matched,
        _ => Anchor(targets),
    };

    /// <summary>
    /// The targets of all keys, for a tick: the fitting instances (or what the selector's kind says), their groups, or the anchor.
    /// </summary>
    public IEnumerable<Target> KeyTargets(ITargets targets, IEnumerable<Target> candidates)
    {
        if (Binding.Per == KeyScope.All)
        {
            return [Anchor(targets)];
        }

        var fitting = candidates.Where(Binding.Targets.Fits);
        if (Binding.Per == KeyScope.Group)
        {
            return fitting
                .Select(t => targets.GroupOf(t) ?? (targets.Children(t.Key).Count == 0 ? t : null))
                .OfType<Target>()
                .DistinctBy(t => t.Key);
        }

        return Binding.Targets.Kind is not null ? fitting : fitting.Where(t => targets.Children(t.Key).Count == 0 && t.Capacity is null);
    }

    /// <summary>The target that stands for all: the selector's path, or a made-up one named <c>*</c>.</summary>
    internal Target Anchor(ITargets targets)
    {
        if (Binding.Targets.Path is { } path)
        {
            var key = new TargetKey(Binding.Scope, path);
            return targets.Find(key) ?? new Target { Key = key, Kind = "unknown" };
        }

        return new Target { Key = new TargetKey(Binding.Scope, "*"), Kind = "all" };
    }
}
