namespace Reeve.Runtime;

/// <summary>The bounds of the runtime.</summary>
public sealed class RuntimeOptions
{
    /// <summary>How many events may wait for evaluation; a full queue refuses. The default value is 65,536.</summary>
    public int QueueCapacity { get; set; } = 65_536;

    /// <summary>How many sets of changes may wait for the disk before events are refused. The default value is 20,000.</summary>
    public int MaxUnwritten { get; set; } = 20_000;

    /// <summary>How many calls on actors and drivers run side by side. The default value is 64.</summary>
    public int MaxCalls { get; set; } = 64;

    /// <summary>How many instances of one operation are worked on side by side. The default value is 8.</summary>
    public int OperationParallelism { get; set; } = 8;

    /// <summary>How many deferred evaluations run side by side. The default value is 8.</summary>
    public int MaxDeferred { get; set; } = 8;

    /// <summary>How often program states and schedules are written. The default value is 1 second.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How far ahead of now an event's time may lie. The default value is 1 hour.</summary>
    public TimeSpan MaxFuture { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How far behind now an event's time may lie. The default value is 7 days.</summary>
    public TimeSpan MaxPast { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long ended executions are remembered for cooldowns and budgets after a restart. The default value is 7 days.</summary>
    public TimeSpan Memory { get; set; } = TimeSpan.FromDays(7);
}
