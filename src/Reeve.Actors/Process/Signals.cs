using System.Runtime.InteropServices;

namespace Reeve.Actors.Process;

/// <summary>Sends signals to processes.</summary>
internal static partial class Signals
{
    public const int Kill = 9;
    public const int Term = 15;

    private static readonly Dictionary<string, int> Named = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["QUIT"] = 3,
        ["KILL"] = Kill,
        ["USR1"] = 10,
        ["USR2"] = 12,
        ["TERM"] = Term,
    };

    /// <summary>The names that <see cref="TryParse"/> knows.</summary>
    public static string Names => string.Join(", ", Named.Keys);

    /// <summary>Reads <c>TERM</c> or <c>SIGTERM</c>.</summary>
    public static bool TryParse(string name, out int signal) =>
        Named.TryGetValue(name.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? name[3..] : name, out signal);

    /// <summary>Signals every process of the group that this process leads; nothing when it is gone.</summary>
    public static void SendToGroup(ProcessIdentity leader, int signal)
    {
        if (ProcessTable.IsAlive(leader))
        {
            // Before it has moved into a group of its own there is no such group: then it is alone.
            if (NativeKill(-leader.Pid, signal) != 0)
            {
                _ = NativeKill(leader.Pid, signal);
            }
        }
    }

    /// <summary>
    /// Kills whatever still carries the variable, again and again until nothing does: a program may fork while it is being killed. Gives up
    /// after some rounds (a process stuck in the kernel cannot be killed) and says so.
    /// </summary>
    public static async Task<bool> KillAllWithAsync(string variable, string value, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var round = 0; round < 50; round++)
        {
            var living = ProcessTable.WithVariable(variable, value);
            if (living.Count == 0)
            {
                return true;
            }

            foreach (var process in living.Where(process => ProcessTable.IsAlive(process.Identity)))
            {
                _ = NativeKill(process.Identity.Pid, Kill);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(10 * (round + 1), 100)), time, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int NativeKill(int pid, int signal);
}
