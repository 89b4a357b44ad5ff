using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Engines.Tests.Builtin;

public sealed class HeartbeatTests
{
    private const string Type = "reeve.heartbeat";

    private static KeyHarness Instance(string properties = """{"ttl":"10s"}""") => new(Type, properties);

    private static KeyHarness Group(string properties = """{"ttl":"10s"}""") => new(Type, properties, "shop/web");

    [Fact]
    public void Silence_is_found_after_the_ttl_and_ends_with_the_next_sign_of_life()
    {
        var key = Instance();
        Assert.Equal(["-silent", "-failed"], key.Beat());
        key.At(8);
        Assert.Empty(key.Beat());
        Assert.Empty(key.At(17.9));
        Assert.Equal(["silent"], key.At(18));
        Assert.Equal(
            """{"last_seen":"2026-03-01T08:00:08+00:00","watched_since":"2026-03-01T08:00:00+00:00","ttl":"10s"}""",
            key.LastFinding.Data.GetRawText());
        Assert.Empty(key.At(60));
        Assert.Equal(["-silent"], key.Beat());
        Assert.Equal(["silent"], key.At(70));
    }

    [Fact]
    public void The_ttl_comes_from_the_policy_else_from_the_events_else_it_is_a_minute()
    {
        var own = Instance();
        own.Beat(ttl: 100);
        Assert.Equal(["silent"], own.At(11));
        var given = Instance("{}");
        given.Beat(ttl: 5);
        Assert.Equal(["silent"], given.At(5));
        var usual = Instance("{}");
        usual.Beat();
        Assert.Empty(usual.At(59));
        Assert.Equal(["silent"], usual.At(60));
    }

    [Fact]
    public void A_late_or_expired_sign_of_life_is_none()
    {
        var key = Instance();
        key.At(20);
        key.Beat();
        key.At(25);
        Assert.Empty(key.Beat(age: 15));
        Assert.Empty(key.Event(null, service: "heartbeat", state: "expired"));
        Assert.Equal(["silent"], key.At(30));
        Assert.Empty(key.Beat(age: 1, ttl: 0.5));
    }

    [Fact]
    public void A_sender_whose_clock_is_wrong_lives_all_the_same()
    {
        var key = Instance();
        key.Skew = TimeSpan.FromMinutes(-30);
        for (var second = 0; second < 60; second += 5)
        {
            Assert.DoesNotContain("silent", key.At(second));
            key.Beat();
        }

        key.Skew = TimeSpan.FromDays(3000);
        key.Beat();
        key.Skew = default;
        Assert.Equal(["silent"], key.At(65 + 5));
        key.At(121);
        Assert.Equal(["-silent"], key.Beat());
    }

    [Fact]
    public void A_failed_state_is_found_at_once_and_ends_when_started_again()
    {
        var key = Instance();
        key.Beat();
        key.At(1);
        Assert.Equal(["failed"], key.State("failed", exitCode: 137, description: "killed by signal 9"));
        var finding = key.LastFinding;
        Assert.Equal("`shop/web/web-1` has failed: killed by signal 9", finding.Summary);
        Assert.Equal(137, finding.Data.GetProperty("exit_code").GetInt32());
        Assert.Empty(key.At(60));
        Assert.Equal(["failed"], key.Tick());
        Assert.Equal(["-failed"], key.State("started"));
        Assert.Empty(key.At(69));
        Assert.Equal(["silent"], key.At(70));
    }

    [Fact]
    public void A_failed_state_can_be_left_to_others()
    {
        var key = Instance("""{"ttl":"10s","on_failed_state":false}""");
        Assert.Equal(["-silent"], key.Beat());
        Assert.Empty(key.State("failed"));
        Assert.Equal(["silent"], key.At(10));
    }

    [Fact]
    public void An_older_state_that_comes_late_changes_nothing()
    {
        var key = Instance();
        key.At(10);
        key.State("started");
        Assert.DoesNotContain("failed", key.State("failed", age: 5));
        Assert.DoesNotContain("failed", key.State("no such state"));
        Assert.DoesNotContain("failed", key.State("5"));
    }

    [Fact]
    public void A_tick_notices_an_instance_that_never_spoke()
    {
        var key = Instance();
        key.At(100);
        Assert.Equal(["-failed"], key.Tick());
        Assert.Empty(key.At(109));
        Assert.Equal(["silent"], key.At(110));
        Assert.Contains("and none before", key.LastFinding.Summary, StringComparison.Ordinal);
        Assert.Equal("null", key.LastFinding.Data.GetProperty("last_seen").GetRawText());
    }

    [Fact]
    public void A_tick_notices_a_failure_that_no_event_told()
    {
        var key = Instance();
        key.Beat();
        key.At(5);
        key.Put("shop/web/web-1", "instance", TargetState.Failed, key.Now, "out of memory");
        Assert.Equal(["failed"], key.Tick());
        Assert.Contains("out of memory", key.LastFinding.Summary, StringComparison.Ordinal);
        key.At(6);
        key.Put("shop/web/web-1", "instance", TargetState.Started, key.Now);
        Assert.Equal(["-failed"], key.Tick());
    }

    [Fact]
    public void Who_is_not_started_is_not_expected_to_speak()
    {
        var key = Instance();
        key.Put("shop/web/web-1", "instance", TargetState.Starting);
        Assert.DoesNotContain("silent", key.Tick());
        Assert.DoesNotContain("silent", key.At(60));
        key.Put("shop/web/web-1", "instance", TargetState.Started, key.Now);
        key.Tick();
        Assert.Empty(key.At(69));
        Assert.Equal(["silent"], key.At(70));
    }

