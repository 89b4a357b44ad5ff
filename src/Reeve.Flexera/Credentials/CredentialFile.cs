using System.Globalization;
using Reeve.Flexera.Terms;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Reeve.Flexera.Credentials;

/// <summary>The values of credentials by the name of their block, as a YAML file holds them; a name with a text alone is a secret of
/// <c>cred("…")</c>.</summary>
public sealed class CredentialFile
{
    private const int Longest = 1024 * 1024;
    private const int LongestKey = 64 * 1024;
    private const int MostNodes = 20_000;

    private readonly Dictionary<string, object?> _all;

    private CredentialFile(Dictionary<string, object?> all) => _all = all;

    /// <summary>One without credentials.</summary>
    public static CredentialFile Empty { get; } = new([]);

    /// <summary>The names in it.</summary>
    public IReadOnlyCollection<string> Names => _all.Keys;

    /// <summary>Reads the text of such a file; null, and then <paramref name="error"/> says why. Other files, which
    /// <c>private_key_file</c> names, are read only with a <paramref name="folder"/> that they are relative to.</summary>
    public static CredentialFile? TryRead(string text, out string error, string? folder = null)
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
            yaml.Load(new StringReader(text.TrimStart('\uFEFF')));
            if (yaml.Documents.Count == 0 || Data(yaml.Documents[0].RootNode, false, new Left()) is null)
            {
                return Empty;
            }

            if (yaml.Documents[0].RootNode is not YamlMappingNode root)
            {
                error = "a map from the names of credentials to their fields is needed";
                return null;
            }

            var all = new Dictionary<string, object?>(StringComparer.Ordinal);
            var left = new Left();
            foreach (var (name, value) in root.Children)
            {
                var key = ((YamlScalarNode)name).Value ?? "";
                all[key] = Data(value, false, left);
                ReadKey(key, all[key] as OrderedDictionary<string, object?>, folder);
            }

            return new CredentialFile(all);
        }
        catch (YamlException e)
        {
            // the message may quote the text, which is secret
            var why = e.Message.Contains("uplicate", StringComparison.Ordinal) ? "a name stands there twice" : "not YAML";
            error = $"line {e.Start.Line}, column {e.Start.Column}: {why}";
            return null;
        }
        catch (Exception e) when (e is InvalidCastException or TermFault)
        {
            error = e is TermFault ? e.Message : "names must be texts";
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // what the reader of YAML throws at texts that it did not think of
            error = "not YAML";
            return null;
        }
    }

    internal CredentialFields? Fields(string name) => _all.GetValueOrDefault(name) is OrderedDictionary<string, object?> map
        ? new CredentialFields(name, map) : null;

    /// <summary>What stands under that name and is no map of fields: what it is; null when that is not so.</summary>
    internal string? NoFields(string name) => !_all.TryGetValue(name, out var value) || value is OrderedDictionary<string, object?>
        ? null : value is null ? "nothing" : Values.Describe(value);

    internal string? Secret(string name) => _all.GetValueOrDefault(name) switch
    {
        string text => text,
        OrderedDictionary<string, object?> map when map.GetValueOrDefault("value") is string value => value,
        _ => null,
    };

    private static void ReadKey(string name, OrderedDictionary<string, object?>? fields, string? folder)
    {
        if (fields?.GetValueOrDefault("private_key_file") is not string { Length: > 0 } said || fields.ContainsKey("private_key"))
        {
            return;
        }

        TermFault Wrong(string why) => new($"credentials `{name}`: the field `private_key_file`: {why}");
        if (folder is null)
        {
            throw Wrong("other files cannot be read here; give the key itself as `private_key`");
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var path = Path.Combine(folder, said.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, said[2..]) : said);
        try
        {
            fields["private_key"] = new FileInfo(path) is { Exists: true, Length: > LongestKey } ? throw Wrong("that is no key")
                : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Wrong(e is FileNotFoundException or DirectoryNotFoundException ? $"there is no file `{said}`"
                : $"`{said}` cannot be read");
        }
    }

    // secrets are texts, whatever they look like; claims keep the types that JSON has
    private static object? Data(YamlNode node, bool isTyped, Left left, int depth = 0)
    {
        // anchors may make a small file endless
        if (--left.Nodes < 0 || depth > 20)
        {
            throw new TermFault("too many values");
        }

        switch (node)
        {
            case YamlMappingNode map:
                var fields = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
                foreach (var (name, value) in map.Children)
                {
                    var key = ((YamlScalarNode)name).Value ?? "";
                    fields[key] = Data(value, isTyped || key == "claims", left, depth + 1);
                }

                return fields;
            case YamlSequenceNode sequence:
                var list = new List<object?>();
                foreach (var item in sequence.Children)
                {
                    list.Add(Data(item, isTyped, left, depth + 1));
                }

                return list;
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" }:
                return null;
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } boolean when isTyped:
                return boolean.Value == "true";
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } when isTyped
                && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number):
                return number;
            default:
                return ((YamlScalarNode)node).Value;
        }
    }

    private sealed class Left
    {
        public int Nodes { get; set; } = MostNodes;
    }
}
