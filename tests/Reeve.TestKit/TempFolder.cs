using System.Globalization;

namespace Reeve.TestKit;

/// <summary>A new empty folder under the system's temporary folder, gone again when disposed or when the test process ends.</summary>
public sealed class TempFolder : IDisposable
{
    private const string Prefix = "reeve-tests-";
    private const UnixFileMode ForAllToRead = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private static readonly TimeSpan _leftAloneFor = TimeSpan.FromMinutes(10);
    private static int _count;

    static TempFolder() => SweepLeftovers();

    /// <summary>Makes the folder; others may look into it, so that a server which runs as another user can reach its own part.</summary>
    public TempFolder()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), name);
        Delete(Path);
        Directory.CreateDirectory(Path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, ForAllToRead);
        }

        AtExit.Add(Delete);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>A path inside the folder.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a text file inside the folder, with the folders that it needs, and says where it is.</summary>
    public string Write(string name, string text)
    {
        var path = At(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AtExit.Remove(Delete);
        Delete();
    }

    private void Delete() => Delete(Path);

    private static void Delete(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A server that is still ending may write meanwhile; the next test process sweeps up what remains.
        }
    }

    /// <summary>A test process that was killed could not tidy up; a later one does, once the owner is gone for some time.</summary>
    private static void SweepLeftovers()
    {
        foreach (var folder in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            var owner = System.IO.Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            var age = TimeProvider.System.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder);
            if (owner.All(char.IsAsciiDigit) && !Directory.Exists("/proc/" + owner) && age > _leftAloneFor)
            {
                Delete(folder);
            }
        }
    }
}
