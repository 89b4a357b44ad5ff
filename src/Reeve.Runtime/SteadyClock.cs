namespace Reeve.Runtime;

/// <summary>
/// The loop's time: the wall clock, except that it never goes back. When the wall clock is set back, time goes on from where it was, by
/// the monotonic clock, until the wall clock has caught up; when it is set forward, the jump is taken. Both are reported.
/// </summary>
public sealed class SteadyClock : TimeProvider
{
    /// <summary>A step that is reported as a jump; smaller ones are corrections of a good clock.</summary>
    public static readonly TimeSpan JumpSize = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _wall;
    private readonly Lock _gate = new();
    private DateTimeOffset _base;
    private long _baseTimestamp;

    /// <summary>A steady clock over a wall clock.</summary>
    public SteadyClock(TimeProvider wall)
    {
        _wall = wall;
        _base = wall.GetUtcNow();
        _baseTimestamp = wall.GetTimestamp();
    }

    /// <summary>The wall clock was set: by how much, forwards positive.</summary>
    public event Action<TimeSpan>? Jumped;

    /// <inheritdoc/>
    public override long TimestampFrequency => _wall.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp() => _wall.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _wall.CreateTimer(callback, state, dueTime, period);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        TimeSpan jump;
        DateTimeOffset now;
        lock (_gate)
        {
            var steady = _base + _wall.GetElapsedTime(_baseTimestamp);
            var wall = _wall.GetUtcNow();
            jump = wall - steady;
            if (jump >= TimeSpan.Zero || jump > -TimeSpan.FromMilliseconds(1))
            {
                now = jump > TimeSpan.Zero ? wall : steady;
                _base = now;
                _baseTimestamp = _wall.GetTimestamp();
                _behind = false;
            }
            else
            {
                now = steady;
                if (_behind)
                {
                    jump = TimeSpan.Zero;
                }

                _behind = -jump >= JumpSize || _behind;
            }
        }

        if (jump.Duration() >= JumpSize)
        {
            Jumped?.Invoke(jump);
        }

        return now;
    }

    private bool _behind;
}
