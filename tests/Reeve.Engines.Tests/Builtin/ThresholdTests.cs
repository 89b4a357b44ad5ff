using System.Text.Json;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Engines.Tests.Builtin;

public sealed class ThresholdTests
{
    private const string Type = "reeve.threshold";

    private static KeyHarness Instance(string properties) => new(Type, properties);

    private static KeyHarness Group(string properties) => new(Type, properties, "shop/web");

    [Fact]
    public void A_value_above_the_bound_is_found_at_each_event_until_it_recovers_once()
    {
        var key = Instance("""{"service":"cpu","upper_bound":0.8}""");
        Assert.Equal(["-above"], key.Event(0.5));
        Assert.Empty(key.Event(0.7));
        Assert.Equal(["above"], key.Event(0.9));
        Assert.Equal(["above"], key.Event(0.95));
        Assert.Equal(["-above"], key.Event(0.8));
        Assert.Empty(key.Event(0.1));
    }

    [Fact]
    public void A_finding_shows_the_value_the_bound_and_since_when()
    {
        var key = Instance("""{"service":"cpu","upper_bound":0.8,"stability":"10s"}""");
        key.Event(0.9);
        key.At(4);
        key.Event(0.95);
        Assert.Equal(["above"], key.At(10));
        var finding = key.LastFinding;
        Assert.Equal(
            """{"service":"cpu","value":0.95,"raw":0.95,"bound":0.8,"since":"2026-03-01T08:00:00+00:00"}""", finding.Data.GetRawText());
        Assert.Equal("""{"service":"cpu","bound":0.8}""", finding.Identity!.Value.GetRawText());
        Assert.Equal("cpu of `shop/web/web-1` is 0.95, above 0.8 for 10s", finding.Summary);
        Assert.Null(finding.Target);
    }

    [Fact]
    public void A_bound_itself_is_beyond_only_when_inclusive()
    {
        Assert.Equal(["-above"], Instance("""{"upper_bound":1}""").Event(1));
        Assert.Equal(["above"], Instance("""{"upper_bound":1,"inclusive":true}""").Event(1));
        Assert.Equal(["below"], Instance("""{"lower_bound":1,"inclusive":true}""").Event(1));
    }

    [Fact]
    public void Two_bounds_are_two_checks()
    {
        var key = Instance("""{"upper_bound":10,"lower_bound":2}""");
        Assert.Equal(["above", "-below"], key.Event(11));
        Assert.Equal(["-above", "below"], key.Event(1));
        Assert.Equal(["-below"], key.Event(5));
    }

    [Fact]
    public void A_breach_shorter_than_the_stability_is_nothing()
    {
        var key = Instance("""{"upper_bound":1,"stability":"10s"}""");
        key.Event(0);
        key.At(1);
        Assert.Empty(key.Event(2));
        key.At(9);
        Assert.Empty(key.Event(0));
        Assert.Empty(key.At(60));
    }

    [Fact]
    public void The_last_event_of_a_breach_is_enough()
    {
        var key = Instance("""{"upper_bound":1,"stability":"10s"}""");
        Assert.Empty(key.Event(2));
        Assert.Empty(key.At(9.9));
        Assert.Equal(["above"], key.At(10));
        Assert.Empty(key.At(60));
    }

    [Fact]
    public void Recovery_must_last_too()
    {
        var key = Instance("""{"upper_bound":1,"recovery_stability":"10s"}""");
        key.Event(2);
        key.At(1);
        Assert.Empty(key.Event(0));
        key.At(5);
        Assert.Equal(["above"], key.Event(2));
        key.At(6);
        Assert.Empty(key.Event(0));
        Assert.Empty(key.At(15.9));
        Assert.Equal(["-above"], key.At(16));
    }

    [Fact]
    public void Values_that_come_late_and_all_at_once_are_judged_by_their_own_time()
    {
        var key = Instance("""{"upper_bound":1,"stability":"30s"}""");
        key.At(100);
        Assert.Empty(key.Event(2, age: 60));
        Assert.Empty(key.Event(2, age: 40));
        Assert.Equal(["above"], key.Event(2, age: 30));
    }

