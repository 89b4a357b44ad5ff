namespace Reeve.Senlin.Policies;

/// <summary>What one policy says of an action. What it decides beyond yes and no, it writes into the action's data.</summary>
/// <param name="Outcome">Yes, no, or nothing in words.</param>
/// <param name="Reason">Senlin's sentence; null when the policy writes none.</param>
internal readonly record struct Decision(DecisionOutcome Outcome, string? Reason)
{
    /// <summary>The action may run; nothing is said about it.</summary>
    public static readonly Decision Nothing = new(DecisionOutcome.Nothing, null);

    /// <summary>The action may run.</summary>
    public static Decision Ok(string reason) => new(DecisionOutcome.Ok, reason);

    /// <summary>The action must not run.</summary>
    public static Decision Error(string reason) => new(DecisionOutcome.Error, reason);

    public bool IsError => Outcome == DecisionOutcome.Error;
}

/// <summary>The kinds of decision.</summary>
internal enum DecisionOutcome
{
    /// <summary>The policy wrote no status.</summary>
    Nothing,

    /// <summary>Allowed.</summary>
    Ok,

    /// <summary>Refused.</summary>
    Error,
}
