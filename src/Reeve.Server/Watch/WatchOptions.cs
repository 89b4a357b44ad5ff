namespace Reeve.Server.Watch;

/// <summary>The bounds of the event stream.</summary>
public sealed record WatchOptions
{
    /// <summary>How many may watch at a time; one more is told to come again. The default value is 5,000.</summary>
    public int MaxWatchers { get; init; } = 5_000;

    /// <summary>How many changes a watcher may be behind before it is dropped. The default value is 20,000.</summary>
    public int MaxBehind { get; init; } = 20_000;

    /// <summary>How long a watcher may take over what it is sent before it is cut off. The default value is 10 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often something is sent when nothing happens. The default value is 15 seconds.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);
}
