using System.Text.Json;
using Reeve.Core.Time;

namespace Reeve.Core.Restraints;

/// <summary>Accumulate within: acts only when so many findings came within a time.</summary>
public sealed class AccumulateWithinRestraint(AccumulateSettings settings) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "accumulate_within";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        var (count, _) = question.Ledger.FoundSince(question.Episode.Key, question.Now - settings.Period);
        return count >= settings.Count ? RestraintAnswer.Allow : RestraintAnswer.Held(new Explanation(settings, count), null);
    }

    /// <summary>Not enough findings.</summary>
    public sealed record Explanation(AccumulateSettings Settings, int Found) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text => $"{Found} of {Settings.Count} findings within {Durations.Format(Settings.Period)}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteNumber("found", Found);
            writer.WriteNumber("needed", Settings.Count);
            writer.WriteString("period", Durations.Format(Settings.Period));
        }
    }
}
