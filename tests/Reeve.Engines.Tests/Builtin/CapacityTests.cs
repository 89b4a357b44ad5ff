using Reeve.Core.Documents;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Engines.Tests.Builtin;

public sealed class CapacityTests
{
    private static KeyHarness Group(string properties = "{}") => new("reeve.capacity", properties, "shop/web");

    [Fact]
    public void Fewer_started_instances_than_wanted_is_a_shortage()
    {
        var key = Group();
        Assert.Equal(["-shortage"], key.Tick());
        key.Put("shop/web/web-2", "instance", TargetState.Failed);
        Assert.Equal(["shortage"], key.State("failed", "shop/web/web-2"));
        Assert.Equal("""{"wanted":3,"have":2,"missing":1,"since":"2026-03-01T08:00:00+00:00"}""", key.LastFinding.Data.GetRawText());
        Assert.Equal("`shop/web` has 2 of 3 wanted instances", key.LastFinding.Summary);
        Assert.Equal(["shortage"], key.Tick());
        key.Put("shop/web/web-2", "instance", TargetState.Started);
        Assert.Equal(["-shortage"], key.Operation(OperationPhase.After));
        Assert.Empty(key.Tick());
    }

    [Fact]
    public void A_shortage_must_last()
    {
        var key = Group("""{"stability":"10s"}""");
        key.Targets.Remove(KeyHarness.Key("shop/web/web-1"));
        Assert.Empty(key.Tick());
        key.At(5);
        key.Restart();
        Assert.Equal(["shortage"], key.At(10));
        Assert.False(key.Instance.IsIdle);
        key.Put("shop/web/web-1", "instance", TargetState.Started);
        Assert.Equal(["-shortage"], key.Tick());
        Assert.True(key.Instance.IsIdle);
    }

    [Fact]
    public void A_shortage_that_ends_in_time_is_nothing()
    {
        var key = Group("""{"stability":"10s"}""");
        key.Put("shop/web/web-1", "instance", TargetState.Starting);
        key.Tick();
        key.Put("shop/web/web-1", "instance", TargetState.Started);
        Assert.Equal(["-shortage"], key.At(20));
    }

    [Fact]
    public void The_policy_may_say_how_many_are_wanted()
    {
        Assert.Equal(["-shortage"], Group("""{"wanted":2}""").Tick());
        Assert.Equal(["shortage"], Group("""{"wanted":4}""").Tick());
    }

    [Fact]
    public void Unhealthy_instances_count_unless_the_policy_wants_healthy_ones()
    {
        foreach (var (properties, expected) in new[] { ("{}", "-shortage"), ("""{"count":"healthy"}""", "shortage") })
        {
            var key = Group(properties);
            key.Targets.Put(key.Targets.Find(KeyHarness.Key("shop/web/web-1"))! with { Properties = Json.Parse("""{"healthy":false}""") });
            Assert.Equal([expected], key.Tick());
        }
    }

    [Fact]
    public void A_target_without_capacity_is_a_failure_of_the_policy_and_not_a_shortage()
    {
        var key = new KeyHarness("reeve.capacity", "{}", "shop");
        Assert.Equal(["failed: `shop` has no capacity, and the policy does not say how many are `wanted`"], key.Tick());
    }

    [Fact]
    public void An_instance_stands_for_its_group()
    {
        var key = new KeyHarness("reeve.capacity", "{}");
        key.Put("shop/web/web-2", "instance", TargetState.Stopped);
        Assert.Equal(["shortage"], key.Tick());
    }

    [Fact]
    public void Before_an_operation_and_at_other_events_nothing_is_said()
    {
        var key = Group("""{"wanted":9}""");
        Assert.Empty(key.Operation(OperationPhase.Before));
        Assert.Empty(key.Event(1));
    }

    [Theory]
    [InlineData("""{"wanted":-1}""", "expected at least `0`, found `-1`")]
    [InlineData("""{"count":"helthy"}""", "expected one of `started`, `healthy`, found `helthy`; did you mean `healthy`?")]
    public void Mistakes_in_the_properties_are_said(string properties, string message) =>
        Assert.Equal(message, Assert.Single(KeyHarness.TryCompile("reeve.capacity", properties).Mistakes).Message);
}
