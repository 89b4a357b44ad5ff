using System.Text.Json;
using Reeve.Core.Time;

namespace Reeve.Core.Restraints;

/// <summary>
/// Interval: so long after anybody's last operation or workflow on a target was started, the next
/// one waits (Cloudify's <c>interval_between_workflows</c>, shared by all policies of a node).
/// </summary>
public sealed class IntervalRestraint(TimeSpan interval) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "interval";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        if (question.Ledger.LastOn(question.Target.Key) is not { } last)
        {
            return RestraintAnswer.Allow;
        }

        var over = last.StartedAt + interval;
        return question.Now >= over
            ? RestraintAnswer.Allow
            : RestraintAnswer.Held(new Explanation(interval, last.StartedAt, last.Action.ToString(), over), over);
    }

    /// <summary>Too soon after the last one.</summary>
    public sealed record Explanation(
        TimeSpan Interval, DateTimeOffset LastStarted, string LastAction, DateTimeOffset Over) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text =>
            $"too soon: {LastAction} was started at {LastStarted:HH:mm:ss}, "
            + $"{Durations.Format(Interval)} must lie between, until {Over:HH:mm:ss}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteString("interval", Durations.Format(Interval));
            writer.WriteString("last_started", LastStarted);
            writer.WriteString("last_action", LastAction);
        }
    }
}
