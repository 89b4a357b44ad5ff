using Reeve.Core.Errors;

namespace Reeve.Core.Tests.Errors;

public sealed class DidYouMeanTests
{
    [Theory]
    [InlineData("treshold", "threshold")]
    [InlineData("thershold", "threshold")]
    [InlineData("Threshold", "threshold")]
    [InlineData("once-within", "once_within")]
    [InlineData("cooldwon", "cooldown")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    [InlineData("fro", "for")]
    [InlineData("a", null)]
    public void The_nearest_name_is_guessed(string written, string? expected)
    {
        Assert.Equal(expected, DidYouMean.Find(written, ["threshold", "cooldown", "once_within", "for", "b"]));
    }

    [Fact]
    public void Of_two_as_near_the_first_by_name_is_taken() => Assert.Equal("bat", DidYouMean.Find("zat", ["cat", "bat"]));

    [Fact]
    public void A_very_long_name_is_not_guessed_at() =>
        Assert.Null(DidYouMean.Find(new string('x', 1_000_000), [new string('x', 1_000_000)]));
}
