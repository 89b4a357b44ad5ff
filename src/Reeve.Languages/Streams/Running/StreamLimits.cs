namespace Reeve.Languages.Streams.Running;

/// <summary>What a program may use; beyond that it is stopped.</summary>
public sealed record StreamLimits
{
    /// <summary>Calls and turns of loops for one event or timer.</summary>
    public int Steps { get; init; } = 1_000_000;

    /// <summary>Events and entries kept in windows, buffers and tables, over all keys.</summary>
    public int Kept { get; init; } = 2_000_000;

    /// <summary>Events sent to the outside for one event or timer.</summary>
    public int Sent { get; init; } = 10_000;

    /// <summary>Bytes allocated for one event or timer.</summary>
    public long Bytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Tasks that wait for their time.</summary>
    public int Tasks { get; init; } = 1_000_000;

    /// <summary>Wall-clock time for one event or timer.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What a program gets unless somebody says otherwise.</summary>
    public static StreamLimits Default { get; } = new();
}
