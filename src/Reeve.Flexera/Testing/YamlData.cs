using System.Globalization;
using Reeve.Languages.Data;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Reeve.Flexera.Testing;

/// <summary>YAML as the values of <see cref="JsonData"/>: what JSON would take for a number, a boolean or null is one.</summary>
public static class YamlData
{
    private const int Most = 1_000_000;

    /// <summary>Reads the first document; false, and then <paramref name="error"/> says why, when it is none.</summary>
    public static bool TryRead(string text, out object? value, out string error)
    {
        value = null;
        error = "";
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            var left = Most;
            value = yaml.Documents.Count == 0 ? null : Data(yaml.Documents[0].RootNode, ref left, 0);
            return true;
        }
        catch (YamlException e)
        {
            error = $"line {e.Start.Line}, column {e.Start.Column}: not YAML";
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            error = "not YAML";
        }
        catch (FormatException e)
        {
            error = e.Message;
        }

        return false;
    }

    private static object? Data(YamlNode node, ref int left, int depth)
    {
        // anchors may make a small file endless
        if (--left < 0 || depth > 100)
        {
            throw new FormatException("too many values, or nested too deeply");
        }

        switch (node)
        {
            case YamlMappingNode map:
                var fields = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
                foreach (var (name, value) in map.Children)
                {
                    fields[(name as YamlScalarNode)?.Value ?? throw new FormatException($"line {name.Start.Line}: a name is no text")] =
                        Data(value, ref left, depth + 1);
                }

                return fields;
            case YamlSequenceNode sequence:
                var list = new List<object?>();
                foreach (var item in sequence.Children)
                {
                    list.Add(Data(item, ref left, depth + 1));
                }

                return list;
            default:
                var scalar = (YamlScalarNode)node;
                return scalar.Style != ScalarStyle.Plain ? scalar.Value : scalar.Value switch
                {
                    "true" => true,
                    "false" => false,
                    "null" or "~" or "" => null,
                    var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                        && double.IsFinite(number) => number,
                    var text => text,
                };
        }
    }
}
