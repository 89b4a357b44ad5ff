using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Core.Evaluation;

/// <summary>What a program gets to see.</summary>
/// <param name="Now">The loop's time: the clock's, or virtual in a simulation.</param>
/// <param name="Signal">The signal; null when a timer woke the program.</param>
/// <param name="Facts">The facts about the key's target.</param>
public readonly record struct EvaluationInput(DateTimeOffset Now, Signal? Signal, Facts Facts);

/// <summary>The facts gathered for an evaluation: a view on the targets as they are now; nothing is copied until asked for.</summary>
/// <param name="Target">The key's target: the instance, the group, or the binding's anchor.</param>
/// <param name="Targets">All targets, to look around from there.</param>
/// <param name="Binding">The binding's name.</param>
public sealed record Facts(Target Target, ITargets Targets, string Binding)
{
    /// <summary>The group that the target is in, or is.</summary>
    public Target? Group => Targets.GroupOf(Target);

    /// <summary>The instances of the group (or below the target).</summary>
    public IReadOnlyList<Target> Members => Targets.InstancesBelow((Group ?? Target).Key);
}
