using System.Globalization;
using Reeve.Core.Time;

namespace Reeve.Core.Tests.Time;

public sealed class VirtualTimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly VirtualTime _time = new(Start);
    private readonly List<string> _ran = [];

    [Fact]
    public void Timers_run_in_order_of_time_then_creation_with_the_clock_at_their_time()
    {
        Set("late", 20);
        Set("first", 10);
        Set("second", 10);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(["first@10", "second@10", "late@20"], _ran);
        Assert.Equal(Start.AddSeconds(30), _time.GetUtcNow());
    }

    [Fact]
    public void A_periodic_timer_runs_every_time()
    {
        using var timer = Set("tick", 5, 10);
        _time.Advance(TimeSpan.FromSeconds(26));
        timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal(["tick@5", "tick@15", "tick@25", "tick@27"], _ran);
    }

    [Fact]
    public void A_timer_that_a_timer_sets_runs_in_the_same_move()
    {
        _time.CreateTimer(_ => Set("inner", 5), null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        Set("after", 16);
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(["inner@15", "after@16"], _ran);
    }

    [Fact]
    public void A_disposed_timer_does_not_run()
    {
        var timer = Set("never", 5);
        _time.CreateTimer(_ => timer.Dispose(), null, TimeSpan.FromSeconds(4), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Empty(_ran);
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
        Assert.Null(_time.NextDue);
    }

    [Fact]
    public void A_timer_due_at_once_runs_with_the_next_move()
    {
        Set("now", 0);
        Assert.Empty(_ran);
        _time.Advance(TimeSpan.Zero);

        Assert.Equal(["now@0"], _ran);
    }

    [Fact]
    public void A_step_moves_the_time_of_day_only()
    {
        Set("due", 10);
        var stamp = _time.GetTimestamp();
        _time.StepTo(Start.AddDays(1));

        Assert.Empty(_ran);
        Assert.Equal(stamp, _time.GetTimestamp());
        Assert.Equal(Start.AddDays(1).AddSeconds(10), _time.NextDue);

        _time.StepTo(Start.AddDays(-1));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(_ran);
        Assert.Equal(Start.AddDays(-1).AddSeconds(10), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(10), _time.GetElapsedTime(stamp));
    }

    [Fact]
    public void The_clock_is_moved_forward_to_a_point_in_time_but_not_back()
    {
        _time.AdvanceTo(Start.AddHours(1));

        Assert.Equal(Start.AddHours(1), _time.GetUtcNow());
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.AdvanceTo(Start));
    }

    [Fact]
    public void A_timer_that_throws_leaves_the_clock_usable()
    {
        _time.CreateTimer(_ => throw new InvalidOperationException("x"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        Set("next", 2);
        Assert.Throws<InvalidOperationException>(() => _time.Advance(TimeSpan.FromSeconds(5)));
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["next@2"], _ran);
    }

    [Fact]
    public void A_timer_cannot_move_the_clock()
    {
        _time.CreateTimer(_ => _time.Advance(TimeSpan.Zero), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        Assert.Throws<InvalidOperationException>(() => _time.Advance(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_delay_ends_when_the_clock_passes_it()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(5), _time, CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.False(delay.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(1));
        await delay;
    }

    private ITimer Set(string name, int seconds, int period = -1) => _time.CreateTimer(
        _ => _ran.Add(string.Create(CultureInfo.InvariantCulture, $"{name}@{(_time.GetUtcNow() - Start).TotalSeconds}")),
        null,
        TimeSpan.FromSeconds(seconds),
        period < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(period));
}
