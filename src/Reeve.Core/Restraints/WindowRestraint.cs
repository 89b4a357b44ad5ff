using System.Collections.Immutable;
using System.Text.Json;

namespace Reeve.Core.Restraints;

/// <summary>Window: acts only inside one of the calendar's windows.</summary>
public sealed class WindowRestraint(ImmutableArray<CalendarWindow> windows) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "window";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        DateTimeOffset? next = null;
        foreach (var window in windows)
        {
            if (window.EndIfInside(question.Now) is not null)
            {
                return RestraintAnswer.Allow;
            }

            if (window.NextStart(question.Now) is { } start && (next is null || start < next))
            {
                next = start;
            }
        }

        return RestraintAnswer.Held(new Explanation(string.Join("; ", windows), next), next);
    }

    /// <summary>Outside all windows.</summary>
    public sealed record Explanation(string Windows, DateTimeOffset? Next) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text =>
            Next is { } next
                ? $"outside the windows ({Windows}); the next begins at {next:u}"
                : $"outside the windows ({Windows}), and none comes again";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteString("windows", Windows);
    }
}
