using Reeve.Flexera.Terms;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Reeve.Flexera.Credentials;

/// <summary>The values of credentials by the name of their block, as a YAML file holds them; a name with a text alone is a secret of
/// <c>cred("…")</c>.</summary>
public sealed class CredentialFile
{
    private const int Longest = 1024 * 1024;
    private const int MostNodes = 20_000;

    private readonly Dictionary<string, object?> _all;

    private CredentialFile(Dictionary<string, object?> all) => _all = all;

    /// <summary>One without credentials.</summary>
    public static CredentialFile Empty { get; } = new([]);

    /// <summary>The names in it.</summary>
    public IReadOnlyCollection<string> Names => _all.Keys;

    /// <summary>Reads the text of such a file; null, and then <paramref name="error"/> says why.</summary>
    public static CredentialFile? TryRead(string text, out string error)
    {
        error = "";
        if (text.Length > Longest)
        {
            error = $"more than {Longest} characters";
            return null;
        }

        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            if (yaml.Documents.Count == 0)
            {
                return Empty;
            }

            var left = MostNodes;
            if (yaml.Documents[0].RootNode is not YamlMappingNode root)
            {
                error = "a map from the names of credentials to their fields is needed";
                return null;
            }

            var all = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (name, value) in root.Children)
            {
                all[((YamlScalarNode)name).Value ?? ""] = Data(value, ref left, 0);
            }

            return new CredentialFile(all);
        }
        catch (YamlException e)
        {
            // the message may quote the text, which is secret
            error = $"line {e.Start.Line}, column {e.Start.Column}: not YAML";
            return null;
        }
        catch (Exception e) when (e is InvalidCastException or TermFault)
        {
            error = e is TermFault ? e.Message : "names must be texts";
            return null;
        }
    }

    internal CredentialFields? Fields(string name) => _all.GetValueOrDefault(name) is OrderedDictionary<string, object?> map
        ? new CredentialFields(name, map) : null;

    internal string? Secret(string name) => _all.GetValueOrDefault(name) switch
    {
        string text => text,
        OrderedDictionary<string, object?> map when map.GetValueOrDefault("value") is string value => value,
        _ => null,
    };

    // anchors may make a small file endless
    private static object? Data(YamlNode node, ref int left, int depth)
    {
        if (--left < 0 || depth > 20)
        {
            throw new TermFault("too many values");
        }

        switch (node)
        {
            case YamlMappingNode map:
                var fields = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
                foreach (var (name, value) in map.Children)
                {
                    fields[((YamlScalarNode)name).Value ?? ""] = Data(value, ref left, depth + 1);
                }

                return fields;
            case YamlSequenceNode sequence:
                var list = new List<object?>();
                foreach (var item in sequence.Children)
                {
                    list.Add(Data(item, ref left, depth + 1));
                }

                return list;
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" }:
                return null;
            default:
                return ((YamlScalarNode)node).Value;
        }
    }
}
