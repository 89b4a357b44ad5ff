using System.Diagnostics;

namespace Reeve.Actors.Process;

/// <summary>A process that runs, and when it will have ended.</summary>
/// <param name="Identity">Which one.</param>
/// <param name="Exited">Ends with the process; its exit code, or null where only a parent could know it.</param>
internal sealed record LiveProcess(ProcessIdentity Identity, Task<int?> Exited)
{
    private const string Launcher = "exec setsid -- \"$@\" >>\"$0\" 2>&1 </dev/null";

    /// <summary>
    /// Starts a program that outlives Reeve: in a session of its own, its output appended to the file. The small shell only opens the file
    /// and becomes the program, under the same process number; the command reaches it as arguments and is never read as shell text.
    /// </summary>
    public static LiveProcess Start(
        IReadOnlyList<string> command, string folder, IEnumerable<KeyValuePair<string, string>> environment, string outputFile)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["-c", Launcher, outputFile, .. command])
        {
            start.ArgumentList.Add(argument);
        }

        ProgramEnvironment.Fill(start.Environment, environment);
        var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        process.StandardOutput.Close();
        process.StandardError.Close();

        // A child that has ended already is still in the table until .NET has reaped it, or it was too quick: then no number can be taken
        // for it.
        var identity = ProcessTable.Find(process.Id)?.Identity ?? new ProcessIdentity(process.Id, 0);
        return new LiveProcess(identity, WaitAsync(process));
    }

    /// <summary>A process that was started by an earlier Reeve, or null when it is gone.</summary>
    public static LiveProcess? Adopt(ProcessIdentity identity, ExitWatch watch) =>
        ProcessTable.IsAlive(identity) ? new LiveProcess(identity, watch.ExitOfAsync(identity)) : null;

    private static async Task<int?> WaitAsync(System.Diagnostics.Process process)
    {
        using (process)
        {
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return process.ExitCode;
        }
    }
}
