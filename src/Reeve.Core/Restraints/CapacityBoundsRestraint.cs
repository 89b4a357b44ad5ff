using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Targets;

namespace Reeve.Core.Restraints;

/// <summary>Capacity bounds: no scaling out of a group that is at its maximum, none in at its minimum, no resize beyond either.</summary>
public sealed class CapacityBoundsRestraint : IRestraint
{
    /// <inheritdoc/>
    public string Name => "capacity_bounds";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        if (question.Action.Kind != ActionKind.Operation || question.Targets.GroupOf(question.Target)?.Capacity is not { } capacity)
        {
            return RestraintAnswer.Allow;
        }

        var count = question.Action.Inputs.Whole("count") ?? 1;
        var wanted = question.Action.Name switch
        {
            Operation.ScaleOut => capacity.Desired + count,
            Operation.ScaleIn => capacity.Desired - count,
            Operation.Resize => question.Action.Inputs.Whole("desired") ?? capacity.Desired,
            _ => capacity.Desired,
        };
        return wanted > capacity.Max || wanted < capacity.Min
            ? RestraintAnswer.Held(new Explanation(capacity, wanted), null)
            : RestraintAnswer.Allow;
    }

    /// <summary>The group is at its bound.</summary>
    public sealed record Explanation(Capacity Capacity, int Wanted) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text => Wanted > Capacity.Max
            ? Capacity.Desired == Capacity.Max
                ? $"the group is at its maximum of {Capacity.Max}"
                : $"the group would have {Wanted} instances, its maximum is {Capacity.Max}"
            : Capacity.Desired == Capacity.Min
                ? $"the group is at its minimum of {Capacity.Min}"
                : $"the group would have {Wanted} instances, its minimum is {Capacity.Min}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteNumber("min", Capacity.Min);
            writer.WriteNumber("max", Capacity.Max);
            writer.WriteNumber("desired", Capacity.Desired);
            writer.WriteNumber("wanted", Wanted);
        }
    }
}
