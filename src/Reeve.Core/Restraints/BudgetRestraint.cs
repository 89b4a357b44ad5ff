using System.Text.Json;
using Reeve.Core.Time;

namespace Reeve.Core.Restraints;

/// <summary>Budget: a binding starts at most so many actions in a time, on all its targets together.</summary>
public sealed class BudgetRestraint(BudgetSettings settings) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "budget";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        var (count, oldest) = question.Ledger.StartedSince(question.Binding.Scope, question.Binding.Name, question.Now - settings.Period);
        if (count < settings.Count)
        {
            return RestraintAnswer.Allow;
        }

        var over = oldest + settings.Period;
        return RestraintAnswer.Held(new Explanation(settings, count, over), over);
    }

    /// <summary>The budget is used up.</summary>
    public sealed record Explanation(BudgetSettings Settings, int Used, DateTimeOffset Over) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text =>
            $"{Used} of {Settings.Count} actions in {Durations.Format(Settings.Period)} are used up, until {Over:HH:mm:ss}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteNumber("used", Used);
            writer.WriteNumber("budget", Settings.Count);
            writer.WriteString("period", Durations.Format(Settings.Period));
        }
    }
}
