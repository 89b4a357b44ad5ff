using System.Text.Json;
using Reeve.Core.Executions;
using Reeve.Core.Targets;

namespace Reeve.Core.Restraints;

/// <summary>Blast radius: only so many of a group's instances may be worked on at once, by anybody.</summary>
public sealed class BlastRadiusRestraint(BlastRadiusSettings settings) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "blast_radius";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        if (question.Action.Kind == ActionKind.Actor || question.Targets.GroupOf(question.Target) is not { } group)
        {
            return RestraintAnswer.Allow;
        }

        var members = question.Targets.InstancesBelow(group.Key);
        var affected = 0;
        var ownIsNew = 1;
        foreach (var member in members)
        {
            if (question.Ledger.HolderOf(member.Key) is not null)
            {
                affected++;
                if (member.Key == question.Target.Key)
                {
                    ownIsNew = 0;
                }
            }
        }

        // an action on the group itself reaches every member, unless it only adds or takes some
        var reach = question.Target.Key == group.Key
            ? Operation.Direction(question.Action.Name) != 0 ? 1 : members.Count
            : ownIsNew;
        var limit = Math.Min(
            settings.Count ?? int.MaxValue,
            settings.Share is { } share ? Math.Max(1, (int)Math.Floor((share * members.Count) + 1e-9)) : int.MaxValue);
        return affected + reach <= limit
            ? RestraintAnswer.Allow
            : RestraintAnswer.Held(new Explanation(group.Key.Path, affected, reach, limit, members.Count), null);
    }

    /// <summary>Too much of the group at once.</summary>
    public sealed record Explanation(string Group, int Affected, int Reach, int Limit, int Members) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text =>
            $"{Affected} of {Members} instances of `{Group}` are worked on, {Reach} more would pass the limit of {Limit}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteNumber("affected", Affected);
            writer.WriteNumber("reach", Reach);
            writer.WriteNumber("limit", Limit);
            writer.WriteNumber("members", Members);
        }
    }
}
