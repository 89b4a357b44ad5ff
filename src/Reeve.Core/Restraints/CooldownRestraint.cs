using System.Text.Json;
using Reeve.Core.Time;

namespace Reeve.Core.Restraints;

/// <summary>Cooldown: so long after a binding's last action on a target has ended, the next one waits.</summary>
public sealed class CooldownRestraint(TimeSpan cooldown) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "cooldown";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        var last = question.Ledger.LastOf(question);
        if (last is null)
        {
            return RestraintAnswer.Allow;
        }

        if (last.EndedAt is not { } ended)
        {
            return RestraintAnswer.Held(new Explanation(cooldown, null, null), null);
        }

        var over = ended + cooldown;
        return question.Now >= over ? RestraintAnswer.Allow : RestraintAnswer.Held(new Explanation(cooldown, ended, over), over);
    }

    /// <summary>Cooling down.</summary>
    public sealed record Explanation(TimeSpan Cooldown, DateTimeOffset? LastEnded, DateTimeOffset? Over) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text => LastEnded is null
            ? $"cooling down: the last action has not ended, and {Durations.Format(Cooldown)} must pass after it"
            : $"cooling down: the last action ended at {LastEnded:HH:mm:ss}, {Durations.Format(Cooldown)} must pass, until {Over:HH:mm:ss}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteString("cooldown", Durations.Format(Cooldown));
            if (LastEnded is { } ended)
            {
                writer.WriteString("last_ended", ended);
            }
        }
    }
}
