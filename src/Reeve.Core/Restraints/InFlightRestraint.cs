using System.Text.Json;
using Reeve.Core.Executions;
using Reeve.Core.Identity;

namespace Reeve.Core.Restraints;

/// <summary>In flight: while an execution works on the target, on something above or on something below it, no other starts.</summary>
public sealed class InFlightRestraint : IRestraint
{
    /// <inheritdoc/>
    public string Name => "in_flight";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        if (question.Action.Kind == ActionKind.Actor)
        {
            return RestraintAnswer.Allow;
        }

        return question.Ledger.HolderOf(question.Target.Key) is { } holder
            ? RestraintAnswer.Held(new Explanation(holder.Id, holder.Action.ToString(), holder.Target!, holder.Status), null)
            : RestraintAnswer.Allow;
    }

    /// <summary>Something is under way.</summary>
    public sealed record Explanation(ExecutionId Execution, string Action, string Target, ExecutionStatus Status) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text => $"{Action} on `{Target}` is {Status.ToString().ToLowerInvariant()} ({Execution})";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteString("execution", Execution.Value);
            writer.WriteString("action", Action);
            writer.WriteString("target", Target);
        }
    }
}
