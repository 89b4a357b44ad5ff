using System.Text;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>Makes a bundle of its files.</summary>
public static class BundleReader
{
    private const string PatchFile = "patch.json";

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The bundle. Throws <see cref="BundleException"/>, with the errors of its policies when they are the reason.</summary>
    public static Bundle Read(IReadOnlyList<BundleFile> files, BundleReading reading)
    {
        var patch = files.FirstOrDefault(f => f.Path == PatchFile);

        // INVARIANT: nothing of a bundle is looked at before its signature is, and a delta has none
        if (reading.Verification is not null && patch is null)
        {
            BundleSignature.Verify(files, reading.Verification);
        }
        else if (reading.Verification is not null)
        {
            throw new BundleException("a delta bundle cannot be signed, and only a signed one is taken");
        }

        var manifest = files.FirstOrDefault(f => f.Path == BundleManifest.FileName) is { } said
            ? BundleManifest.Read(said.Content, reading.Limits.MaxDepth)
            : new BundleManifest();
        return patch is null ? Snapshot(files, manifest, reading) : Delta(files, manifest, patch, reading);
    }

    internal static bool IsWithin(IReadOnlyList<string> path, IReadOnlyList<string> root) =>
        path.Count >= root.Count && path.Take(root.Count).SequenceEqual(root);

    private static Bundle Snapshot(IReadOnlyList<BundleFile> files, BundleManifest manifest, BundleReading reading)
    {
        var data = ObjectValue.Empty;
        var modules = new List<RegoModule>();
        var errors = new List<RegoError>();
        foreach (var file in files)
        {
            if (BundleData.IsData(file.Name))
            {
                var path = file.Folder.Split('/', StringSplitOptions.RemoveEmptyEntries);
                data = BundleData.Merge(data, path, BundleData.Read(file, reading.Limits.MaxDepth), file.Path);
            }
            else if (file.Name.EndsWith(".rego", StringComparison.Ordinal))
            {
                var id = reading.Name.Length == 0 ? file.Path : $"{reading.Name}/{file.Path}";
                var parsed = RegoModule.Parse(TextOf(file), id, manifest.VersionOf(file.Path, reading.Version));
                errors.AddRange(parsed.Errors);
                if (parsed.Module is not null)
                {
                    modules.Add(parsed.Module);
                }
            }
        }

        if (errors.Count > 0)
        {
            throw new BundleException(errors[0].ToString()) { Errors = errors };
        }

        CheckRoots(manifest, modules, data);
        return new Bundle(manifest, modules, data, null);
    }

    private static string TextOf(BundleFile file)
    {
        try
        {
            return Strict.GetString(file.Content);
        }
        catch (DecoderFallbackException e)
        {
            throw new BundleException($"the file `{file.Path}` is not UTF-8", e);
        }
    }

    private static void CheckRoots(BundleManifest manifest, List<RegoModule> modules, ObjectValue data)
    {
        foreach (var module in modules.Where(m => !manifest.Roots.Any(r => IsWithin(m.Package, r))))
        {
            throw new BundleException(
                $"the manifest's roots do not permit the package `{string.Join('.', module.Package)}` in the file `{module.File}`");
        }

        CheckRoots(manifest, data, []);
    }

    private static void CheckRoots(BundleManifest manifest, Value value, List<string> path)
    {
        if (manifest.Roots.Any(r => IsWithin(path, r)))
        {
            return;
        }

        if (value is not ObjectValue level || !manifest.Roots.Any(r => IsWithin(r, path)))
        {
            throw new BundleException($"the manifest's roots do not permit data at the path `/{string.Join('/', path)}`");
        }

        foreach (var (key, member) in level)
        {
            CheckRoots(manifest, member, [.. path, (key as StringValue)?.Text ?? ""]);
        }
    }

    private static Bundle Delta(IReadOnlyList<BundleFile> files, BundleManifest manifest, BundleFile patch, BundleReading reading)
    {
        if (files.FirstOrDefault(f => f.Path is not (PatchFile or BundleManifest.FileName)) is { } other)
        {
            throw new BundleException($"the file `{other.Path}` has no place in a delta bundle");
        }

        var read = ValueJson.Read(patch.Content, new ValueLimits { Depth = reading.Limits.MaxDepth }, out var problem);
        if (read is not ObjectValue fields || fields.Get("data") is not (ArrayValue or NullValue))
        {
            throw new BundleException($"`{PatchFile}` is malformed: {problem ?? "expected an object with a list `data`"}");
        }

        var changes = (fields.Get("data") as ArrayValue ?? ArrayValue.Empty).Select(item => ReadChange(item, manifest)).ToList();
        return new Bundle(manifest, [], ObjectValue.Empty, changes);
    }

    private static BundlePatch ReadChange(Value item, BundleManifest manifest)
    {
        var fields = item as ObjectValue ?? throw new BundleException($"`{PatchFile}` is malformed: expected objects in `data`");
        var operation = (fields.Get("op") as StringValue)?.Text;
        if (operation is not ("upsert" or "remove" or "replace"))
        {
            throw new BundleException($"`{PatchFile}`: there is no operation `{operation}`; there are `upsert`, `replace` and `remove`");
        }

        var text = (fields.Get("path") as StringValue)?.Text ?? throw new BundleException($"`{PatchFile}`: a change has no path");
        var path = text.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToList();
        return manifest.Roots.Any(r => IsWithin(path, r))
            ? new BundlePatch(operation, path, operation == "remove" ? null : fields.Get("value") ?? NullValue.Instance)
            : throw new BundleException($"the manifest's roots do not permit data at the path `{text}`");
    }
}
