namespace Reeve.Languages.JavaScript;

/// <summary>Why a script is no JavaScript.</summary>
/// <param name="Line">Counted from 1 in the script.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ScriptError(int Line, string Message);