    [Fact]
    public void An_event_that_is_older_than_the_newest_changes_nothing()
    {
        var key = Instance("""{"upper_bound":1}""");
        key.At(10);
        key.Event(0);
        Assert.Empty(key.Event(5, age: 1));
        Assert.Equal(1, key.Instance.Describe().GetProperty("ignored").GetProperty("late").GetInt64());
        Assert.Equal(0, key.Instance.Describe().GetProperty("value").GetDouble());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_no_number_changes_nothing(double? metric)
    {
        var key = Instance("""{"upper_bound":1}""");
        Assert.Empty(key.Event(metric));
        Assert.Equal(["above"], key.Event(2));
        Assert.Empty(key.Event(metric));
        Assert.Equal(2, key.Instance.Describe().GetProperty("ignored").GetProperty("without_number").GetInt64());
    }

    [Fact]
    public void Other_services_are_not_measured()
    {
        var key = Instance("""{"service":"cpu","upper_bound":1}""");
        Assert.Empty(key.Event(9, service: "memory"));
        Assert.Equal(["above"], key.Event(9));
        Assert.Equal(["above"], Instance("""{"upper_bound":1}""").Event(9, service: "memory"));
    }

    [Fact]
    public void An_event_that_has_expired_on_its_way_does_not_count()
    {
        var key = Instance("""{"upper_bound":1}""");
        key.At(1000);
        Assert.Empty(key.Event(9, age: 11, ttl: 10));
        Assert.Empty(key.Event(9, age: 301));
        Assert.Empty(key.Event(9, state: "expired"));
        Assert.Equal(["above"], key.Event(9, age: 9, ttl: 10));
    }

    [Fact]
    public void A_finding_ends_when_its_last_value_counts_no_more()
    {
        var key = Instance("""{"upper_bound":1,"ttl":"20s"}""");
        key.Event(9);
        Assert.Empty(key.At(19));
        Assert.Equal(["-above"], key.At(20));
        Assert.Contains("no value counts any more", key.Last[0].Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.True(key.Instance.IsIdle);
    }

    [Fact]
    public void A_time_far_ahead_counts_as_now_and_does_not_blind_the_program()
    {
        var key = Instance("""{"upper_bound":1,"stability":"30s"}""");
        key.Event(0);
        key.Skew = TimeSpan.FromDays(300);
        Assert.Empty(key.Event(9));
        key.Skew = default;
        key.At(1);
        Assert.Empty(key.Event(9));
        Assert.Equal(["above"], key.At(31));
    }

    [Fact]
    public void Absurd_times_and_values_do_no_harm()
    {
        var key = Instance("""{"upper_bound":1,"smoothing":"mean","window":"1m"}""");
        foreach (var time in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch })
        {
            foreach (var metric in new[] { double.MaxValue, double.MinValue, double.Epsilon, -0.0 })
            {
                key.Send(new Event { Target = "shop/web/web-1", Service = "cpu", Metric = metric, Time = time, Ttl = TimeSpan.MaxValue });
                key.Send(new Event { Target = "", Service = "", Metric = metric, Time = time, Ttl = TimeSpan.MinValue });
                key.Instance.Describe();
                key.Restart();
            }
        }

        key.At(3600);
        Assert.NotNull(key.Instance.Describe().ToString());
    }

    [Fact]
    public void An_exponential_average_moves_by_its_share()
    {
        var key = Instance("""{"upper_bound":100,"smoothing":"ewma","ewma_r":0.5}""");
        key.Event(10);
        key.Event(20);
        key.Event(40);
        Assert.Equal(27.5, key.Instance.Describe().GetProperty("value").GetDouble());
        Assert.Equal(40, key.Instance.Describe().GetProperty("raw").GetDouble());
    }

    [Fact]
    public void A_mean_is_over_its_window()
    {
        var key = Instance("""{"upper_bound":100,"smoothing":"mean","window":"10s"}""");
        key.Event(1);
        key.At(5);
        key.Event(3);
        Assert.Equal(2, key.Instance.Describe().GetProperty("value").GetDouble());
        key.At(10);
        key.Event(5);
        Assert.Equal(4, key.Instance.Describe().GetProperty("value").GetDouble());
    }

    [Fact]
    public void A_mean_survives_huge_values_among_small_ones()
    {
        var key = Instance("""{"upper_bound":100,"smoothing":"mean","window":"10s"}""");
        key.Event(double.MaxValue);
        key.Event(double.MaxValue);
        key.At(9);
        key.Event(1);
        key.At(11);
        key.Event(3);
        Assert.Equal(2, key.Instance.Describe().GetProperty("value").GetDouble());
    }

    [Fact]
    public void A_mean_stays_exact_over_many_samples()
    {
        var key = Instance("""{"upper_bound":100,"smoothing":"mean","window":"10s"}""");
        for (var i = 0; i < 30_000; i++)
        {
            key.At(i / 100.0);
            key.Event(0.1);
        }

        Assert.Equal(0.1, key.Instance.Describe().GetProperty("value").GetDouble(), 12);
    }

    [Theory]
    [InlineData("mean", 0.5)]
    [InlineData("max", 0.9)]
    [InlineData("min", 0.1)]
    [InlineData("sum", 1.5)]
    public void The_members_of_a_group_make_one_value(string aggregate, double expected)
    {
        var key = Group($$"""{"upper_bound":100,"aggregate":"{{aggregate}}"}""");
        key.Event(0.1, "shop/web/web-1");
        key.Event(0.2, "shop/web/web-2");
        key.Event(0.5, "shop/web/web-2");
        key.Event(0.9, "shop/web/web-3");
        Assert.Equal(expected, key.Instance.Describe().GetProperty("value").GetDouble(), 9);
    }

    [Fact]
    public void A_groups_finding_lists_its_members()
    {
        var key = Group("""{"upper_bound":0.5}""");
        key.Event(0.4, "shop/web/web-1");
        Assert.Equal(["above"], key.Event(0.8, "shop/web/web-2"));
        Assert.Equal("""{"shop/web/web-1":0.4,"shop/web/web-2":0.8}""", key.LastFinding.Data.GetProperty("members").GetRawText());
    }

    [Fact]
    public void A_member_that_was_taken_away_or_failed_is_left_out()
    {
        var key = Group("""{"upper_bound":0.5,"aggregate":"max"}""");
        Assert.Equal(["above"], key.Event(0.9, "shop/web/web-1"));
        key.At(0.5);
        key.Targets.Remove(KeyHarness.Key("shop/web/web-1"));
        Assert.Equal(["-above"], key.At(1.6).Concat(key.Event(0.1, "shop/web/web-2")));
        Assert.Equal(["above"], key.Event(0.9, "shop/web/web-3"));
        key.Put("shop/web/web-3", "instance", TargetState.Failed);
        key.At(3);
        Assert.Equal(["-above"], key.Event(0.1, "shop/web/web-2"));
    }

    [Fact]
    public void A_new_breach_never_rests_on_a_member_that_is_gone()
    {
        var key = Group("""{"lower_bound":0.5,"aggregate":"min"}""");
        key.Event(0.6, "shop/web/web-1");
        key.Event(0.7, "shop/web/web-2");
        key.Targets.Remove(KeyHarness.Key("shop/web/web-1"));
        Assert.Empty(key.Event(0.1, "shop/web/web-1"));
        Assert.Empty(key.Event(0.7, "shop/web/web-2"));
    }

    [Fact]
    public void A_member_that_went_silent_is_left_out_after_its_ttl()
    {
        var key = Group("""{"upper_bound":0.5,"ttl":"10s"}""");
        Assert.Equal(["above"], key.Event(0.9, "shop/web/web-1"));
        key.At(5);
        Assert.Equal(["above"], key.Event(0.2, "shop/web/web-2"));
        Assert.Equal(["-above"], key.At(10));
        key.At(16);
        Assert.True(key.Instance.IsIdle);
    }

    [Fact]
    public void Members_whose_clocks_differ_do_not_make_a_breach_older_than_it_is()
    {
        var key = Group("""{"upper_bound":0.5,"stability":"1m"}""");
        key.Event(0.9, "shop/web/web-1");
        key.Skew = TimeSpan.FromSeconds(55);
        key.At(10);
        Assert.Empty(key.Event(0.9, "shop/web/web-2"));
        Assert.Empty(key.At(59));
        Assert.Equal(["above"], key.At(60));
    }

    [Fact]
    public void An_alias_and_a_path_are_one_member()
    {
        var key = Group("""{"upper_bound":100,"aggregate":"sum"}""");
        key.Targets.Put(key.Targets.Find(KeyHarness.Key("shop/web/web-1"))! with { Aliases = ["host-1"] });
        key.Event(1, "shop/web/web-1");
        key.Event(2, "host-1");
        Assert.Equal(2, key.Instance.Describe().GetProperty("value").GetDouble());
    }

    [Fact]
    public void A_tick_shows_a_standing_finding_again()
    {
        var key = Instance("""{"upper_bound":1}""");
        Assert.Empty(key.Tick());
        key.Event(2);
        Assert.Equal(["above"], key.Tick());
    }

    [Fact]
    public void After_a_restart_the_first_answer_is_always_said()
    {
        var key = Instance("""{"upper_bound":1,"smoothing":"ewma"}""");
        key.Event(0.5);
        key.Restart();
        Assert.Equal(["-above"], key.Event(0.5));
        key.Event(9);
        key.Restart();
        Assert.Equal(["above"], key.Event(9));
    }

    [Fact]
    public void A_pending_breach_goes_on_after_a_restart()
    {
        var key = Instance("""{"upper_bound":1,"stability":"10s"}""");
        key.Event(2);
        key.At(5);
        key.Restart();
        Assert.Equal(["above"], key.At(10));
    }

    [Fact]
    public void A_state_of_another_shape_counts_as_none()
    {
        var program = KeyHarness.Compile(Type, """{"upper_bound":1}""");
        string[] strange =
        [
            "[]", "7", "{}", """{"service":1}""", """{"service":"a","many":2,"key_time":"x"}""",
            """{"service":"a","many":false,"key_time":1,"key_arrival":1,"look_around":1,"members":[{}]}""",
        ];
        foreach (var saved in strange)
        {
            Assert.True(program.Open(JsonDocument.Parse(saved).RootElement).IsIdle);
        }
    }

    [Fact]
    public void Nothing_beyond_a_bound_keeps_no_timer()
    {
        var key = Instance("""{"upper_bound":1,"stability":"10s"}""");
        key.Event(0.5);
        Assert.Null(key.Instance.NextTimer);
        Assert.True(key.Instance.IsIdle);
        key.Event(2);
        Assert.Equal(KeyHarness.Start.AddSeconds(10), key.Instance.NextTimer);
        Assert.False(key.Instance.IsIdle);
    }

    [Theory]
    [InlineData("{}", "give `upper_bound`, `lower_bound` or both")]
    [InlineData("""{"upper_bound":1,"lower_bound":2}""", "expected a `lower_bound` that is not above the `upper_bound`, found `2` and `1`")]
    [InlineData("""{"upper_bound":1,"smoothing":"mean"}""", "`smoothing: mean` needs a `window`, such as `1m`")]
    [InlineData("""{"upper_bound":1,"window":"1m"}""", "a `window` goes with `smoothing: mean`")]
    [InlineData("""{"upper_bound":1,"smoothing":"emwa"}""", "expected one of `none`, `ewma`, `mean`, found `emwa`; did you mean `ewma`?")]
    [InlineData("""{"upper_bound":1,"ewma_r":0.5}""", "`ewma_r` goes with `smoothing: ewma`")]
    [InlineData("""{"upper_bound":1,"smoothing":"ewma","ewma_r":1.5}""", "expected at most `1`, found `1.5`")]
    [InlineData(
        """{"upper_bound":1,"stability":"1m","ttl":"30s"}""",
        "expected a `ttl` that is not below `stability`, found `30s` and `1m`: a last value would not count long enough")]
    [InlineData("""{"upper_bound":"high"}""", "expected a number, found the text `high`")]
    public void Mistakes_in_the_properties_are_said(string properties, string message)
    {
        var mistake = Assert.Single(KeyHarness.TryCompile(Type, properties).Mistakes);
        Assert.Equal(message, mistake.Message);
        Assert.StartsWith("/spec/properties", mistake.Path, StringComparison.Ordinal);
    }
}
