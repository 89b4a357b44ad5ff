namespace Reeve.Actors.Process;

/// <summary>
/// Decides what may be executed on this machine: programs in (or below) the folders that the operator named, and Reeve's own
/// executable. A program is judged by the folder that really holds it, so neither <c>..</c> nor a linked folder leads outside.
/// </summary>
internal sealed class AllowedFolders
{
    private readonly string[] _folders;

    public AllowedFolders(IReadOnlyList<string> folders)
    {
        _folders = [.. folders.Select(folder => RealFolder(Path.GetFullPath(folder)))];
        // Run by the `dotnet` host, the executable of this process could run any assembly there is.
        OwnExecutable = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) != "dotnet" ? own : null;
    }

    /// <summary>Reeve's own executable, or null when this process has none of its own.</summary>
    public string? OwnExecutable { get; }

    /// <summary>
    /// The full path of an allowed executable, or a sentence that says why it is none. A bare name is looked for in the allowed folders
    /// only.
    /// </summary>
    public (string? Path, string? Refusal) Resolve(string executable)
    {
        if (executable.Length == 0 || executable.Contains('\0', StringComparison.Ordinal))
        {
            return (null, "command: the executable is empty or no path");
        }

        if (!executable.Contains('/', StringComparison.Ordinal))
        {
            var found = _folders.Select(folder => Path.Combine(folder, executable)).FirstOrDefault(File.Exists);
            return found is not null
                ? CheckMode(found)
                : (null, $"command: no `{executable}` in the allowed folders ({Listed}); name its folder when Reeve is started");
        }

        if (!Path.IsPathFullyQualified(executable))
        {
            return (null, $"command: `{executable}` is neither a full path nor a bare name in an allowed folder ({Listed})");
        }

        var full = Path.GetFullPath(executable);
        if (OwnExecutable is not null && full == OwnExecutable)
        {
            return (full, null);
        }

        var folder = RealFolder(Path.GetDirectoryName(full) ?? "/");
        if (!Array.Exists(_folders, allowed => IsWithin(folder, allowed)))
        {
            return (null, $"command: `{executable}` is not in an allowed folder ({Listed}); name its folder when Reeve is started");
        }

        return File.Exists(full) ? CheckMode(full) : (null, $"command: there is no file `{executable}`");
    }

    private string Listed => _folders.Length == 0 ? "none is named" : string.Join(", ", _folders.Select(folder => $"`{folder}`"));

    private static (string? Path, string? Refusal) CheckMode(string path)
    {
        const UnixFileMode any = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return (File.GetUnixFileMode(path) & any) != 0
            ? (path, null)
            : (null, $"command: `{path}` is not executable; set its mode with chmod +x");
    }

    private static bool IsWithin(string folder, string allowed) =>
        folder == allowed || allowed == "/" || (folder.StartsWith(allowed, StringComparison.Ordinal) && folder[allowed.Length] == '/');

    /// <summary>The folder with every link on the way followed; parts that do not exist stay as written.</summary>
    private static string RealFolder(string full)
    {
        var real = "/";
        foreach (var part in full.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            try
            {
                if (new DirectoryInfo(real) is { LinkTarget: not null } link
                    && link.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                {
                    real = RealFolder(target.FullName);
                }
            }
            catch (IOException)
            {
                // A ring of links leads nowhere: what is below it does not exist and is refused as such.
            }
        }

        return real;
    }
}
