using Quartz;
using Reeve.Core.Documents;

namespace Reeve.Runtime.Schedules;

/// <summary>
/// The times that a cron expression names on the clock of a time zone. Where that clock jumps, the rule is the usual one of cron: an
/// expression that names hours runs once for each time it names, at the end of the gap when the clock leaves that time out, the
/// first time when the clock shows it twice; one that runs through every hour (<c>*</c> in the hours) follows the clock as it goes.
/// </summary>
internal sealed class CronTimes
{
    // enough to leave a gap or an overlap behind with a run in every second of it
    private const int MostSteps = 100_000;
    private readonly IReadOnlyList<CronExpression> _parts;
    private readonly TimeZoneInfo _zone;
    private readonly bool _everyHour;

    private CronTimes(IReadOnlyList<CronExpression> parts, bool everyHour, TimeZoneInfo zone)
    {
        _parts = parts;
        _everyHour = everyHour;
        _zone = zone;
    }

    public static CronTimes? TryParse(string expression, string timeZone, out string? problem)
    {
        if (timeZone.Length > 100 || !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
        {
            problem = $"there is no time zone {Quote.Text(timeZone)}; expected a name such as `Europe/Berlin` or `UTC`";
            return null;
        }

        if (CronSyntax.TryTranslate(expression, out problem) is not { } syntax)
        {
            return null;
        }

        var parts = new List<CronExpression>();
        foreach (var text in syntax.Expressions)
        {
            try
            {
                // it reckons with the time that the clock shows, as if that were UTC; the jumps are this class's own matter
                parts.Add(new CronExpression(text) { TimeZone = TimeZoneInfo.Utc });
            }
            catch (Exception found) when (found is FormatException or ArgumentException or IndexOutOfRangeException or OverflowException)
            {
                problem = $"{Quote.Text(expression)} is no cron expression: {Reason(found.Message)}";
                return null;
            }
        }

        var times = new CronTimes(parts, syntax.EveryHour, zone);
        if (times.NextShown(new DateTime(2000, 1, 1)) is null && times.NextShown(new DateTime(2026, 1, 1)) is null)
        {
            problem = $"{Quote.Text(expression)} names a time that never comes";
            return null;
        }

        return times;
    }

    public DateTimeOffset? Next(DateTimeOffset after) => _everyHour ? NextAsTheClockGoes(after) : NextNamed(after);

    private DateTimeOffset? NextNamed(DateTimeOffset after)
    {
        var shown = TimeZoneInfo.ConvertTime(after, _zone).DateTime;
        for (var step = 0; step < MostSteps; step++)
        {
            if (NextShown(shown) is not { } next)
            {
                return null;
            }

            shown = next;
            var at = _zone.IsInvalidTime(shown) ? EndOfGap(shown) : FirstTime(shown);
            if (at > after)
            {
                return at;
            }
        }

        return null;
    }

    private DateTimeOffset? NextAsTheClockGoes(DateTimeOffset after)
    {
        var from = after;
        for (var step = 0; step < 100; step++)
        {
            var offset = _zone.GetUtcOffset(from);
            if (NextShown((from + offset).UtcDateTime) is not { } shown)
            {
                return null;
            }

            var at = new DateTimeOffset(shown - offset, TimeSpan.Zero);
            if (_zone.GetUtcOffset(at) == offset)
            {
                return at;
            }

            // the clock jumps before: go on from just before the jump, with the clock as it is set then
            var jump = Jump(from, at, offset);
            var set = _zone.GetUtcOffset(jump);
            if (NextShown((jump + set).UtcDateTime.AddSeconds(-1)) is { } first
                && _zone.GetUtcOffset(new DateTimeOffset(first - set, TimeSpan.Zero)) == set)
            {
                return new DateTimeOffset(first - set, TimeSpan.Zero);
            }

            from = jump;
        }

        return null;
    }

    private DateTime? NextShown(DateTime shown)
    {
        DateTimeOffset? next = null;
        foreach (var part in _parts)
        {
            var candidate = NextOf(part, new DateTimeOffset(DateTime.SpecifyKind(shown, DateTimeKind.Unspecified), TimeSpan.Zero));
            next = next is null || candidate < next ? candidate : next;
        }

        return next is { } found ? DateTime.SpecifyKind(found.UtcDateTime, DateTimeKind.Unspecified) : null;
    }

    private static DateTimeOffset? NextOf(CronExpression part, DateTimeOffset after)
    {
        try
        {
            return part.GetNextValidTimeAfter(after);
        }
        catch (ArgumentOutOfRangeException)
        {
            // an odd expression such as the day 30 before the last one of a month takes Quartz out of the calendar
            return null;
        }
    }

    private DateTimeOffset FirstTime(DateTime shown)
    {
        var offset = _zone.IsAmbiguousTime(shown) ? _zone.GetAmbiguousTimeOffsets(shown).Max() : _zone.GetUtcOffset(shown);
        return new DateTimeOffset(shown, offset).ToUniversalTime();
    }

    private DateTimeOffset EndOfGap(DateTime shown)
    {
        var low = shown;
        var high = shown;
        while (_zone.IsInvalidTime(high))
        {
            low = high;
            high = high.AddMinutes(15);
        }

        while (high - low > TimeSpan.FromSeconds(1))
        {
            var middle = low.AddSeconds(Math.Floor((high - low).TotalSeconds / 2));
            (low, high) = _zone.IsInvalidTime(middle) ? (middle, high) : (low, middle);
        }

        return FirstTime(high);
    }

    // the first second at which the clock is set otherwise; it is set so at the low end and not at the high one
    private DateTimeOffset Jump(DateTimeOffset low, DateTimeOffset high, TimeSpan offset)
    {
        low = DateTimeOffset.FromUnixTimeSeconds(low.ToUnixTimeSeconds());
        while (high - low > TimeSpan.FromSeconds(1))
        {
            var middle = low.AddSeconds(Math.Floor((high - low).TotalSeconds / 2));
            (low, high) = _zone.GetUtcOffset(middle) == offset ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static string Reason(string message)
    {
        var text = message.ReplaceLineEndings(" ").Trim().TrimEnd('.').Replace('\'', '`');
        return text.Length == 0 ? "it cannot be read" : char.ToLowerInvariant(text[0]) + text[1..Math.Min(text.Length, 200)];
    }
}
