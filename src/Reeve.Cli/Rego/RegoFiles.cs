using System.Text;
using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Bundles;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Cli.Rego;

/// <summary>Loads policies and data from files and folders, as <c>-d</c> and <c>-b</c> name them; what is wrong is collected.</summary>
internal sealed class RegoFiles(RegoVersion version)
{
    private readonly List<RegoModule> _modules = [];
    private readonly List<RegoError> _errors = [];
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Patterns of file names that are left out.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    public IReadOnlyList<RegoModule> Modules => _modules;

    public IReadOnlyList<RegoError> Errors => _errors;

    /// <summary>The texts by file, those that could not be read too.</summary>
    public Dictionary<string, string> Texts => _texts;

    public ObjectValue Data { get; private set; } = ObjectValue.Empty;

    /// <summary>A file, or all files of policies and data below a folder; <c>a.b:PATH</c> puts the data below <c>data.a.b</c>.</summary>
    public void Load(string named)
    {
        var (prefix, path) = Split(named);
        Guarded(path, () =>
        {
            if (Directory.Exists(path))
            {
                foreach (var file in BundleArchive.ReadFolder(path, BundleLimits.Default))
                {
                    var folder = file.Folder.Split('/', StringSplitOptions.RemoveEmptyEntries);
                    if (!IsIgnored(file.Name, folder))
                    {
                        Take(file, Path.Combine(path, file.Path), [.. prefix, .. folder], isNamed: false);
                    }
                }
            }
            else if (!File.Exists(path))
            {
                Add($"stat {path}: no such file or directory");
            }
            else if (path.EndsWith(".tar.gz", StringComparison.Ordinal))
            {
                TakeBundle(path);
            }
            else
            {
                Take(new BundleFile(Path.GetFileName(path), File.ReadAllBytes(path)), path, prefix, isNamed: true);
            }
        });
    }

    /// <summary>A bundle: a folder or a packed archive.</summary>
    public void LoadBundle(string path) => Guarded(path, () => TakeBundle(path));

    /// <summary>The files of a bundle: those below a folder, or in a packed archive.</summary>
    public static IReadOnlyList<BundleFile> BundleFiles(string path)
    {
        if (Directory.Exists(path))
        {
            return BundleArchive.ReadFolder(path, BundleLimits.Default);
        }

        using var packed = File.OpenRead(path);
        return BundleArchive.Read(packed, BundleLimits.Default);
    }

    private static (string[] Prefix, string Path) Split(string named)
    {
        var name = named.StartsWith("file://", StringComparison.Ordinal) ? named["file://".Length..] : named;
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || File.Exists(name) || Directory.Exists(name))
        {
            return ([], name);
        }

        var prefix = name[..colon].Split('.');
        return (prefix[0] == "data" ? prefix[1..] : prefix, name[(colon + 1)..]);
    }

    private void TakeBundle(string path)
    {
        var files = BundleFiles(path).Where(f => !IsIgnored(f.Name, f.Folder.Split('/'))).ToList();
        foreach (var file in files.Where(f => f.Name.EndsWith(".rego", StringComparison.Ordinal)))
        {
            _texts[$"{path.TrimEnd('/')}/{file.Path}"] = Encoding.UTF8.GetString(file.Content);
        }

        var bundle = BundleReader.Read(files, new BundleReading { Name = path.TrimEnd('/'), Version = version });
        if (bundle.IsDelta)
        {
            throw new BundleException("a delta bundle changes what another brought, and there is no other");
        }

        _modules.AddRange(bundle.Modules);
        Data = BundleData.Merge(Data, [], bundle.Data, path);
    }

    private void Take(BundleFile file, string shown, string[] path, bool isNamed)
    {
        switch (Path.GetExtension(file.Name))
        {
            case ".rego":
                var text = Encoding.UTF8.GetString(file.Content);
                _texts[shown] = text;
                var parsed = RegoModule.Parse(text, shown, version);
                _errors.AddRange(parsed.Errors);
                if (parsed.Module is not null)
                {
                    _modules.Add(parsed.Module);
                }

                break;
            case ".json" or ".yaml" or ".yml":
                Data = BundleData.Merge(Data, path, BundleData.Read(file, BundleLimits.Default.MaxDepth), shown);
                break;
            default:
                if (isNamed)
                {
                    Add($"{shown}: unrecognized file");
                }

                break;
        }
    }

    // as in OPA: a pattern is of a name anywhere on the way, or of the whole way
    private bool IsIgnored(string name, IEnumerable<string> folders) => Ignored.Any(pattern => folders.Append(name)
        .Any(part => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern.Trim('/'), part, ignoreCase: false)));

    private void Guarded(string path, Action load)
    {
        try
        {
            load();
        }
        catch (BundleException e) when (e.Errors.Count > 0)
        {
            _errors.AddRange(e.Errors);
        }
        catch (BundleException e)
        {
            Add(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Add($"open {path}: {e.Message.TrimEnd('.')}");
        }
    }

    private void Add(string message) => _errors.Add(new RegoError("", message, "", 0, 0));
}
