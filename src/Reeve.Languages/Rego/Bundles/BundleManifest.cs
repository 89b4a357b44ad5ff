using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>What a bundle says of itself.</summary>
public sealed record BundleManifest
{
    /// <summary>The file.</summary>
    public const string FileName = ".manifest";

    /// <summary>The revision; empty when it says none.</summary>
    public string Revision { get; init; } = "";

    /// <summary>The paths that are the bundle's own. The default is everything.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Roots { get; init; } = [[]];

    /// <summary>The version of the language; null when it says none.</summary>
    public RegoVersion? Version { get; init; }

    /// <summary>Patterns of files that are of another version.</summary>
    public IReadOnlyDictionary<string, RegoVersion> FileVersions { get; init; } = new Dictionary<string, RegoVersion>();

    /// <summary>Everything else that it says of itself.</summary>
    public Value? Metadata { get; init; }

    /// <summary>Reads it. Throws <see cref="BundleException"/>.</summary>
    public static BundleManifest Read(ReadOnlySpan<byte> json, int maxDepth)
    {
        var read = ValueJson.Read(json, new ValueLimits { Depth = maxDepth }, out var problem);
        var fields = read as ObjectValue
            ?? throw new BundleException($"`{FileName}` is malformed: {problem ?? "expected an object"}");
        if (fields.Get("wasm") is ArrayValue { Count: > 0 })
        {
            throw new BundleException($"`{FileName}` names WebAssembly modules, which are not run; build the bundle of Rego");
        }

        return new BundleManifest
        {
            Revision = (fields.Get("revision") as StringValue)?.Text ?? "",
            Roots = ReadRoots(fields),
            Version = ReadVersion(fields.Get("rego_version")),
            FileVersions = ReadFileVersions(fields.Get("file_rego_versions")),
            Metadata = fields.Get("metadata"),
        };
    }

    /// <summary>The version of the language that a file is written in.</summary>
    public RegoVersion VersionOf(string path, RegoVersion otherwise)
    {
        foreach (var (pattern, version) in FileVersions)
        {
            if (System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(
                pattern.TrimStart('/').Replace("**", "*", StringComparison.Ordinal), path, ignoreCase: false))
            {
                return version;
            }
        }

        return Version ?? otherwise;
    }

    private static IReadOnlyList<IReadOnlyList<string>> ReadRoots(ObjectValue fields)
    {
        if (fields.Get("roots") is not ArrayValue roots)
        {
            return [[]];
        }

        var read = roots.OfType<StringValue>().Select(r => r.Text.Split('/', StringSplitOptions.RemoveEmptyEntries)).ToList();
        for (var i = 0; i < read.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (BundleReader.IsWithin(read[i], read[j]) || BundleReader.IsWithin(read[j], read[i]))
                {
                    throw new BundleException(
                        $"`{FileName}` has overlapping roots: `{string.Join('/', read[j])}`, `{string.Join('/', read[i])}`");
                }
            }
        }

        return read;
    }

    private static RegoVersion? ReadVersion(Value? value) => value is NumberValue number && number.TryGetInt64(out var version)
        ? version switch
        {
            0 => RegoVersion.V0,
            1 => RegoVersion.V1,
            _ => throw new BundleException($"`{FileName}` asks for version {version} of Rego; there are 0 and 1"),
        }
        : null;

    private static Dictionary<string, RegoVersion> ReadFileVersions(Value? value)
    {
        var read = new Dictionary<string, RegoVersion>(StringComparer.Ordinal);
        foreach (var (pattern, version) in value as ObjectValue ?? ObjectValue.Empty)
        {
            if (pattern is StringValue text && ReadVersion(version) is { } known)
            {
                read[text.Text] = known;
            }
        }

        return read;
    }
}
