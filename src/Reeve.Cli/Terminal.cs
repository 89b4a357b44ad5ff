namespace Reeve.Cli;

/// <summary>Where a verb reads and writes. Tests hand in their own.</summary>
/// <param name="In">What is piped in.</param>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">What went wrong, and progress.</param>
/// <param name="Width">Columns of the terminal; 0 when the output goes elsewhere: then it is plain.</param>
internal sealed record Terminal(Stream In, TextWriter Out, TextWriter Error, int Width)
{
    /// <summary>Is somebody looking?</summary>
    public bool IsInteractive => Width > 0;

    /// <summary>May it be coloured? Whoever sets NO_COLOR says no.</summary>
    public bool HasColours => IsInteractive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>The process's own.</summary>
    public static Terminal Real()
    {
        var width = 0;
        if (!Console.IsOutputRedirected)
        {
            width = Math.Max(Console.WindowWidth, 80);
        }

        return new Terminal(Console.OpenStandardInput(), Console.Out, Console.Error, width);
    }
}
