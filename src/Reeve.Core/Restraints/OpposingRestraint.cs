using System.Text.Json;
using Reeve.Core.Executions;
using Reeve.Core.Targets;

namespace Reeve.Core.Restraints;

/// <summary>
/// Opposing: no scaling in while scaling out is under way or has not settled on
/// the same group, and the other way round. Ends flapping between two policies.
/// </summary>
public sealed class OpposingRestraint : IRestraint
{
    /// <inheritdoc/>
    public string Name => "opposing";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        var direction = question.Action.Kind == ActionKind.Operation ? Operation.Direction(question.Action.Name) : 0;
        if (direction == 0)
        {
            return RestraintAnswer.Allow;
        }

        foreach (var live in question.Ledger.Live)
        {
            if (live.Action.Kind == ActionKind.Operation && Operation.Direction(live.Action.Name) == -direction
                && live.TargetKey is { } target && target.Overlaps(question.Target.Key))
            {
                return RestraintAnswer.Held(new Explanation(live.Action.Name, "is under way"), null);
            }
        }

        return question.Ledger.SettlingOn(question.Target.Key, question.Now) is { } settling && settling.Direction == -direction
            ? RestraintAnswer.Held(new Explanation(settling.Action, "has not settled"), settling.Until)
            : RestraintAnswer.Allow;
    }

    /// <summary>The opposite is under way.</summary>
    public sealed record Explanation(string Action, string How) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text => $"the opposite action {Action} {How}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteString("opposite", Action);
    }
}
