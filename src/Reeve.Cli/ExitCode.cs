namespace Reeve.Cli;

/// <summary>What a verb ends with.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Fine = 0;

    /// <summary>A policy said no, or something was found.</summary>
    public const int Found = 1;

    /// <summary>The input is wrong.</summary>
    public const int WrongInput = 2;

    /// <summary>It could not run.</summary>
    public const int CouldNotRun = 3;
}
