using System.Collections.Concurrent;
using Reeve.Core.Executions;

namespace Reeve.Core.Loop;

/// <summary>What one owner has done since its start. Written by its owner, read by anybody.</summary>
public sealed class LoopCounters
{
    /// <summary>Signals and timers taken.</summary>
    public long Signals;

    /// <summary>Evaluations that said nothing.</summary>
    public long Silent;

    /// <summary>Evaluations that could not be done.</summary>
    public long Failed;

    /// <summary>Episodes opened.</summary>
    public long Found;

    /// <summary>Actions started.</summary>
    public long Acted;

    /// <summary>Times that an action was held for a new reason.</summary>
    public long Held;

    /// <summary>Actions not started because the binding observes.</summary>
    public long Muted;

    /// <summary>The same held actions by the name of the restraint; one that several hold counts for each.</summary>
    public ConcurrentDictionary<string, long> HeldBy { get; } = new(StringComparer.Ordinal);

    /// <summary>Executions that have ended, by how.</summary>
    public ConcurrentDictionary<ExecutionStatus, long> Ended { get; } = new();

    /// <summary>Where the time of the passes goes.</summary>
    public StageTimes Stages { get; } = new();
}
