using System.Globalization;
using Reeve.Languages.Rego.Values;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Reeve.Languages.Rego.Syntax;

/// <summary>Finds blocks of comments that begin with <c>METADATA</c> and gives each to the rule or package right behind it.</summary>
internal static class AnnotationReader
{
    private static readonly HashSet<string> Fields =
    [
        "scope", "title", "description", "related_resources", "authors", "organizations", "schemas", "entrypoint", "custom",
    ];

    public static List<RegoAnnotations> Attach(
        IReadOnlyList<Comment> comments, IReadOnlyList<string> package, Location packageLocation, IReadOnlyList<RegoRule> rules)
    {
        _ = package;
        var all = new List<RegoAnnotations>();
        for (var at = 0; at < comments.Count; at++)
        {
            if (comments[at].Text.Trim() != "METADATA")
            {
                continue;
            }

            var end = at + 1;
            while (end < comments.Count && comments[end].Location.Row == comments[end - 1].Location.Row + 1 &&
                comments[end].Location.Column == comments[at].Location.Column && comments[end].Text.Trim() != "METADATA")
            {
                end++;
            }

            all.Add(Read(comments, at, end, packageLocation, rules));
            at = end - 1;
        }

        return all;
    }

    private static RegoAnnotations Read(
        IReadOnlyList<Comment> comments, int from, int end, Location packageLocation, IReadOnlyList<RegoRule> rules)
    {
        var start = comments[from].Location;
        var text = string.Join('\n', Enumerable.Range(from + 1, end - from - 1).Select(at => comments[at].Text));
        var fields = ReadYaml(text, comments[from].Location);
        var above = start.Row < packageLocation.Row;
        var rule = above ? null : rules.FirstOrDefault(one => one.Location.Row > comments[end - 1].Location.Row);
        var scope = fields.GetValueOrDefault("scope") is StringValue given ? given.Text
            : above ? "package"
            : fields.GetValueOrDefault("entrypoint") is BooleanValue { Boolean: true } ? "document" : "rule";
        if (scope is not ("rule" or "document" or "package" or "subpackages"))
        {
            throw new ParseFailure($"invalid annotation scope '{scope}'", start);
        }

        fields["scope"] = StringValue.Of(scope);
        var builder = new ObjectBuilder(fields.Count);
        foreach (var (name, value) in fields)
        {
            builder.Add(StringValue.Of(name), value);
        }

        var annotations = new RegoAnnotations(scope, builder.ToObject(), start);
        if (rule is not null && scope is "rule" or "document" && rule is not null)
        {
            rule.Annotations = [.. rule.Annotations, annotations];
        }

        return annotations;
    }

    private static Dictionary<string, Value> ReadYaml(string text, Location start)
    {
        var fields = new Dictionary<string, Value>(StringComparer.Ordinal);
        YamlMappingNode mapping;
        try
        {
            // a stream of events first: deep nesting must be an error before the recursive reader sees it
            var depth = 0;
            var events = new YamlDotNet.Core.Parser(new StringReader(text));
            while (events.MoveNext())
            {
                depth += events.Current!.NestingIncrease;
                if (depth > 100 || events.Current is YamlDotNet.Core.Events.AnchorAlias)
                {
                    throw new ParseFailure("metadata is nested too deeply or uses aliases", start);
                }
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0)
            {
                throw new ParseFailure("expected METADATA block, found whitespace", start);
            }

            mapping = stream.Documents[0].RootNode as YamlMappingNode ??
                throw new ParseFailure("yaml: metadata must be a mapping", start);
        }
        catch (Exception error) when (error is YamlException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new ParseFailure($"yaml: {error.Message}", start);
        }

        foreach (var (key, node) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (Fields.Contains(name))
            {
                fields[name] = Shape(name, ToValue(node));
            }
        }

        return fields;
    }

    private static Value Shape(string field, Value value)
    {
        if (field is not ("authors" or "related_resources") || value is not ArrayValue list)
        {
            return value;
        }

        var items = new List<Value>();
        foreach (var item in list)
        {
            items.Add(item is not StringValue text ? item : field == "authors" ? Author(text.Text) : Single("ref", text.Text));
        }

        return ArrayValue.Of(items);
    }

    private static Value Single(string name, string value)
    {
        var builder = new ObjectBuilder(1);
        builder.Add(StringValue.Of(name), StringValue.Of(value));
        return builder.ToObject();
    }

    private static Value Author(string text)
    {
        var open = text.LastIndexOf('<');
        if (open < 0 || !text.EndsWith('>'))
        {
            return Single("name", text.Trim());
        }

        var builder = new ObjectBuilder(2);
        builder.Add(StringValue.Of("email"), StringValue.Of(text[(open + 1)..^1]));
        if (open > 0)
        {
            builder.Add(StringValue.Of("name"), StringValue.Of(text[..open].Trim()));
        }

        return builder.ToObject();
    }

    private static Value ToValue(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                var builder = new ObjectBuilder(mapping.Children.Count);
                foreach (var (key, value) in mapping.Children)
                {
                    builder.Add(ToValue(key), ToValue(value));
                }

                return builder.ToObject();
            case YamlSequenceNode sequence:
                return ArrayValue.Of(sequence.Children.Select(ToValue).ToList());
            case YamlScalarNode { Style: ScalarStyle.Plain } scalar:
                return Plain(scalar.Value ?? "");
            default:
                return StringValue.Of((node as YamlScalarNode)?.Value ?? "");
        }
    }

    private static Value Plain(string text) => text switch
    {
        "" or "~" or "null" => NullValue.Instance,
        "true" => BooleanValue.True,
        "false" => BooleanValue.False,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) &&
            NumberValue.TryParse(text, out var number) => number,
        _ => StringValue.Of(text),
    };
}
