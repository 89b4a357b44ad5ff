using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>Puts the data files of a bundle, or of folders, into one tree: the folder of a file is its path.</summary>
public static class BundleData
{
    /// <summary>Is it a file of data in a bundle?</summary>
    public static bool IsData(string name) => name is "data.json" or "data.yaml" or "data.yml";

    /// <summary>The value that a file of JSON or YAML holds. Throws <see cref="BundleException"/>.</summary>
    public static Value Read(BundleFile file, int maxDepth)
    {
        var limits = new ValueLimits { Depth = maxDepth };
        string? problem;
        var value = file.Name.EndsWith(".json", StringComparison.Ordinal)
            ? ValueJson.Read(file.Content.AsSpan() is [0xef, 0xbb, 0xbf, .. var rest] ? rest : file.Content, limits, out problem)
            : ValueYaml.Read(Encoding.UTF8.GetString(file.Content), limits, out problem);
        return value ?? throw new BundleException($"`{file.Path}`: {problem}");
    }

    /// <summary>
    /// Lays a value into a tree at a path; objects are merged. Throws <see cref="BundleException"/>
    /// when two say different things of one path.
    /// </summary>
    public static ObjectValue Merge(ObjectValue into, IReadOnlyList<string> path, Value value, string file)
    {
        for (var i = path.Count - 1; i >= 0; i--)
        {
            value = ObjectValue.Empty.With(StringValue.Of(path[i]), value);
        }

        return value is ObjectValue members
            ? Merge(into, members, file, "")
            : throw new BundleException($"`{file}`: the root of the data must be an object");
    }

    /// <summary>The JSON of a YAML file, for its hash.</summary>
    internal static byte[] JsonOfYaml(BundleFile file) => ValueJson.ToUtf8(Read(file, 1024));

    private static ObjectValue Merge(ObjectValue into, ObjectValue from, string file, string path)
    {
        if (into.Count == 0)
        {
            return from;
        }

        var merged = new ObjectBuilder(into);
        foreach (var (key, value) in from)
        {
            merged.Set(key, (merged.Get(key), value) switch
            {
                (null, _) => value,
                (ObjectValue one, ObjectValue other) => Merge(one, other, file, $"{path}/{(key as StringValue)?.Text}"),
                _ => throw new BundleException($"`{file}`: there is data at `{path}/{(key as StringValue)?.Text}` already"),
            });
        }

        return merged.ToObject();
    }
}
