using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Matching;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Server.Simulation;

/// <summary>
/// An operation within a simulation: its policies are asked before it and told after it, as on a server; between the two nothing is done.
/// </summary>
internal sealed class SimulatedOperation(Execution execution, Target? known, BindingIndex bindings, DateTimeOffset now)
{
    private readonly Target _target = known ?? new Target { Key = execution.TargetKey!.Value, Kind = "unknown" };

    /// <summary>Asks the policies; null when it may run, else who refused it and why.</summary>
    public string? Ask(LoopOwner owner)
    {
        var before = Signal(OperationPhase.Before);
        var question = new OperationQuestion(before, bindings.Match(_target, before.Operation, before.Phase));
        owner.Ask(question, now);

        // nothing of what is asked here waits for the outside, so the answer is there
        return question.Answer is { IsCompletedSuccessfully: true, Result: { Reason: { } reason, RefusedBy: var by } }
            ? $"refused by binding `{by}`: {reason}"
            : null;
    }

    /// <summary>Tells the policies that it has succeeded.</summary>
    public void Tell(LoopOwner owner)
    {
        var after = Signal(OperationPhase.After) with { Succeeded = true };
        foreach (var active in bindings.Match(_target, after.Operation, after.Phase))
        {
            owner.Take(new LoopPass { Active = active, KeyTarget = active.KeyTarget(_target, owner.Targets), Signal = after, At = now });
        }
    }

    /// <summary>What the journal says of a refused one.</summary>
    public JournalEntry Refused(string why) => new()
    {
        At = now,
        Scope = execution.Scope,
        Kind = JournalKinds.ExecutionEnded,
        Who = execution.CreatedBy,
        Summary = $"{execution.Action} on `{execution.Target}` failed: {why}",
        Target = execution.Target,
        Binding = execution.Cause?.Binding,
        Execution = execution.Id,
        Data = Json.Object(("error", why)),
    };

    private OperationSignal Signal(OperationPhase phase) => new()
    {
        Scope = execution.Scope,
        At = now,
        Execution = execution.Id,
        Operation = execution.Action.Name,
        Target = _target.Key,
        Phase = phase,
        Inputs = execution.Action.Inputs,
        Data = execution.Data,
        RequestedBy = execution.CreatedBy,
    };
}
