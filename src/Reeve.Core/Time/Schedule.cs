using System.Collections.Immutable;

namespace Reeve.Core.Time;

/// <summary>When something is due again and again; a closed set. Its finest step is a second.</summary>
public abstract record Schedule
{
    private Schedule()
    {
    }

    /// <summary>How much later than its time a run may start, so that not all start at once; none unless given.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The schedule as a person would write it.</summary>
    public abstract override string ToString();

    /// <summary>Every so often.</summary>
    /// <param name="Every">The time between two runs: whole seconds, at least one.</param>
    public sealed record Interval(TimeSpan Every) : Schedule
    {
        /// <inheritdoc/>
        public override string ToString() => $"every {Durations.Format(Every)}{JitterText}";
    }

    /// <summary>At the times that a cron expression names.</summary>
    /// <param name="Expression">Five fields as in cron, or six or seven as in Quartz.</param>
    /// <param name="TimeZone">The name of the time zone whose clock it follows; <c>UTC</c> unless given.</param>
    public sealed record Cron(string Expression, string TimeZone) : Schedule
    {
        /// <inheritdoc/>
        public override string ToString() => $"cron {Expression} {TimeZone}{JitterText}";
    }

    /// <summary>One of the usual frequencies.</summary>
    /// <param name="Frequency">Which one.</param>
    public sealed record Named(Frequency Frequency) : Schedule
    {
        /// <inheritdoc/>
        public override string ToString() => Frequencies.NameOf(Frequency) + JitterText;
    }

    private string JitterText => Jitter > TimeSpan.Zero ? $", up to {Durations.Format(Jitter)} later" : "";
}

/// <summary>The usual frequencies.</summary>
public enum Frequency
{
    /// <summary>Four times an hour.</summary>
    QuarterHourly,

    /// <summary>Once in every hour.</summary>
    Hourly,

    /// <summary>Once in every day.</summary>
    Daily,

    /// <summary>Once in every week.</summary>
    Weekly,

    /// <summary>Once in every month.</summary>
    Monthly,
}

/// <summary>The words for the usual frequencies.</summary>
public static class Frequencies
{
    /// <summary>Each word and its frequency.</summary>
    public static readonly ImmutableDictionary<string, Frequency> Names = new Dictionary<string, Frequency>
    {
        ["15 minutes"] = Frequency.QuarterHourly,
        ["hourly"] = Frequency.Hourly,
        ["daily"] = Frequency.Daily,
        ["weekly"] = Frequency.Weekly,
        ["monthly"] = Frequency.Monthly,
    }.ToImmutableDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The time between two runs; for <see cref="Frequency.Monthly"/> that of the shortest month.</summary>
    public static TimeSpan PeriodOf(Frequency frequency) => frequency switch
    {
        Frequency.QuarterHourly => TimeSpan.FromMinutes(15),
        Frequency.Hourly => TimeSpan.FromHours(1),
        Frequency.Daily => TimeSpan.FromDays(1),
        Frequency.Weekly => TimeSpan.FromDays(7),
        _ => TimeSpan.FromDays(28),
    };

    /// <summary>The word for a frequency.</summary>
    public static string NameOf(Frequency frequency) => Names.First(n => n.Value == frequency).Key;
}
