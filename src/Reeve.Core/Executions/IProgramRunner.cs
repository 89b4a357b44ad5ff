using System.Collections.Immutable;

namespace Reeve.Core.Executions;

/// <summary>Runs programs of this machine, bounded in time and output, from the folders that the operator named.</summary>
public interface IProgramRunner
{
    /// <summary>Why the command may not run here, in a sentence, or null when it may.</summary>
    string? Refusal(IReadOnlyList<string> command);

    /// <summary>
    /// Runs the program to its end or its time-out. Never throws for what the program does; on cancellation the program is killed first.
    /// </summary>
    Task<ProgramOutcome> RunAsync(ProgramCall call, CancellationToken cancellationToken);
}

/// <summary>One program to run.</summary>
/// <param name="Command">The executable, then its arguments; no shell reads them.</param>
/// <param name="Timeout">After this it is killed with all that it started.</param>
public sealed record ProgramCall(ImmutableArray<string> Command, TimeSpan Timeout)
{
    /// <summary>The folder that it runs in; null for the folder of its executable.</summary>
    public string? Folder { get; init; }

    /// <summary>Laid over the few variables that every program gets.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What it can read from its standard input; empty by default.</summary>
    public string Input { get; init; } = "";

    /// <summary>How many bytes of each output are kept: the first half and the last half; 64 KiB by default.</summary>
    public int OutputLimit { get; init; } = 64 * 1024;
}

/// <summary>What came of a program.</summary>
/// <param name="ExitCode">Its exit code (128 + n when signal n ended it); null when it did not start or was killed at its time-out.</param>
/// <param name="TimedOut">Was it killed at its time-out?</param>
/// <param name="Output">Its standard output, within the limit.</param>
/// <param name="ErrorOutput">Its standard error, within the limit.</param>
/// <param name="Truncated">Was something cut out of the outputs?</param>
/// <param name="Duration">How long it ran.</param>
/// <param name="Error">Why it did not start; null when it did.</param>
public sealed record ProgramOutcome(
    int? ExitCode, bool TimedOut, string Output, string ErrorOutput, bool Truncated, TimeSpan Duration, string? Error = null)
{
    /// <summary>Did it end by itself, with exit code 0?</summary>
    public bool Passed => ExitCode == 0;
}
