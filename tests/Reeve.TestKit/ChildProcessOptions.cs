namespace Reeve.TestKit;

/// <summary>How a child process is started.</summary>
public sealed class ChildProcessOptions
{
    /// <summary>The program: a path, or a name to be found on the PATH.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments; none by default.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables set in addition to the test process's own; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where it runs; the test process's folder by default.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>The user to run as, when the test process is root; the same user by default.</summary>
    public string? UserId { get; init; }

    /// <summary>The group to run as; only together with the user.</summary>
    public string? GroupId { get; init; }

    /// <summary>What the kernel sends it when the test process dies; KILL by default.</summary>
    public ChildSignal SignalOnOurDeath { get; init; } = ChildSignal.KILL;
}

/// <summary>The signals that tests send, with their numbers on Linux.</summary>
public enum ChildSignal
{
    /// <summary>As Ctrl-C does.</summary>
    INT = 2,

    /// <summary>Quit at once.</summary>
    QUIT = 3,

    /// <summary>End now, without a chance to tidy up.</summary>
    KILL = 9,

    /// <summary>Please end.</summary>
    TERM = 15,

    /// <summary>Go on after a stop.</summary>
    CONT = 18,

    /// <summary>Stand still.</summary>
    STOP = 19,
}
