using System.Text.Json;
using Reeve.Core.Matching;

namespace Reeve.Core.Restraints;

/// <summary>Silence: somebody asked for quiet on these targets.</summary>
public sealed class SilenceRestraint : IRestraint
{
    /// <inheritdoc/>
    public string Name => "silence";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        foreach (var silence in question.Ledger.Silences)
        {
            if (silence.Scope == question.Binding.Scope
                && question.Now >= (silence.From ?? DateTimeOffset.MinValue) && question.Now < silence.Until
                && (silence.Binding is null || silence.Binding == question.Binding.Name)
                && silence.Targets.Fits(question.Target))
            {
                return RestraintAnswer.Held(new Explanation(silence.Name, silence.Reason, silence.Until), silence.Until);
            }
        }

        return RestraintAnswer.Allow;
    }

    /// <summary>Silenced.</summary>
    public sealed record Explanation(string Silence, string Reason, DateTimeOffset Over) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text => $"silenced by `{Silence}`{(Reason.Length > 0 ? $" ({Reason})" : "")} until {Over:u}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteString("silence", Silence);
            writer.WriteString("reason", Reason);
        }
    }
}
