using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Reeve.Languages.Rego.Values;

/// <summary>Reads values from YAML, of which JSON is a part. Anchors are resolved, within a bound on how much they may multiply.</summary>
public static class ValueYaml
{
    // a text whose aliases unfold to more than this is not meant to be read
    private const int MostNodes = 5_000_000;

    /// <summary>The value of the first document; null, with the reason, when there is none.</summary>
    public static Value? Read(string yaml, ValueLimits limits, out string? problem)
    {
        problem = null;
        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                return NullValue.Instance;
            }

            var value = new Reading(parser, limits).Node(0);
            parser.Consume<DocumentEnd>();
            return value;
        }
        catch (YamlException e)
        {
            problem = FormattableString.Invariant($"line {e.Start.Line}, column {e.Start.Column}: {e.Message.TrimEnd('.')}");
        }
        catch (FormatException e)
        {
            problem = e.Message;
        }

        return null;
    }

    /// <summary>The same of bytes.</summary>
    public static Value? Read(ReadOnlySpan<byte> yaml, ValueLimits limits, out string? problem) =>
        Read(Encoding.UTF8.GetString(yaml), limits, out problem);

    /// <summary>What a text without quotes means.</summary>
    public static Value Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => NullValue.Instance,
        "true" or "True" or "TRUE" => BooleanValue.True,
        "false" or "False" or "FALSE" => BooleanValue.False,
        _ => Number(text) is { } number ? number : StringValue.Of(text),
    };

    /// <summary>The same with the words for true and false of YAML 1.1, which OPA reads too.</summary>
    internal static Value Legacy(string text) => text switch
    {
        "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => BooleanValue.True,
        "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => BooleanValue.False,
        _ => Plain(text),
    };

    private static NumberValue? Number(string text)
    {
        var unsigned = text[0] is '+' or '-' ? text[1..] : text;
        if (unsigned.Length == 0 || !(char.IsAsciiDigit(unsigned[0]) || unsigned[0] == '.'))
        {
            return null;
        }

        if (unsigned.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(
            unsigned.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
        {
            return NumberValue.Of(text[0] == '-' ? -hex : hex);
        }

        if (unsigned.StartsWith("0o", StringComparison.Ordinal) && unsigned.Length is > 2 and < 20
            && unsigned.AsSpan(2).IndexOfAnyExceptInRange('0', '7') < 0)
        {
            return NumberValue.Of(Convert.ToInt64(unsigned[2..], 8));
        }

        return NumberValue.TryParse(text[0] == '+' ? unsigned : text, out var number) ? number : null;
    }

    private sealed class Reading(Parser parser, ValueLimits limits)
    {
        private readonly Dictionary<string, (Value Value, int Weight)> _anchors = new(StringComparer.Ordinal);
        private int _nodes;

        public Value Node(int depth)
        {
            if (depth > limits.Depth)
            {
                throw new FormatException($"the text is nested more than {limits.Depth} deep");
            }

            Count(1);
            var before = _nodes;
            switch (parser.Consume<ParsingEvent>())
            {
                case AnchorAlias alias:
                    var (known, weight) = _anchors.TryGetValue(alias.Value.Value, out var found)
                        ? found : throw new FormatException($"there is no anchor `{alias.Value.Value}`");
                    Count(weight);
                    return known;
                case Scalar scalar:
                    return Keep(scalar.Anchor, Text(scalar), before);
                case SequenceStart sequence:
                    var items = new List<Value>();
                    while (!parser.TryConsume<SequenceEnd>(out _))
                    {
                        items.Add(Node(depth + 1));
                    }

                    return Keep(sequence.Anchor, ArrayValue.Of(items), before);
                case MappingStart mapping:
                    return Keep(mapping.Anchor, Mapping(depth), before);
                default:
                    throw new FormatException("the text is no YAML");
            }
        }

        private ObjectValue Mapping(int depth)
        {
            var members = new ObjectBuilder(4);
            var merged = new List<ObjectValue>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = Node(depth + 1);
                var value = Node(depth + 1);
                if (key is StringValue { Text: "<<" } && value is ObjectValue or ArrayValue)
                {
                    merged.AddRange(value is ObjectValue one ? [one] : ((ArrayValue)value).OfType<ObjectValue>());
                    continue;
                }

                members.Set(key is StringValue ? key : StringValue.Of(ValueJson.ToText(key)), value);
            }

            foreach (var (key, value) in merged.SelectMany(m => m))
            {
                if (members.Get(key) is null)
                {
                    members.Set(key, value);
                }
            }

            return members.ToObject();
        }

        private static Value Text(Scalar scalar) =>
            scalar.Tag.IsEmpty ? scalar.Style == ScalarStyle.Plain ? Legacy(scalar.Value) : StringValue.Of(scalar.Value)
            : scalar.Tag.Value.EndsWith(":str", StringComparison.Ordinal) || scalar.Tag.Value == "!" ? StringValue.Of(scalar.Value)
            : Legacy(scalar.Value);

        private Value Keep(AnchorName anchor, Value value, int before)
        {
            if (!anchor.IsEmpty)
            {
                _anchors[anchor.Value] = (value, _nodes - before + 1);
            }

            return value;
        }

        private void Count(int nodes)
        {
            _nodes += nodes;
            if (_nodes > MostNodes)
            {
                throw new FormatException("the aliases of the text unfold to too much");
            }
        }
    }
}
