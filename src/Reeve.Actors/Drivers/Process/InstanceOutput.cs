using System.Text;

namespace Reeve.Actors.Drivers.Process;

/// <summary>
/// The kept output of an instance: <c>output.log</c>, to which the process itself appends, and the half before it in <c>output.1.log</c>.
/// </summary>
internal sealed class InstanceOutput(string folder)
{
    public const long DefaultLimit = 1024 * 1024;

    /// <summary>The file that the process appends to.</summary>
    public string File { get; } = Path.Combine(folder, "output.log");

    /// <summary>
    /// Keeps the output near its limit. The process holds the file open for appending, so the file is copied and emptied, not renamed;
    /// lines written in between may be lost.
    /// </summary>
    public void Rotate(long limit)
    {
        try
        {
            var half = Math.Max(limit / 2, 1);
            using var stream = new FileStream(File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length <= half)
            {
                return;
            }

            stream.Position = stream.Length - half;
            using (var older = new FileStream(Path.Combine(folder, "output.1.log"), FileMode.Create, FileAccess.Write))
            {
                CopyAtMost(stream, older, half);
            }

            stream.SetLength(0);
        }
        catch (IOException)
        {
            // Gone, or the disk is full: the next round tries again.
        }
    }

    /// <summary>The last lines that were written, for people.</summary>
    public string LastLines(int count)
    {
        try
        {
            using var stream = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var tail = new byte[Math.Min(stream.Length, 4096)];
            stream.Position = stream.Length - tail.Length;
            var read = stream.ReadAtLeast(tail, tail.Length, throwOnEndOfStream: false);
            var text = Encoding.UTF8.GetString(tail, 0, read);
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return string.Join('\n', lines.TakeLast(count));
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>The process goes on writing: without a bound a fast one would keep the copy going for ever.</summary>
    private static void CopyAtMost(Stream from, Stream to, long bytes)
    {
        var buffer = new byte[64 * 1024];
        while (bytes > 0 && from.Read(buffer, 0, (int)Math.Min(buffer.Length, bytes)) is > 0 and var read)
        {
            to.Write(buffer, 0, read);
            bytes -= read;
        }
    }
}
