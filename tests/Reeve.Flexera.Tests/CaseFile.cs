using System.Globalization;
using Reeve.Languages.Data;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Reeve.Flexera.Tests;

/// <summary>Golden data: a list of cases in YAML, each with a template, what the server answers and what is expected.</summary>
internal static class CaseFile
{
    public static IEnumerable<(string Name, OrderedDictionary<string, object?> Case)> All()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Cases");
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            foreach (var one in (List<object?>)Read(File.ReadAllText(file))!)
            {
                var map = (OrderedDictionary<string, object?>)one!;
                yield return ($"{Path.GetFileNameWithoutExtension(file)}: {map["note"]}", map);
            }
        }
    }

    public static object? Read(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return Data(yaml.Documents[0].RootNode);
    }

    private static object? Data(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                var fields = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
                foreach (var (name, value) in map.Children)
                {
                    fields[((YamlScalarNode)name).Value!] = Data(value);
                }

                return fields;
            case YamlSequenceNode list:
                return list.Children.Select(Data).ToList();
            default:
                var scalar = (YamlScalarNode)node;
                return scalar.Style != ScalarStyle.Plain ? scalar.Value : scalar.Value switch
                {
                    "true" => true,
                    "false" => false,
                    "null" or "~" or "" => null,
                    var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
                    var text => text,
                };
        }
    }

    public static string Show(object? value) => JsonData.Write(value);
}
