using System.Globalization;
using System.Text;

namespace Reeve.Actors.Process;

/// <summary>A process as the kernel knows it. Its number is used again after its end; number and start time together are not.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTime">When it started, in clock ticks since boot.</param>
internal readonly record struct ProcessIdentity(int Pid, long StartTime);

/// <summary>Reads <c>/proc</c>.</summary>
internal static class ProcessTable
{
    private static readonly Lazy<string> Boot = new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    /// <summary>Names this boot of the machine; start times of another boot mean nothing.</summary>
    public static string BootId => Boot.Value;

    /// <summary>The living process with this number, or null when there is none or only its unreaped remains.</summary>
    public static ProcessStat? Find(int pid)
    {
        try
        {
            return Parse(pid, File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Does this very process still live?</summary>
    public static bool IsAlive(ProcessIdentity identity) => Find(identity.Pid)?.Identity == identity;

    /// <summary>All living processes of ours whose environment holds the variable with a value that starts so.</summary>
    public static List<ProcessStat> WithVariable(string name, string valuePrefix)
    {
        var wanted = Encoding.UTF8.GetBytes($"{name}={valuePrefix}");
        var found = new List<ProcessStat>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                if (Holds(File.ReadAllBytes($"{folder}/environ"), wanted) && Find(pid) is { } stat)
                {
                    found.Add(stat);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or belongs to somebody else: then it is none of ours.
            }
        }

        return found;
    }

    private static bool Holds(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> wanted)
    {
        while (environment.Length > 0)
        {
            if (environment.StartsWith(wanted))
            {
                return true;
            }

            var end = environment.IndexOf((byte)0);
            if (end < 0)
            {
                return false;
            }

            environment = environment[(end + 1)..];
        }

        return false;
    }

    private static ProcessStat? Parse(int pid, string stat)
    {
        // The second field is the name in parentheses and may itself hold parentheses and blanks: count from the last one.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 20 || fields[0] is "Z" or "X" or "x")
        {
            return null;
        }

        return new ProcessStat(
            new ProcessIdentity(pid, long.Parse(fields[19], CultureInfo.InvariantCulture)),
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            int.Parse(fields[3], CultureInfo.InvariantCulture));
    }
}

/// <summary>What is read of a living process.</summary>
internal sealed record ProcessStat(ProcessIdentity Identity, int Parent, int Session);
