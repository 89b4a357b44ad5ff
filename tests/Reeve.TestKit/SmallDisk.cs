using System.Diagnostics;
using System.Globalization;

namespace Reeve.TestKit;

/// <summary>A disk of a few megabytes in memory; only root can mount it.</summary>
public sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<bool> _isPossible = new(Try);

    private readonly TempFolder _folder = new();

    private SmallDisk(int megabytes) => Run("mount", "-t", "tmpfs", "-o", Size(megabytes), "tmpfs", _folder.Path);

    /// <summary>May this process mount one?</summary>
    public static bool IsPossible => _isPossible.Value;

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.Path;

    /// <summary>Mounts one.</summary>
    public static SmallDisk Mount(int megabytes) => new(megabytes);

    /// <summary>Leaves no room.</summary>
    public void Fill()
    {
        using var filler = new FileStream(_folder.At("filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    /// <summary>Takes away what filled it, and makes it so large.</summary>
    public void MakeSpace(int megabytes)
    {
        File.Delete(_folder.At("filler"));
        Run("mount", "-o", "remount," + Size(megabytes), _folder.Path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Run("umount", "-l", _folder.Path);
        _folder.Dispose();
    }

    private static string Size(int megabytes) => string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");

    private static bool Try()
    {
        try
        {
            new SmallDisk(1).Dispose();
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: {errors}");
        }
    }
}
