using Reeve.Core.Identity;
using Reeve.Core.Matching;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>
/// Match: which bindings want the signal, and which key of each it belongs to. It runs at the door, on whatever thread brings the
/// signal, and hands each way on to the owner of its key; so a signal that nobody wants costs a look-up and nothing more.
/// </summary>
public sealed class MatchStep : ILoopStep
{
    /// <inheritdoc/>
    public string Name => "match";

    /// <summary>May anybody want the event? It costs next to nothing to ask, and for most events the answer is no.</summary>
    public static bool MayBeWanted(Scope scope, Event seen, BindingIndex bindings, TargetDirectory targets) =>
        bindings.MayWant(scope, seen.Service)

        // what is called by an alias is somewhere else than its name says
        && (bindings.MayWant(scope, seen.Target, seen.Service) || targets.IsAlias(scope, seen.Target));

    /// <summary>
    /// The ways that an event takes to the bindings that want it, put into an empty list and each told of the next. The version is that
    /// of the targets before the event's was looked for.
    /// </summary>
    public static void Event(
        EventSignal signal, Target target, long version, List<ActiveBinding> wanting, ITargets targets, List<LoopPass> into)
    {
        foreach (var active in wanting)
        {
            into.Add(new LoopPass
            {
                Active = active,
                KeyTarget = active.KeyTarget(target, targets),
                TargetsVersion = version,
                Signal = signal,
                At = signal.At,
            });
            if (into.Count > 1)
            {
                into[^2].Sibling = into[^1];
            }
        }
    }

    /// <summary>The ways that a tick takes: one for each key of the binding.</summary>
    public static IEnumerable<LoopPass> Tick(TickSignal signal, ActiveBinding active, TargetDirectory targets)
    {
        var candidates = active.Binding.Targets.Path is { } path
            ? Below(new TargetKey(active.Binding.Scope, path), targets)
            : targets.Of(active.Binding.Scope);
        foreach (var target in active.KeyTargets(targets, candidates).ToList())
        {
            yield return new LoopPass { Active = active, KeyTarget = target, Signal = signal, At = signal.At };
        }
    }

    /// <summary>
    /// At the door the ways were made already; the owner only looks whether the binding is still at work, and as it is now.
    /// </summary>
    public StepOutcome Run(LoopPass pass, LoopOwner owner)
    {
        if (Renew(pass, owner.Bindings, isSamePolicy: false))
        {
            return StepOutcome.Continue;
        }

        owner.Done(pass);
        return StepOutcome.Stop;
    }

    /// <summary>
    /// Gives the pass the binding as it is now; false when it is no longer at work (or not with the same policy, where that counts).
    /// </summary>
    internal static bool Renew(LoopPass pass, BindingIndex bindings, bool isSamePolicy)
    {
        if (pass.Active.IsAtWork)
        {
            return true;
        }

        if (bindings.Find(pass.Active.Binding.Scope, pass.Active.Binding.Name) is not { Binding.Enabled: true } current
            || isSamePolicy && !current.HasPolicyOf(pass.Active))
        {
            return false;
        }

        pass.Active = current;
        return true;
    }

    private static IEnumerable<Target> Below(TargetKey key, TargetDirectory targets)
    {
        if (targets.Find(key) is { } self)
        {
            yield return self;
        }

        foreach (var child in targets.Children(key))
        {
            foreach (var below in Below(child.Key, targets))
            {
                yield return below;
            }
        }
    }
}
