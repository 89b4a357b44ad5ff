namespace Reeve.TestKit;

/// <summary>
/// The folder of recorded cases: <c>../shared/conformance</c> beside the repository, or where <c>REEVE_CONFORMANCE</c> says.
/// </summary>
public static class Conformance
{
    /// <summary>The folder of one system's cases, or null where it is not there.</summary>
    public static string? Folder(string system)
    {
        if (Environment.GetEnvironmentVariable("REEVE_CONFORMANCE") is { Length: > 0 } given)
        {
            return Existing(Path.Combine(given, system));
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "conformance", system)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Existing(string folder) => Directory.Exists(folder) ? folder : null;
}
