using System.Xml.Linq;

namespace Reeve.Architecture.Tests;

/// <summary>The repository as it lies on disk, without what builds leave behind.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<ProjectFile> Production => Projects("src");

    public static IReadOnlyList<ProjectFile> All => [.. Projects("src"), .. Projects("tests"), .. Projects("bench")];

    /// <summary>Files under a folder of the root; paths relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        var start = Path.Combine(Root, folder);
        return !Directory.Exists(start)
            ? []
            : [.. Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
                .Select(Relative)
                .Where(p => !p.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
                .Order(StringComparer.Ordinal)];
    }

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static bool Has(string file) => File.Exists(Path.Combine(Root, file));

    private static List<ProjectFile> Projects(string folder) => [.. Files(folder, "*.csproj").Select(ProjectFile.Read)];

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Reeve.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no Reeve.slnx above `{AppContext.BaseDirectory}`");
    }
}

/// <summary>What one project file says.</summary>
internal sealed record ProjectFile(
    string Path, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, IReadOnlyList<string> Frameworks)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    public static ProjectFile Read(string path)
    {
        var document = XDocument.Parse(Repository.Text(path));
        List<string> Included(string element) =>
            [.. document.Descendants(element).Select(e => (string?)e.Attribute("Include")).OfType<string>()];
        return new ProjectFile(
            path,
            [.. Included("ProjectReference").Select(r => System.IO.Path.GetFileNameWithoutExtension(r.Replace('\\', '/')))],
            Included("PackageReference"),
            Included("FrameworkReference"));
    }
}
