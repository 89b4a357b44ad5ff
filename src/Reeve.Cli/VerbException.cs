namespace Reeve.Cli;

/// <summary>A verb ends with a message and an exit code.</summary>
internal sealed class VerbException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
