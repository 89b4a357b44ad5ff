using System.Collections.Immutable;
using System.Text.Json;

namespace Reeve.Core.Restraints;

/// <summary>Freeze: does not act inside one of the calendar's freezes.</summary>
public sealed class FreezeRestraint(ImmutableArray<CalendarWindow> freezes) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "freeze";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        foreach (var freeze in freezes)
        {
            if (freeze.EndIfInside(question.Now) is { } end)
            {
                return RestraintAnswer.Held(new Explanation(freeze.ToString(), end), end == DateTimeOffset.MaxValue ? null : end);
            }
        }

        return RestraintAnswer.Allow;
    }

    /// <summary>Inside a freeze.</summary>
    public sealed record Explanation(string Freeze, DateTimeOffset Over) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text => $"frozen ({Freeze}) until {Over:u}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteString("freeze", Freeze);
    }
}
