using Reeve.Languages.Data.Rows;

namespace Reeve.Languages.JavaScript;

/// <summary>A script with what it is handed.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Code">ECMAScript 5 in sloppy mode; commas may be missing between properties.</param>
/// <param name="Result">The name of the global that holds its result afterwards.</param>
/// <param name="Arguments">Globals by name, with the values that <see cref="Data.JsonData"/> speaks of.</param>
/// <param name="Now">What its clock says, and goes on saying.</param>
public sealed record ScriptCall(
    string Name, string Code, string Result, IReadOnlyList<KeyValuePair<string, object?>> Arguments, DateTimeOffset Now)
{
    /// <summary>
    /// Arguments that the script reads only row by row, through <c>getIterator</c>: a <see cref="RowList"/> is not made objects at once.
    /// </summary>
    public IReadOnlySet<string> Streamed { get; init; } = new HashSet<string>();

    /// <summary>Where a long result goes, as a <see cref="RowList"/>; null, the default: it is a list of objects.</summary>
    public RowSpool? Spool { get; init; }
}

/// <summary>What a script made, or why it failed.</summary>
/// <param name="Value">The result, as <see cref="Data.JsonData"/> has values.</param>
/// <param name="Error">Why there is none; null when there is one.</param>
/// <param name="Line">The line of the script, from 1, where it failed; 0 when that is not known.</param>
/// <param name="Console">What it logged, line by line; beyond the limit nothing more.</param>
public sealed record ScriptOutcome(object? Value, string? Error, int Line, IReadOnlyList<string> Console);

/// <summary>What one call of a script may use up.</summary>
public sealed record ScriptLimits
{
    /// <summary>How long it may run.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The memory of its worker, bytes.</summary>
    public long Memory { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>The size of its result as JSON, bytes.</summary>
    public long Output { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>The text that it may log, characters.</summary>
    public int Console { get; init; } = 100_000;
}

/// <summary>Runs scripts where they can do no harm.</summary>
public interface IScriptRunner
{
    /// <summary>Runs one. A script that fails, or has to be stopped, is an error in the outcome.</summary>
    Task<ScriptOutcome> RunAsync(ScriptCall call, CancellationToken cancellationToken);
}
