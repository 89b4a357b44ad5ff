using System.Text;
using System.Text.Json;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>
/// The form of a JSON document over which a bundle's signature hashes it: members in order of their names, no blanks, numbers as they
/// were written, of strings only what must be escaped.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The bytes; throws <see cref="JsonException"/> for what is no JSON.</summary>
    public static byte[] Of(ReadOnlyMemory<byte> json, int maxDepth)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = maxDepth });
        var text = new StringBuilder(json.Length);
        Write(document.RootElement, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var member in value.EnumerateObject())
                {
                    members[member.Name] = member.Value;
                }

                var first = true;
                foreach (var name in members.Keys.Order(ByBytes.Instance))
                {
                    text.Append(first ? "" : ",");
                    first = false;
                    WriteText(name, text);
                    text.Append(':');
                    Write(members[name], text);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                for (var i = 0; i < value.GetArrayLength(); i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    Write(value[i], text);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                WriteText(value.GetString()!, text);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteText(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or '\u2028' or '\u2029' => text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    // names are in the order of their UTF-8 bytes, which is that of their code points
    private sealed class ByBytes : IComparer<string>
    {
        public static readonly ByBytes Instance = new();

        public int Compare(string? x, string? y) =>
            Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
    }
}
