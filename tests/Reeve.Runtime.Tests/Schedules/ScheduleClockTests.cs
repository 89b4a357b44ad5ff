using System.Globalization;
using Reeve.Core.Time;
using Reeve.Runtime.Schedules;

namespace Reeve.Runtime.Tests.Schedules;

public sealed class ScheduleClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_interval_is_a_grid_whose_phase_comes_from_the_key()
    {
        var schedule = new Schedule.Interval(TimeSpan.FromMinutes(15));
        var first = ScheduleClock.Next(schedule, Start, "a")!.Value;

        Assert.InRange(first - Start, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));
        Assert.Equal(first.AddMinutes(15), ScheduleClock.Next(schedule, first, "a"));
        Assert.Equal(first, ScheduleClock.Next(schedule, first.AddTicks(-1), "a"));
        Assert.Equal(first, ScheduleClock.Next(schedule, Start, "a"));
    }

    [Fact]
    public void Many_keys_spread_over_the_interval()
    {
        var schedule = new Schedule.Named(Frequency.QuarterHourly);
        var busiest = Enumerable.Range(0, 90_000).Select(i => ScheduleClock.Next(schedule, Start, $"default/default/binding-{i}"))
            .GroupBy(t => t).Max(g => g.Count());

        Assert.InRange(busiest, 100, 160);
    }

    [Fact]
    public void Jitter_moves_every_run_and_keeps_the_order()
    {
        var schedule = new Schedule.Interval(TimeSpan.FromSeconds(30)) { Jitter = TimeSpan.FromSeconds(29) };
        var at = Start;
        var gaps = new HashSet<double>();
        var runs = 0;
        while (at < Start.AddHours(1))
        {
            var next = ScheduleClock.Next(schedule, at, "a")!.Value;
            Assert.True(next > at);
            gaps.Add((next - at).TotalSeconds);
            at = next;
            runs++;
        }

        Assert.InRange(runs, 118, 122);
        Assert.True(gaps.Count > 10);
        Assert.All(gaps, gap => Assert.InRange(gap, 1, 59));
    }

    [Fact]
    public void Runs_that_were_missed_collapse_to_one()
    {
        var schedule = new Schedule.Interval(TimeSpan.FromSeconds(10));
        var late = Start.AddDays(3).AddSeconds(4);

        Assert.InRange(ScheduleClock.Next(schedule, late, "a")!.Value - late, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(Frequency.Hourly, 3600)]
    [InlineData(Frequency.Daily, 86_400)]
    [InlineData(Frequency.Weekly, 604_800)]
    public void The_usual_frequencies_are_intervals(Frequency frequency, int seconds)
    {
        var schedule = new Schedule.Named(frequency);
        var first = ScheduleClock.Next(schedule, Start, "a")!.Value;

        Assert.Equal(first.AddSeconds(seconds), ScheduleClock.Next(schedule, first, "a"));
    }

    [Fact]
    public void Monthly_runs_once_in_every_month()
    {
        var schedule = new Schedule.Named(Frequency.Monthly) { Jitter = TimeSpan.FromHours(3) };
        for (var key = 0; key < 50; key++)
        {
            var at = Start;
            var runs = new List<DateTimeOffset>();
            while (runs.Count < 24)
            {
                at = ScheduleClock.Next(schedule, at, $"key {key}")!.Value;
                runs.Add(at);
            }

            Assert.All(runs.Zip(runs.Skip(1)), pair => Assert.InRange((pair.Second - pair.First).TotalDays, 28, 31));
        }
    }

    [Theory]
    [InlineData("0 3 * * *", "2026-01-01 03:00:00")]
    [InlineData("*/15 * * * *", "2026-01-01 00:15:00")]
    [InlineData("0 3 * * 0", "2026-01-04 03:00:00")]
    [InlineData("0 3 * * 7", "2026-01-04 03:00:00")]
    [InlineData("0 3 * * 1", "2026-01-05 03:00:00")]
    [InlineData("0 3 * * 1-5", "2026-01-01 03:00:00")]
    [InlineData("0 3 * * MON-WED", "2026-01-05 03:00:00")]
    [InlineData("0 3 * * 5-7", "2026-01-02 03:00:00")]
    [InlineData("0 3 * * sat-sun", "2026-01-03 03:00:00")]
    [InlineData("0 3 * * */3", "2026-01-03 03:00:00")]
    [InlineData("0 3 * * 5#2", "2026-01-09 03:00:00")]
    [InlineData("0 3 * * 5L", "2026-01-30 03:00:00")]
    [InlineData("0 3 15 * 1", "2026-01-05 03:00:00")]
    [InlineData("0 3 2 * 1", "2026-01-02 03:00:00")]
    [InlineData("0 3 29 2 *", "2028-02-29 03:00:00")]
    [InlineData("30 0 3 * * *", "2026-01-01 03:00:30")]
    [InlineData("30 0 3 ? * 2", "2026-01-05 03:00:30")]
    [InlineData("0 0 3 * * ? 2027", "2027-01-01 03:00:00")]
    [InlineData("@weekly", "2026-01-04 00:00:00")]
    [InlineData("* * * * * ?", "2026-01-01 00:00:01")]
    public void A_cron_expression_names_its_times(string expression, string expected)
    {
        var schedule = new Schedule.Cron(expression, "UTC");

        Assert.Null(ScheduleClock.ProblemOf(schedule));
        Assert.Equal(Utc(expected), ScheduleClock.Next(schedule, Start, "a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("0 24 * * *")]
    [InlineData("0 3 * * 8")]
    [InlineData("0 3 * * MON-")]
    [InlineData("0 3 * * MON/0")]
    [InlineData("0 3 30 2 *")]
    [InlineData("x y z * *")]
    [InlineData("0 0 3 ? * ?  1971")]
    [InlineData("*/99999999999999999999 * * * *")]
    [InlineData("@reboot")]
    [InlineData("4/# / 7 4,3 6@ W1")]
    [InlineData("0 0 3 L-30 * ?")]
    public void What_is_no_cron_expression_is_refused(string expression)
    {
        var schedule = new Schedule.Cron(expression, "UTC");

        Assert.NotNull(ScheduleClock.ProblemOf(schedule));
        Assert.Null(ScheduleClock.Next(schedule, Start, "a"));
    }

    [Theory]
    [InlineData("Europe/Nowhere")]
    [InlineData("../../../etc/passwd")]
    [InlineData("")]
    public void A_time_zone_must_exist(string zone) =>
        Assert.StartsWith("there is no time zone", ScheduleClock.ProblemOf(new Schedule.Cron("0 3 * * *", zone)), StringComparison.Ordinal);

    [Fact]
    public void Damaged_expressions_never_throw()
    {
        var random = new Random(3);
        const string chars = "0123456789*/-,?LW# MONSUNJAN@";
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(4, 8)).Select(_ =>
                string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => chars[random.Next(chars.Length)]))));
            var schedule = new Schedule.Cron(text, "UTC");
            if (ScheduleClock.ProblemOf(schedule) is null)
            {
                ScheduleClock.Next(schedule, Start, "a");
            }
        }
    }

    [Fact]
    public void A_time_that_the_clock_leaves_out_runs_at_the_end_of_the_gap()
    {
        // in Berlin, 02:00 becomes 03:00 on 29 March 2026
        Assert.Equal(
            ["2026-03-28 01:30", "2026-03-29 01:00", "2026-03-30 00:30"],
            Runs("30 2 * * *", "Europe/Berlin", "2026-03-28 00:00:00", 3));
        Assert.Equal(["2026-03-29 01:00", "2026-03-30 00:00"], Runs("0 2,3 * * *", "Europe/Berlin", "2026-03-29 00:00:00", 2));
    }

    [Fact]
    public void A_time_that_the_clock_shows_twice_runs_the_first_time()
    {
        // in Berlin, 03:00 becomes 02:00 on 25 October 2026
        Assert.Equal(
            ["2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30"],
            Runs("30 2 * * *", "Europe/Berlin", "2026-10-24 00:00:00", 3));
        Assert.Equal(["2026-10-26 01:30"], Runs("30 2 * * *", "Europe/Berlin", "2026-10-25 01:10:00", 1));
    }

    [Fact]
    public void What_runs_through_every_hour_follows_the_clock()
    {
        Assert.Equal(
            ["2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-25 02:00"],
            Runs("*/30 * * * *", "Europe/Berlin", "2026-10-25 00:00:00", 4));
        Assert.Equal(
            ["2026-03-29 00:30", "2026-03-29 01:00", "2026-03-29 01:30"],
            Runs("*/30 * * * *", "Europe/Berlin", "2026-03-29 00:00:00", 3));
        Assert.Equal(
            ["2026-10-24 14:45", "2026-10-24 15:15", "2026-10-24 15:45"],
            Runs("15,45 * * * *", "Australia/Lord_Howe", "2026-10-24 14:30:00", 3));
    }

    [Fact]
    public void Every_hour_is_seen_through_a_whole_year_of_jumps()
    {
        foreach (var zone in new[] { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata" })
        {
            var schedule = new Schedule.Cron("*/10 * * * *", zone);
            var at = Start;
            for (var i = 0; i < 6 * 24 * 365; i++)
            {
                var next = ScheduleClock.Next(schedule, at, "a")!.Value;
                Assert.Equal(TimeSpan.FromMinutes(10), next - at);
                at = next;
            }
        }
    }

    [Fact]
    public void Jitter_of_a_cron_expression_is_the_same_for_every_run()
    {
        var schedule = new Schedule.Cron("0 3 * * *", "UTC") { Jitter = TimeSpan.FromHours(1) };
        var first = ScheduleClock.Next(schedule, Start, "a")!.Value;

        Assert.InRange(first - Start, TimeSpan.FromHours(3), TimeSpan.FromHours(4));
        Assert.Equal(first.AddDays(1), ScheduleClock.Next(schedule, first, "a"));
        Assert.NotEqual(first, ScheduleClock.Next(schedule, Start, "b"));
    }

    [Fact]
    public void Absurd_times_are_answered()
    {
        Schedule[] schedules =
        [
            new Schedule.Interval(TimeSpan.FromSeconds(7)) { Jitter = TimeSpan.FromSeconds(3) },
            new Schedule.Named(Frequency.Monthly),
            new Schedule.Cron("0 3 * * *", "Europe/Berlin"),
            new Schedule.Cron("0 * * * *", "Europe/Berlin"),
        ];
        foreach (var schedule in schedules)
        {
            Assert.Null(ScheduleClock.Next(schedule, DateTimeOffset.MaxValue, "a"));
            Assert.True(
                ScheduleClock.Next(schedule, DateTimeOffset.UnixEpoch.AddSeconds(-5), "a") > DateTimeOffset.UnixEpoch.AddSeconds(-5));
            _ = ScheduleClock.Next(schedule, DateTimeOffset.MinValue, "a");
        }
    }

    private static List<string> Runs(string expression, string zone, string after, int count)
    {
        var schedule = new Schedule.Cron(expression, zone);
        var at = Utc(after);
        var runs = new List<string>();
        while (runs.Count < count)
        {
            at = ScheduleClock.Next(schedule, at, "a")!.Value;
            runs.Add(at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }

        return runs;
    }

    private static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
