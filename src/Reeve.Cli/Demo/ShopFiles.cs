namespace Reeve.Cli.Demo;

/// <summary>
/// The documents and scripts of <c>examples/shop</c>, which travel inside the executable; written into the demonstration's folder.
/// </summary>
internal static class ShopFiles
{
    private static readonly string[] Documents = ["targets.yaml", "capacity.yaml", "healing.yaml", "scaling.yaml", "spool.yaml"];
    private static readonly string[] Scripts = ["check-spool.sh", "clear-spool.sh"];

    /// <summary>The documents in the order of applying, with what differs from machine to machine filled in.</summary>
    public static IEnumerable<(string Name, string Text)> Fill(string url, string folder) =>
        Documents.Select(name => (
            name,
            Read(name).Replace("${URL}", url, StringComparison.Ordinal).Replace("${FOLDER}", folder, StringComparison.Ordinal)));

    /// <summary>Writes the scripts and makes the spool.</summary>
    public static void WriteScripts(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "spool"));
        foreach (var script in Scripts)
        {
            var path = Path.Combine(folder, script);
            File.WriteAllText(path, Read(script));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string Read(string name)
    {
        using var stream = typeof(ShopFiles).Assembly.GetManifestResourceStream($"shop/{name}")
            ?? throw new InvalidOperationException($"the executable lacks its own `{name}`");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
