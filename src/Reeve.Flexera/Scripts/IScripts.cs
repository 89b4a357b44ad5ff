namespace Reeve.Flexera.Scripts;

/// <summary>A script with what it is handed.</summary>
/// <param name="Name">Its name in the template.</param>
/// <param name="Line">The line of the template on which its code begins.</param>
/// <param name="Parameters">The names of the globals that hold its arguments.</param>
/// <param name="Code">JavaScript.</param>
/// <param name="Result">The name of the global that holds its result afterwards.</param>
/// <param name="Arguments">In the order of the parameters; values as the path languages read them.</param>
/// <param name="Now">What its clock says.</param>
public sealed record ScriptUse(
    string Name, int Line, IReadOnlyList<string> Parameters, string Code, string Result, IReadOnlyList<object?> Arguments,
    DateTimeOffset Now);

/// <summary>What a script made, or why it failed.</summary>
/// <param name="Value">The result.</param>
/// <param name="Error">What went wrong, with the line in the script where that is known; null when nothing did.</param>
/// <param name="Console">What it logged.</param>
public sealed record ScriptYield(object? Value, string? Error, IReadOnlyList<string> Console);

/// <summary>Runs the JavaScript of templates where it can do no harm.</summary>
public interface IScripts
{
    /// <summary>Runs one; a script that fails or has to be stopped is an error in the answer, not an exception.</summary>
    Task<ScriptYield> RunAsync(ScriptUse use, CancellationToken cancellationToken);
}
