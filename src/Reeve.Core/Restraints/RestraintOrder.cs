using System.Collections.Immutable;

namespace Reeve.Core.Restraints;

/// <summary>The order in which restraints are asked, written once. All are asked, so that an explanation is complete.</summary>
public static class RestraintOrder
{
    /// <summary>The restraints of a binding.</summary>
    public static ImmutableArray<IRestraint> For(RestraintSettings settings)
    {
        var order = ImmutableArray.CreateBuilder<IRestraint>();
        Add(order, true, () => new SilenceRestraint());
        Add(order, !settings.Freezes.IsEmpty, () => new FreezeRestraint(settings.Freezes));
        Add(order, !settings.Windows.IsEmpty, () => new WindowRestraint(settings.Windows));
        Add(order, settings.For is not null, () => new ForRestraint(settings.For!.Value));
        Add(order, settings.AccumulateWithin is not null, () => new AccumulateWithinRestraint(settings.AccumulateWithin!));
        Add(order, settings.OnceAfter is not null, () => new OnceAfterRestraint(settings.OnceAfter!.Value));
        Add(order, settings.OnceWithin is not null, () => new OnceWithinRestraint(settings.OnceWithin!.Value));
        Add(order, settings.NodeStarted, () => new NodeStartedRestraint());
        Add(order, settings.InFlight, () => new InFlightRestraint());
        Add(order, settings.Opposing, () => new OpposingRestraint());
        Add(order, settings.InFlight, () => new SettleRestraint());
        Add(order, settings.Cooldown is not null, () => new CooldownRestraint(settings.Cooldown!.Value));
        Add(order, settings.Interval is not null, () => new IntervalRestraint(settings.Interval!.Value));
        Add(order, settings.CapacityBounds, () => new CapacityBoundsRestraint());
        Add(order, settings.BlastRadius is not null, () => new BlastRadiusRestraint(settings.BlastRadius!));
        Add(order, settings.Budget is not null, () => new BudgetRestraint(settings.Budget!));
        Add(order, settings.Approval is not null, () => new ApprovalRestraint(settings.Approval!));
        return order.ToImmutable();
    }

    private static void Add(ImmutableArray<IRestraint>.Builder order, bool asked, Func<IRestraint> make)
    {
        if (asked)
        {
            order.Add(make());
        }
    }
}
