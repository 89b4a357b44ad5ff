using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Tests.Rego.Values;

public sealed class ValueTests
{
    [Theory]
    [InlineData("null", "false")]
    [InlineData("false", "true")]
    [InlineData("true", "0")]
    [InlineData("1e30", "\"\"")]
    [InlineData("\"z\"", "[]")]
    [InlineData("[9]", "{}")]
    [InlineData("1", "1.5")]
    [InlineData("-2", "-1.5")]
    [InlineData("9007199254740993", "9007199254740993.5")]
    [InlineData("99999999999999999999", "1e20")]
    [InlineData("[1]", "[1, 0]")]
    [InlineData("[1, 9]", "[2]")]
    [InlineData("{\"a\": 2}", "{\"b\": 1}")]
    [InlineData("{\"a\": 1}", "{\"a\": 2}")]
    [InlineData("\"\\ue000\"", "\"\\ud83d\\ude00\"")]
    public void Values_are_in_the_order_of_their_types_and_then_of_what_they_say(string smaller, string larger)
    {
        Assert.True(Read(smaller).CompareTo(Read(larger)) < 0);
        Assert.True(Read(larger).CompareTo(Read(smaller)) > 0);
        Assert.NotEqual(Read(smaller), Read(larger));
    }

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("100", "1e2")]
    [InlineData("0", "-0")]
    [InlineData("0.10", "1e-1")]
    [InlineData("100000000000000000000000", "1E23")]
    [InlineData("{\"a\": 1, \"b\": 2}", "{\"b\": 2, \"a\": 1.0}")]
    [InlineData("\"\\u0061\"", "\"a\"")]
    public void What_means_the_same_is_equal_however_it_was_written(string one, string other)
    {
        Assert.Equal(Read(one), Read(other));
        Assert.Equal(0, Read(one).CompareTo(Read(other)));
        Assert.Equal(Read(one).GetHashCode(), Read(other).GetHashCode());
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("-0")]
    [InlineData("1e10")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("{\"a\":[1,null,true,\"ä\\n\"],\"b\":{}}")]
    public void Values_are_written_as_they_were_read(string json) => Assert.Equal(json, ValueJson.ToText(Read(json)));

    [Fact]
    public void Members_come_in_the_order_of_their_keys_and_the_last_of_two_with_one_key_counts() =>
        Assert.Equal("{\"a\":3,\"b\":1}", ValueJson.ToText(Read("{\"b\":1,\"a\":2,\"a\":3}")));

    [Fact]
    public void Sets_have_each_element_once_and_are_written_in_order()
    {
        var set = SetValue.Of(Enumerable.Range(0, 100).Select(i => (Value)NumberValue.Of((i * 37) % 50)));
        Assert.Equal(50, set.Count);
        Assert.Equal($"[{string.Join(',', Enumerable.Range(0, 50))}]", ValueJson.ToText(set));
        Assert.True(set.Contains(NumberValue.Of(49)));
        Assert.False(set.Contains(NumberValue.Of(50)));
        Assert.Equal("set()", SetValue.Empty.ToString());
        Assert.Equal("{1, \"a\"}", SetValue.Of([StringValue.Of("a"), NumberValue.Of(1)]).ToString());
    }

    [Fact]
    public void Large_objects_find_all_their_keys()
    {
        var built = new ObjectBuilder(0);
        for (var i = 0; i < 5000; i++)
        {
            built.Set(StringValue.Of($"k{i % 2500}"), NumberValue.Of(i));
        }

        var found = built.ToObject();
        Assert.Equal(2500, found.Count);
        for (var i = 0; i < 2500; i++)
        {
            Assert.Equal(NumberValue.Of(2500 + i), found.Get(StringValue.Of($"k{i}")));
        }

        Assert.Null(found.Get(StringValue.Of("k2500")));
        Assert.Equal(2499, found.Without(StringValue.Of("k7")).Count);
        Assert.Equal(NumberValue.Of(1), found.With(StringValue.Of("k7"), NumberValue.Of(1)).Get("k7"));
        Assert.Equal(NumberValue.Of(2507), found.Get("k7"));
    }

    [Fact]
    public void Keys_that_are_no_texts_are_written_as_the_text_of_their_json() =>
        Assert.Equal(
            "{\"1\":true,\"[\\\"a\\\"]\":false}",
            ValueJson.ToText(ObjectValue.Of(
            [
                new(NumberValue.Of(1), BooleanValue.True), new(ArrayValue.Of([StringValue.Of("a")]), BooleanValue.False),
            ])));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("01")]
    [InlineData("1 2")]
    [InlineData("nul")]
    [InlineData("1e999999999")]
    public void What_is_no_json_is_answered_with_the_reason(string json)
    {
        Assert.Null(ValueJson.Read(json, ValueLimits.Default, out var problem));
        Assert.NotEqual("", problem);
    }

    [Fact]
    public void Deep_json_is_refused_and_never_overflows()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);
        Assert.Null(ValueJson.Read(deep, ValueLimits.Default, out var problem));
        Assert.Contains("depth", problem, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(ValueJson.Read(new string('[', 500) + new string(']', 500), ValueLimits.Default, out _));
    }

    [Fact]
    public void Halves_of_surrogates_and_bytes_that_are_no_text_become_the_replacement_sign()
    {
        Assert.Equal("\ufffdx", ((StringValue)Read("\"\\ud800x\"")).Text);
        byte[] broken = [(byte)'"', (byte)'a', 0xff, (byte)'"'];
        Assert.Equal("a\ufffd", ((StringValue)ValueJson.Read(broken, ValueLimits.Default, out _)!).Text);
    }

    [Fact]
    public void A_number_that_is_short_to_write_and_huge_is_compared_at_once()
    {
        var huge = Read("1e99999");
        Assert.True(huge.CompareTo(Read("1")) > 0);
        Assert.True(Read("-1e99999").CompareTo(huge) < 0);
        Assert.Equal(huge, Read("10e99998"));
    }

    private static Value Read(string json) =>
        ValueJson.Read(Encoding.UTF8.GetBytes(json), ValueLimits.Default, out var problem) ?? throw new FormatException(problem);
}
