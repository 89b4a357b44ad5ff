using Reeve.Core.Time;

namespace Reeve.Core.Tests.Time;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("500ms", "500ms")]
    [InlineData("15s", "15s")]
    [InlineData("90s", "1m30s")]
    [InlineData("5m", "5m")]
    [InlineData("1h30m", "1h30m")]
    [InlineData("1h 30m", "1h30m")]
    [InlineData("1.5h", "1h30m")]
    [InlineData("2d", "2d")]
    [InlineData("8d", "8d")]
    [InlineData("1w", "1w")]
    [InlineData("14d", "2w")]
    [InlineData("15 minutes", "15m")]
    [InlineData("1 Hour", "1h")]
    [InlineData("30", "30s")]
    [InlineData("0.5", "500ms")]
    [InlineData("0", "0s")]
    [InlineData("PT5M", "5m")]
    [InlineData("P1DT12H", "1d12h")]
    [InlineData("PT0.25S", "250ms")]
    [InlineData("P2W", "2w")]
    [InlineData("1s500ms", "1s500ms")]
    [InlineData("0.0001ms", "0.0001ms")]
    [InlineData("36500d", "36500d")]
    public void A_duration_is_read_and_written(string text, string written)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(written, Durations.Format(duration));
        Assert.True(Durations.TryParse(written, out var again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("soon")]
    [InlineData("-5m")]
    [InlineData("5x")]
    [InlineData("5m5m")]
    [InlineData("5s1h")]
    [InlineData("1h30")]
    [InlineData("1..5h")]
    [InlineData("1.")]
    [InlineData(".")]
    [InlineData("h")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("PT1M1H")]
    [InlineData("PT5")]
    [InlineData("1e3")]
    [InlineData("36501d")]
    [InlineData("99999999999999999999999999999999999999w")]
    [InlineData("79228162514264337593543950335w")]
    [InlineData("36500d 1ms")]
    [InlineData("٣s")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Durations.TryParse(text, out _));

    [Fact]
    public void Seconds_must_be_finite_and_not_negative()
    {
        Assert.True(Durations.TryFromSeconds(1.5, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), duration);
        Assert.All([double.NaN, -1, double.PositiveInfinity, 1e300], seconds => Assert.False(Durations.TryFromSeconds(seconds, out _)));
    }

    [Fact]
    public void Odd_durations_are_written_too()
    {
        Assert.Equal("-1m30s", Durations.Format(TimeSpan.FromSeconds(-90)));
        Assert.StartsWith("-", Durations.Format(TimeSpan.MinValue), StringComparison.Ordinal);
        Assert.Equal("1s0.5ms", Durations.Format(TimeSpan.FromTicks(10_005_000)));
    }
}
