using System.Text.Json;
using Reeve.Core.Time;

namespace Reeve.Core.Restraints;

/// <summary>For: the finding must have stood so long before anything is done.</summary>
public sealed class ForRestraint(TimeSpan duration) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "for";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        var over = question.Episode.OpenedAt + duration;
        return question.Now >= over
            ? RestraintAnswer.Allow
            : RestraintAnswer.Held(new Explanation(duration, question.Episode.OpenedAt, over), over);
    }

    /// <summary>It has not stood long enough.</summary>
    public sealed record Explanation(TimeSpan Duration, DateTimeOffset Since, DateTimeOffset Over) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text =>
            $"the finding stands since {Since:HH:mm:ss} and must stand for {Durations.Format(Duration)}, until {Over:HH:mm:ss}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteString("for", Durations.Format(Duration));
            writer.WriteString("since", Since);
        }
    }
}