    [Fact]
    public void A_silence_stands_while_its_instance_is_started_again_until_it_speaks()
    {
        var key = Instance();
        key.Beat();
        key.At(10);
        key.Put("shop/web/web-1", "instance", TargetState.Stopping, key.Now);
        Assert.Equal(["silent"], key.Tick());
        key.At(12);
        key.Put("shop/web/web-1", "instance", TargetState.Started, key.Now);
        Assert.Equal(["silent"], key.Tick());
        Assert.Equal(["-silent"], key.Beat());
    }

    [Fact]
    public void Stopped_on_purpose_ends_everything()
    {
        var key = Instance();
        key.Beat();
        Assert.Equal(["silent"], key.At(10));
        key.Put("shop/web/web-1", "instance", TargetState.Stopped, key.Now);
        Assert.Equal(["-silent"], key.Tick());
        Assert.True(key.Instance.IsIdle);
        Assert.Empty(key.At(600));
    }

    [Fact]
    public void Each_member_of_a_group_has_its_own_finding()
    {
        var key = Group();
        key.Beat("shop/web/web-1");
        key.At(5);
        key.Beat("shop/web/web-2");
        key.Beat("shop/web/web-3");
        Assert.Equal(["silent at web-1"], key.At(10));
        Assert.Equal(["silent at web-1", "silent at web-2", "silent at web-3"], key.At(15));
        Assert.Equal(["silent at web-2", "silent at web-3"], key.Beat("shop/web/web-1"));
        key.Beat("shop/web/web-2");
        Assert.Equal(["-silent"], key.Beat("shop/web/web-3"));
    }

    [Fact]
    public void A_member_that_never_spoke_is_watched_from_when_it_became_started()
    {
        var key = Group();
        key.Beat("shop/web/web-1");
        Assert.Equal(["silent at web-2", "silent at web-3"], Beating(key, 10).Distinct());
        key.At(12);
        key.Put("shop/web/web-4", "instance", TargetState.Started, key.Now);
        key.State("started", "shop/web/web-4");
        Assert.Contains("silent at web-4", Beating(key, 23));
    }

    [Fact]
    public void A_member_that_is_gone_is_forgotten()
    {
        var key = Group();
        key.Tick();
        key.At(10);
        key.Targets.Remove(KeyHarness.Key("shop/web/web-2"));
        Assert.Equal(["silent at web-1", "silent at web-3"], key.Tick());
    }

    [Fact]
    public void Nobody_is_cleared_after_a_lost_memory_before_everyone_was_heard()
    {
        var key = Group();
        Assert.Equal(["-failed"], key.Beat("shop/web/web-1"));
        Assert.Empty(key.Beat("shop/web/web-2"));
        Assert.Equal(["-silent"], key.Beat("shop/web/web-3"));
    }

    [Fact]
    public void The_time_that_Reeve_was_away_is_no_silence()
    {
        var key = Group();
        foreach (var member in new[] { "shop/web/web-1", "shop/web/web-2", "shop/web/web-3" })
        {
            key.Beat(member);
        }

        key.At(5);
        key.Restart();
        Assert.DoesNotContain("silent at web-1", Jump(key, 3600));
        Assert.Empty(key.At(3609));
        Assert.Equal(3, key.At(3610).Count);
    }

    [Fact]
    public void Who_was_silent_before_a_restart_is_silent_after_it()
    {
        var key = Group();
        key.Beat("shop/web/web-1");
        key.At(12);
        key.Restart();
        Assert.Contains("silent at web-1", key.Tick());
    }

    [Fact]
    public void Hostile_events_do_no_harm()
    {
        foreach (var key in new[] { Instance("{}"), Group("{}") })
        {
            foreach (var time in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
            {
                foreach (var ttl in new TimeSpan?[] { null, TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.Zero })
                {
                    key.Send(new Event { Target = "", Service = "heartbeat", Time = time, Ttl = ttl });
                    key.Send(new Event { Target = "nowhere", Service = "heartbeat", Time = time, Ttl = ttl, State = "" });
                    key.Send(new Event { Target = "shop/web/web-1", Service = "reeve.state", State = "", Time = time, Ttl = ttl });
                    key.Send(new Event { Target = "shop/web/web-1", Service = "reeve.state", State = null, Time = time, Ttl = ttl });
                    key.Send(new Event { Target = "shop/web/web-1", Service = "heartbeat", Time = time, Ttl = ttl });
                    key.Restart();
                    Assert.NotNull(key.Instance.Describe().ToString());
                }
            }

            key.At(600);
        }
    }

    [Fact]
    public void Describe_says_who_lives()
    {
        var key = Instance();
        key.Beat();
        Assert.Equal("alive", key.Instance.Describe().GetProperty("members").GetProperty("shop/web/web-1").GetProperty("is").GetString());
    }

    private static List<string> Jump(KeyHarness key, double second) => key.JumpTo(second);

    // web-1 goes on speaking; gives what was said meanwhile
    private static List<string> Beating(KeyHarness key, double until)
    {
        var said = new List<string>();
        for (var second = Math.Ceiling((key.Now - KeyHarness.Start).TotalSeconds); second <= until; second++)
        {
            said.AddRange(key.At(second));
            said.AddRange(key.Beat("shop/web/web-1"));
        }

        return said;
    }
}
