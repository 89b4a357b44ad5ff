using System.Collections.Immutable;
using Reeve.Core.Executions;

namespace Reeve.Core.Incidents;

/// <summary>One branch of an escalation or resolution: steps that run in order.</summary>
public sealed record Branch(string Name, ImmutableArray<EscalationStep> Steps);

/// <summary>One step of a branch.</summary>
/// <param name="Action">What to do.</param>
public sealed record EscalationStep(ActionSpec Action)
{
    /// <summary>
    /// How often it is tried before the next step: an attempt counts when it was ineffective or failed. 0 for without end.
    /// </summary>
    public int Attempts { get; init; } = 1;

    /// <summary>
    /// How long the action gets to show its effect; then it is judged. Null: it is not judged, and the next step follows at once.
    /// </summary>
    public TimeSpan? Settle { get; init; }

    /// <summary>For an approval: how long people have; null for ever.</summary>
    public TimeSpan? Timeout { get; init; }
}
