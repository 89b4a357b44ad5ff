using System.Text.Json;
using Reeve.Core.Time;

namespace Reeve.Core.Restraints;

/// <summary>Once within: the first finding acts, and none within this time after that action was started.</summary>
public sealed class OnceWithinRestraint(TimeSpan period) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "once_within";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        var last = question.Ledger.LastOf(question);
        if (last is null)
        {
            return RestraintAnswer.Allow;
        }

        var over = last.StartedAt + period;
        return question.Now >= over ? RestraintAnswer.Allow : RestraintAnswer.Held(new Explanation(period, last.StartedAt, over), over);
    }

    /// <summary>It has acted within the time.</summary>
    public sealed record Explanation(TimeSpan Period, DateTimeOffset LastStarted, DateTimeOffset Over) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text =>
            $"acted at {LastStarted:HH:mm:ss}, and once within {Durations.Format(Period)} is enough, until {Over:HH:mm:ss}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteString("once_within", Durations.Format(Period));
            writer.WriteString("last_started", LastStarted);
        }
    }
}
