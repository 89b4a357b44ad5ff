namespace Reeve.Core.Time;

/// <summary>
/// A clock that moves only when it is told to, for simulations and tests. Moving it runs the timers that fall due, in order of their
/// time and then of their creation, on the thread that moves it, each with the clock at its due time; timers that they set are run
/// too if they fall due. A timer that is due at once runs with the next move, also one of no length.
/// </summary>
public sealed class VirtualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<VirtualTimer> _due = new(VirtualTimer.Order);
    private readonly long _origin;

    // timers and timestamps follow what has elapsed; the skew is what a clock jump adds to the time of day only
    private long _elapsed;
    private long _skew;
    private long _created;
    private bool _moving;

    /// <summary>A clock that stands at a point in time.</summary>
    public VirtualTime(DateTimeOffset start) => _origin = start.UtcTicks;

    /// <summary>A clock that stands at the start of the year 2026.</summary>
    public VirtualTime()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>When the next timer falls due; null when none is set.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                return _due.Min is { } timer ? At(timer.Due) : null;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return At(_elapsed);
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsed;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        VirtualTimer timer;
        lock (_gate)
        {
            timer = new VirtualTimer(this, callback, state, ++_created);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward and runs what falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_gate)
        {
            if (_moving)
            {
                throw new InvalidOperationException("a timer cannot move the clock that runs it");
            }

            _moving = true;
        }

        try
        {
            RunUntil(_elapsed + by.Ticks);
        }
        finally
        {
            lock (_gate)
            {
                _moving = false;
            }
        }
    }

    /// <summary>Moves the clock forward to a point in time and runs what falls due on the way.</summary>
    public void AdvanceTo(DateTimeOffset moment) => Advance(moment - GetUtcNow());

    /// <summary>
    /// Sets the time of day, forward or back, as when somebody sets a machine's clock: no timer runs or moves, and no time elapses.
    /// </summary>
    public void StepTo(DateTimeOffset moment)
    {
        lock (_gate)
        {
            _skew = moment.UtcTicks - _origin - _elapsed;
        }
    }

    internal bool Set(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _due.Remove(timer);
            if (timer.IsDisposed)
            {
                return false;
            }

            timer.Period = period > TimeSpan.Zero ? period.Ticks : 0;
            if (dueTime >= TimeSpan.Zero)
            {
                timer.Due = _elapsed + dueTime.Ticks;
                _due.Add(timer);
            }

            return true;
        }
    }

    internal void Remove(VirtualTimer timer)
    {
        lock (_gate)
        {
            timer.IsDisposed = true;
            _due.Remove(timer);
        }
    }

    private void RunUntil(long end)
    {
        while (true)
        {
            VirtualTimer timer;
            lock (_gate)
            {
                if (_due.Min is not { } next || next.Due > end)
                {
                    _elapsed = end;
                    return;
                }

                timer = next;
                _due.Remove(timer);
                _elapsed = Math.Max(_elapsed, timer.Due);
                if (timer.Period > 0)
                {
                    timer.Due += timer.Period;
                    _due.Add(timer);
                }
            }

            timer.Run();
        }
    }

    private DateTimeOffset At(long elapsed) => new(_origin + _skew + elapsed, TimeSpan.Zero);
}

/// <summary>A timer of a virtual clock.</summary>
internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state, long number) : ITimer
{
    public static readonly IComparer<VirtualTimer> Order = Comparer<VirtualTimer>.Create((left, right) =>
        left.Due != right.Due ? left.Due.CompareTo(right.Due) : left.Number.CompareTo(right.Number));

    public long Number { get; } = number;

    public long Due { get; set; }

    public long Period { get; set; }

    public bool IsDisposed { get; set; }

    public void Run() => callback(state);

    public bool Change(TimeSpan dueTime, TimeSpan period) => time.Set(this, dueTime, period);

    public void Dispose() => time.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
