using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Signals;
using Reeve.Server.Intake;

namespace Reeve.Server.Simulation;

/// <summary>One line of a history: an event as for <c>reeve events send</c>, or how far time goes on.</summary>
/// <param name="At">The time that it is then; never before the time it was.</param>
/// <param name="Event">The event; null when only time goes on.</param>
public sealed record HistoryStep(DateTimeOffset At, Event? Event)
{
    /// <summary>
    /// Reads <c>{"target", "service", …}</c> (Riemann's <c>host</c> stands for an absent target) or <c>{"advance_to": TIME}</c>; times are
    /// seconds since 1970 or texts of ISO 8601. An event without a time is seen now.
    /// </summary>
    public static HistoryStep Read(ReadOnlySpan<byte> line, DateTimeOffset now, List<Mistake> mistakes)
    {
        DateTimeOffset? only = null;
        var events = EventReader.Read(line, now, mistakes, (value, path, at, wrong) =>
        {
            var seen = new Event { Target = "", Service = "", Time = at };
            if (value.TryGetProperty("advance_to", out var to))
            {
                only = EventReader.Moment(to, $"{path}/advance_to", wrong) ?? at;
                return seen;
            }

            seen = EventReader.Fill(seen, value, path, wrong);
            if (seen.Target.Length == 0 && seen.Attributes.TryGetValue("host", out var host) && host.ValueKind == JsonValueKind.String)
            {
                seen = seen with { Target = host.GetString()! };
            }

            EventReader.MustBeWhole(seen, path, wrong);
            return seen;
        });
        if (mistakes.Count == 0 && events.Count != 1)
        {
            mistakes.Add(new Mistake(ErrorCodes.WrongType, "", "expected one event on each line"));
        }

        return only is { } end ? new HistoryStep(end, null)
            : events.Count == 1 ? new HistoryStep(events[0].Time, events[0])
            : new HistoryStep(now, null);
    }
}
