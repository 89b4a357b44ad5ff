using System.Collections.Concurrent;
using Reeve.Core.Time;

namespace Reeve.Runtime.Schedules;

/// <summary>
/// Says when a schedule is next due. The answer depends on nothing but the schedule, the time and the key: an interval is a grid whose
/// phase comes from the key, so that many with the same interval spread over it, and jitter comes from the key too. As the answer
/// is strictly after the time given, runs that were missed collapse to the one that is computed from now.
/// </summary>
public static class ScheduleClock
{
    private const int MostKeptExpressions = 10_000;

    // whoever asks lives between; outside, dates run over
    private static readonly DateTimeOffset Begin = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // a parsed expression is some hundred bytes and takes a while to make; what it says never changes
    private static readonly ConcurrentDictionary<(string Expression, string TimeZone), (CronTimes? Times, string? Problem)> Kept = new();

    /// <summary>
    /// When the schedule is due first after a time, in UTC; null when it never is, or when it has a <see cref="ProblemOf"/>.
    /// </summary>
    public static DateTimeOffset? Next(Schedule schedule, DateTimeOffset after, string stableKey)
    {
        if (after >= End)
        {
            return null;
        }

        after = after < Begin ? Begin : after;
        var key = StableHash.Of(stableKey);
        return schedule switch
        {
            Schedule.Interval interval => NextOnGrid(interval.Every, interval.Jitter, after, key),
            Schedule.Named { Frequency: Frequency.Monthly } monthly => NextInMonth(monthly.Jitter, after, key),
            Schedule.Named named => NextOnGrid(Frequencies.PeriodOf(named.Frequency), named.Jitter, after, key),
            Schedule.Cron cron => NextByCron(cron, after, key),
            _ => null,
        };
    }

    /// <summary>What is wrong with a schedule's cron expression or time zone, or null when it can be kept.</summary>
    public static string? ProblemOf(Schedule schedule) => schedule is Schedule.Cron cron ? Times(cron).Problem : null;

    private static DateTimeOffset NextOnGrid(TimeSpan every, TimeSpan jitter, DateTimeOffset after, ulong key)
    {
        var period = Math.Max(1, every.Ticks / TimeSpan.TicksPerSecond);
        var phase = (long)(key % (ulong)period);

        // INVARIANT: jitter stays below the period, so a later cell of the grid is never due before an earlier one
        var spread = Math.Clamp(jitter.Ticks / TimeSpan.TicksPerSecond, 0, period - 1);
        var cell = FloorDivide(after.ToUnixTimeSeconds() - phase - spread, period);
        while (true)
        {
            var due = phase + (cell * period) + Offset(StableHash.Mix(key, (ulong)cell), spread);
            var at = DateTimeOffset.FromUnixTimeSeconds(due);
            if (at > after)
            {
                return at;
            }

            cell++;
        }
    }

    private static DateTimeOffset NextInMonth(TimeSpan jitter, DateTimeOffset after, ulong key)
    {
        // within the days that every month has
        var phase = (long)(key % (ulong)Frequencies.PeriodOf(Frequency.Monthly).TotalSeconds);
        var later = phase + Offset(StableHash.Mix(key, 1), jitter.Ticks / TimeSpan.TicksPerSecond);
        var utc = after.UtcDateTime;
        var month = new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(-1);
        while (month.AddSeconds(later) <= after)
        {
            month = month.AddMonths(1);
        }

        return month.AddSeconds(later);
    }

    private static DateTimeOffset? NextByCron(Schedule.Cron cron, DateTimeOffset after, ulong key)
    {
        var later = TimeSpan.FromSeconds(Offset(key, cron.Jitter.Ticks / TimeSpan.TicksPerSecond));
        return Times(cron).Times?.Next(after - later) + later;
    }

    private static (CronTimes? Times, string? Problem) Times(Schedule.Cron cron)
    {
        var name = (cron.Expression, cron.TimeZone);
        if (Kept.TryGetValue(name, out var known))
        {
            return known;
        }

        var times = CronTimes.TryParse(cron.Expression, cron.TimeZone, out var problem);
        if (Kept.Count >= MostKeptExpressions)
        {
            Kept.Clear();
        }

        return Kept[name] = (times, problem);
    }

    private static long Offset(ulong hash, long spread) => spread <= 0 ? 0 : (long)(hash % (ulong)(spread + 1));

    private static long FloorDivide(long value, long by) => value >= 0 ? value / by : ((value + 1) / by) - 1;
}

/// <summary>A hash that is the same in every process and release: it decides when things run.</summary>
internal static class StableHash
{
    public static ulong Of(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return Mix(hash, 0);
    }

    // names that differ in the last character only must land far apart
    public static ulong Mix(ulong left, ulong right)
    {
        var hash = left + (right * 0x9E3779B97F4A7C15UL);
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }
}
