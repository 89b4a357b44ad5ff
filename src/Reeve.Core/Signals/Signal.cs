using System.Text.Json;
using Reeve.Core.Identity;
using Reeve.Core.Executions;
using Reeve.Core.Targets;

namespace Reeve.Core.Signals;

/// <summary>Why Reeve looks: an event, a tick or an operation.</summary>
public abstract record Signal
{
    /// <summary>Whose it is.</summary>
    public required Scope Scope { get; init; }

    /// <summary>When Reeve got it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Names the signal within its binding, for idempotency keys and the journal.</summary>
    public abstract string Id { get; }
}

/// <summary>A metric or a state was seen.</summary>
public sealed record EventSignal : Signal
{
    /// <summary>What was seen.</summary>
    public required Event Event { get; init; }

    /// <summary>Counts the events of this process.</summary>
    public required long Sequence { get; init; }

    /// <inheritdoc/>
    public override string Id => $"event-{At.ToUnixTimeMilliseconds()}-{Sequence}";
}

/// <summary>A schedule is due.</summary>
public sealed record TickSignal : Signal
{
    /// <summary>When it was due; several missed ones are one tick with the last due time.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <inheritdoc/>
    public override string Id => $"tick-{DueAt.ToUnixTimeMilliseconds()}";
}

/// <summary>Something is about to be done, or was just done, to a target.</summary>
public sealed record OperationSignal : Signal
{
    /// <summary>The execution that does it.</summary>
    public required ExecutionId Execution { get; init; }

    /// <summary>The operation's name, such as <c>scale_out</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>What it is done to.</summary>
    public required TargetKey Target { get; init; }

    /// <summary>Before or after.</summary>
    public required OperationPhase Phase { get; init; }

    /// <summary>The inputs of the operation; an object.</summary>
    public required JsonElement Inputs { get; init; }

    /// <summary>What the policies asked so far have laid over it (the plan); an object.</summary>
    public required JsonElement Data { get; init; }

    /// <summary>After: did it succeed?</summary>
    public bool? Succeeded { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string RequestedBy { get; init; }

    /// <inheritdoc/>
    public override string Id => $"{Execution}-{(Phase == OperationPhase.Before ? "before" : "after")}";
}

/// <summary>When a policy is asked about an operation.</summary>
public enum OperationPhase
{
    /// <summary>Before it runs: the verdict may change or refuse it.</summary>
    Before,

    /// <summary>After it has ended.</summary>
    After,
}
