using System.Globalization;
using Reeve.Core.Restraints;

namespace Reeve.Core.Tests.Restraints;

public sealed class CalendarWindowTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-01-05T21:59:59Z", null)]
    [InlineData("2026-01-05T22:00:00Z", "2026-01-06T02:00:00Z")]
    [InlineData("2026-01-06T01:59:59Z", "2026-01-06T02:00:00Z")]
    [InlineData("2026-01-06T02:00:00Z", null)]
    public void A_window_over_midnight_ends_on_the_next_day(string now, string? end)
    {
        var window = new CalendarWindow { Days = [DayOfWeek.Monday], From = new(22, 0), To = new(2, 0) };
        Assert.Equal(At(end), window.EndIfInside(At(now)!.Value));
    }

    [Fact]
    public void The_next_window_may_be_a_week_away()
    {
        var window = new CalendarWindow { Days = [DayOfWeek.Monday], From = new(8, 0), To = new(9, 0) };
        Assert.Equal(At("2026-01-12T08:00:00Z"), window.NextStart(At("2026-01-05T08:00:00Z")!.Value));
    }

    [Theory]

    // in spring 02:00-03:00 is left out: the window begins when the gap ends, at 03:00 summer time
    [InlineData("2026-03-29T00:59:59Z", null)]
    [InlineData("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z")]

    // in autumn 02:00-03:00 comes twice: it begins at the first 02:30 and ends at 04:00 winter time
    [InlineData("2026-10-25T00:29:59Z", null)]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z")]
    [InlineData("2026-10-25T01:30:00Z", "2026-10-25T03:00:00Z")]
    [InlineData("2026-10-25T03:00:00Z", null)]
    public void A_window_lives_through_the_changes_of_the_clock(string now, string? end)
    {
        var window = new CalendarWindow { From = new(2, 30), To = new(4, 0), Zone = Berlin };
        Assert.Equal(At(end), window.EndIfInside(At(now)!.Value));
    }

    [Fact]
    public void A_window_that_comes_once_ends_for_good()
    {
        var window = new CalendarWindow { Start = At("2026-01-05T00:00:00Z"), End = At("2026-01-06T00:00:00Z") };
        Assert.Equal(window.End, window.EndIfInside(At("2026-01-05T12:00:00Z")!.Value));
        Assert.Null(window.EndIfInside(At("2026-01-06T00:00:00Z")!.Value));
        Assert.Null(window.NextStart(At("2026-01-06T00:00:00Z")!.Value));
    }

    private static DateTimeOffset? At(string? text) => text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
