using System.Collections.Immutable;

namespace Reeve.Core.Loop;

/// <summary>
/// The closed loop: the order of its steps, written here and nowhere else. Every signal takes this way; a dry run, a back-test and a
/// binding that observes take it with <see cref="ActStep"/> muted; an operation that waits for its verdict takes it and waits.
/// </summary>
public static class ClosedLoop
{
    /// <summary>match → gather → evaluate → restrain → incident → act → record.</summary>
    public static readonly ImmutableArray<ILoopStep> Order =
    [
        new MatchStep(),
        new GatherStep(),
        new EvaluateStep(),
        new RestrainStep(),
        new IncidentStep(),
        new ActStep(),
        new RecordStep(),
    ];

    /// <summary>Where a verdict that comes back from a worker, or an episode that wakes up, goes on.</summary>
    public static readonly int AtRestrain = IndexOf<RestrainStep>();

    /// <summary>Runs a pass from a step on, until a step says that it goes on elsewhere or not at all.</summary>
    public static void Run(LoopPass pass, LoopOwner owner, int from)
    {
        if (LoopTraces.Source.HasListeners())
        {
            RunTraced(pass, owner, from);
            return;
        }

        if (owner.Counters.Stages.IsTurn())
        {
            RunTimed(pass, owner, from);
            return;
        }

        for (var i = from; i < Order.Length; i++)
        {
            if (Order[i].Run(pass, owner) == StepOutcome.Stop)
            {
                return;
            }
        }
    }

    private static void RunTimed(LoopPass pass, LoopOwner owner, int from)
    {
        for (var i = from; i < Order.Length; i++)
        {
            // how long a step took is a figure for operators and decides nothing, so it needs no virtual time
            var begun = TimeProvider.System.GetTimestamp();
            var outcome = Order[i].Run(pass, owner);
            owner.Counters.Stages.Add(i, (long)TimeProvider.System.GetElapsedTime(begun).TotalNanoseconds);
            if (outcome == StepOutcome.Stop)
            {
                return;
            }
        }
    }

    private static void RunTraced(LoopPass pass, LoopOwner owner, int from)
    {
        using var way = LoopTraces.Begin("reeve.loop", pass.Trace);
        way?.SetTag("reeve.binding", pass.Active.Binding.Name)
            .SetTag("reeve.policy", pass.Active.Policy.Name)
            .SetTag("reeve.target", pass.KeyTarget.Key.Path)
            .SetTag("reeve.signal", pass.Signal?.Id ?? (pass.IsTimer ? "timer" : "episode"));
        pass.Trace = way?.Id ?? pass.Trace;
        for (var i = from; i < Order.Length; i++)
        {
            using var step = way is null ? null : LoopTraces.Source.StartActivity($"reeve.loop.{Order[i].Name}");
            if (Order[i].Run(pass, owner) == StepOutcome.Stop)
            {
                return;
            }
        }
    }

    private static int IndexOf<TStep>() => Order.ToList().FindIndex(s => s is TStep);
}

/// <summary>One step of the loop.</summary>
public interface ILoopStep
{
    /// <summary>Its name in metrics and explanations.</summary>
    string Name { get; }

    /// <summary>Does its part on the key's owner.</summary>
    StepOutcome Run(LoopPass pass, LoopOwner owner);
}

/// <summary>Does the pass go on here?</summary>
public enum StepOutcome
{
    /// <summary>On to the next step.</summary>
    Continue,

    /// <summary>It is over, or goes on elsewhere.</summary>
    Stop,
}
