using System.Collections.Immutable;
using System.Globalization;

namespace Reeve.Core.Restraints;

/// <summary>A time that comes again each week in a time zone (days, from, to), or that comes once (start, end).</summary>
public sealed record CalendarWindow
{
    /// <summary>What to call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The days on which it begins; empty for every day.</summary>
    public ImmutableArray<DayOfWeek> Days { get; init; } = [];

    /// <summary>When it begins on such a day; included.</summary>
    public TimeOnly From { get; init; } = TimeOnly.MinValue;

    /// <summary>When it ends; not included. Not after <see cref="From"/> means: on the next day.</summary>
    public TimeOnly To { get; init; } = TimeOnly.MinValue;

    /// <summary>The time zone of days and times.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>It comes once: when it begins. Then days and times do not count.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>It comes once: when it ends.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>If the instant lies inside: when this window ends; else null.</summary>
    public DateTimeOffset? EndIfInside(DateTimeOffset now)
    {
        if (Start is not null || End is not null)
        {
            return now >= (Start ?? DateTimeOffset.MinValue) && now < (End ?? DateTimeOffset.MaxValue)
                ? End ?? DateTimeOffset.MaxValue
                : null;
        }

        var local = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);

        // it may have begun yesterday and run over midnight
        for (var back = 1; back >= 0; back--)
        {
            var day = local.AddDays(-back);
            if (FallsOn(day) && now >= Instant(day, From, isEnd: false) && now < EndOf(day))
            {
                return EndOf(day);
            }
        }

        return null;
    }

    /// <summary>When the window begins next, after the instant; null when it never does again.</summary>
    public DateTimeOffset? NextStart(DateTimeOffset now)
    {
        if (Start is not null || End is not null)
        {
            return Start > now ? Start : null;
        }

        var local = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);
        for (var ahead = 0; ahead <= 8; ahead++)
        {
            var day = local.AddDays(ahead);
            if (FallsOn(day) && Instant(day, From, isEnd: false) > now)
            {
                return Instant(day, From, isEnd: false);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Name.Length > 0)
        {
            return Name;
        }

        return Start is not null || End is not null
            ? string.Create(CultureInfo.InvariantCulture, $"{Start:u} to {End:u}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{(Days.IsEmpty ? "every day" : string.Join(",", Days))} {From:HH\\:mm}-{To:HH\\:mm} {Zone.Id}");
    }

    private bool FallsOn(DateOnly day) => Days.IsEmpty || Days.Contains(day.DayOfWeek);

    private DateTimeOffset EndOf(DateOnly day) => Instant(To > From ? day : day.AddDays(1), To, isEnd: true);

    private DateTimeOffset Instant(DateOnly day, TimeOnly time, bool isEnd)
    {
        var local = day.ToDateTime(time);

        // a time that a clock change leaves out begins when the gap ends
        while (Zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        // a time that comes twice begins the first time and ends the second
        var offset = !Zone.IsAmbiguousTime(local)
            ? Zone.GetUtcOffset(local)
            : isEnd ? Zone.GetAmbiguousTimeOffsets(local).Min()
            : Zone.GetAmbiguousTimeOffsets(local).Max();
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
