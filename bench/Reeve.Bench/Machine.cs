using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using Reeve.TestKit;

namespace Reeve.Bench;

/// <summary>Says what the figures were measured on.</summary>
internal static class Machine
{
    private const int Syncs = 300;

    /// <summary>One line for each thing that decides about the figures.</summary>
    public static IReadOnlyList<string> Describe()
    {
        var (middle, slow) = SyncLatency();
        return
        [
            $"cores: {Environment.ProcessorCount}, {Value("/proc/cpuinfo", "model name")}",
            $"memory: {Kibibytes("/proc/meminfo", "MemTotal") / 1024 / 1024:0.0} GiB, "
                + $"free now {Kibibytes("/proc/meminfo", "MemAvailable") / 1024 / 1024:0.0} GiB",
            Invariant($"disk: 4 KiB written and synced in {middle:0.00} ms (p50), {slow:0.00} ms (p99), {Syncs} times"),
            $"system: {RuntimeInformation.OSDescription}, {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}",
            $".NET: {RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} collector",
            $"load before: {File.ReadAllText("/proc/loadavg").Trim()} (others on the machine make every figure worse)",
        ];
    }

    /// <summary>Kibibytes that a file of /proc says after a word.</summary>
    public static double Kibibytes(string file, string word) =>
        double.Parse(Value(file, word).Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);

    private static string Value(string file, string word) =>
        File.ReadLines(file).FirstOrDefault(l => l.StartsWith(word, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "0";

    private static (double Middle, double Slow) SyncLatency()
    {
        using var folder = new TempFolder();
        using var file = new FileStream(folder.At("synced"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        var block = new byte[4096];
        var taken = new List<double>(Syncs);
        for (var i = 0; i < Syncs; i++)
        {
            var started = Stopwatch.GetTimestamp();
            file.Write(block);
            file.Flush(flushToDisk: true);
            taken.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return (Samples.Percentile(taken, 50), Samples.Percentile(taken, 99));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
