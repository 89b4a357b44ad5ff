using System.Text.Json;
using Reeve.Core.Time;

namespace Reeve.Core.Restraints;

/// <summary>
/// Once after: findings are collected for this time, from the first one after the last action, and then act once together.
/// </summary>
public sealed class OnceAfterRestraint(TimeSpan period) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "once_after";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        var last = question.Ledger.LastOf(question);
        var (count, first) = question.Ledger.FoundSince(question.Episode.Key, last?.StartedAt ?? DateTimeOffset.MinValue);
        if (count == 0 || count >= ActionLedger.MaxTimes || last is null || last.StartedAt < question.Episode.OpenedAt)
        {
            // nothing was done in this episode yet (or more came than are remembered), so it collects from its first finding
            first = last?.StartedAt > question.Episode.OpenedAt ? last.StartedAt : question.Episode.OpenedAt;
        }

        var over = first + period;
        return question.Now >= over ? RestraintAnswer.Allow : RestraintAnswer.Held(new Explanation(period, count, first, over), over);
    }

    /// <summary>It still collects.</summary>
    public sealed record Explanation(TimeSpan Period, int Collected, DateTimeOffset First, DateTimeOffset Over) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text =>
            $"collects findings for {Durations.Format(Period)} since {First:HH:mm:ss} ({Collected} so far), until {Over:HH:mm:ss}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteString("once_after", Durations.Format(Period));
            writer.WriteNumber("collected", Collected);
        }
    }
}
