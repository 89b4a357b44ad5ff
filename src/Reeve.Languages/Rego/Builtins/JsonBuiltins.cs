using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Values as JSON texts, and back.</summary>
internal static class JsonBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        Of("json.marshal", [RegoType.Any], RegoType.String, static operands => StringValue.Of(Written(operands[0]))),
        Of("json.marshal_with_options", [RegoType.Any, RegoType.Object], RegoType.String, static operands => Marshal(operands)),
        Of("json.unmarshal", [RegoType.String], RegoType.Any, static operands => Unmarshal(operands)),
        Of("json.is_valid", [RegoType.Any], RegoType.Boolean, static operands => BooleanValue.Of(
            operands[0] is StringValue text && ValueJson.Read(text.Text, ValueLimits.Default, out _) is not null)),
    ];

    private static readonly SearchValues<char> _escaped = SearchValues.Create("<>&\u2028\u2029");

    private delegate Value? Function(ReadOnlySpan<Value> operands);

    private static Builtin Of(string name, IReadOnlyList<RegoType> parameters, RegoType result, Function invoke) => new()
    {
        Name = name,
        Parameters = parameters,
        Result = result,
        Invoke = (_, operands) => invoke(operands),
    };

    private static Value Unmarshal(ReadOnlySpan<Value> operands) =>
        ValueJson.Read(Operand.String(operands, 0, "json.unmarshal").Text, ValueLimits.Default, out var problem)
            ?? throw Operand.Failed(problem!);

    private static StringValue Marshal(ReadOnlySpan<Value> operands)
    {
        const string name = "json.marshal_with_options";
        var (indent, prefix, pretty) = ("\t", "", false);
        bool? asked = null;
        foreach (var (key, value) in Operand.Object(operands, 1, name))
        {
            switch ((key as StringValue)?.Text)
            {
                case "indent":
                    indent = TextOf(value, "indent");
                    pretty = true;
                    break;
                case "prefix":
                    prefix = TextOf(value, "prefix");
                    pretty = true;
                    break;
                case "pretty":
                    asked = value is BooleanValue flag
                        ? flag.Boolean
                        : throw Operand.Type($"{name}: key `pretty` must be a boolean but got {value.TypeName}");
                    break;
                default:
                    throw Operand.Type($"object contained unknown key {key}");
            }
        }

        if (!(asked ?? pretty))
        {
            return StringValue.Of(Written(operands[0]));
        }

        using var document = JsonDocument.Parse(ValueJson.ToUtf8(operands[0]), new JsonDocumentOptions { MaxDepth = 1000 });
        var text = new StringBuilder(prefix);
        Write(document.RootElement, "\n" + prefix, indent, text);
        return StringValue.Of(text.ToString());
    }

    private static string Written(Value value) => Escaped(ValueJson.ToText(value));

    /// <summary>
    /// As Go's encoder writes it, so that texts, hashes and signatures are OPA's: what means something in HTML or ends a line in
    /// JavaScript is written as its number. These characters stand nowhere but in strings.
    /// </summary>
    private static string Escaped(string json)
    {
        if (!json.AsSpan().ContainsAny(_escaped))
        {
            return json;
        }

        var text = new StringBuilder(json.Length + 16);
        foreach (var c in json)
        {
            _ = _escaped.Contains(c) ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : text.Append(c);
        }

        return text.ToString();
    }

    private static string TextOf(Value value, string key) => (value as StringValue)?.Text ??
        throw Operand.Type($"json.marshal_with_options: key `{key}` must be a string but got {value.TypeName}");

    private static void Write(JsonElement element, string line, string indent, StringBuilder text)
    {
        var (open, close) = element.ValueKind == JsonValueKind.Object ? ('{', '}') : ('[', ']');
        if (element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            text.Append(Escaped(element.GetRawText()));
            return;
        }

        text.Append(open);
        var inner = line + indent;
        var any = false;
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                text.Append(any ? "," : "").Append(inner).Append(Written(StringValue.Of(member.Name))).Append(": ");
                Write(member.Value, inner, indent, text);
                any = true;
            }
        }
        else
        {
            foreach (var item in element.EnumerateArray())
            {
                text.Append(any ? "," : "").Append(inner);
                Write(item, inner, indent, text);
                any = true;
            }
        }

        text.Append(any ? line : "").Append(close);
    }
}
