using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reeve.Core.Documents;

/// <summary>Small helpers around <see cref="JsonElement"/>, the immutable JSON value that Reeve keeps and passes between threads.</summary>
public static class Json
{
    /// <summary>The empty object.</summary>
    public static readonly JsonElement EmptyObject = Parse("{}");

    /// <summary>JSON null.</summary>
    public static readonly JsonElement Null = Parse("null");

    /// <summary>
    /// The value that a trusted JSON text spells. Throws <see cref="JsonException"/>
    /// when it is none: user text goes through <see cref="DocumentReader"/>.
    /// </summary>
    public static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>An immutable copy of a node; JSON null for null.</summary>
    public static JsonElement From(JsonNode? node)
    {
        if (node is null)
        {
            return Null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            node.WriteTo(writer);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>What the function writes, as a value.</summary>
    public static JsonElement Build(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>An object of texts.</summary>
    public static JsonElement Object(params ReadOnlySpan<(string Name, string? Value)> members)
    {
        var node = new JsonObject();
        foreach (var (name, value) in members)
        {
            node[name] = value;
        }

        return From(node);
    }

    /// <summary>A mutable copy of a value.</summary>
    public static JsonNode? ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(element.Clone()),
        JsonValueKind.Array => JsonArray.Create(element.Clone()),
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        _ => JsonValue.Create(element.Clone()),
    };

    /// <summary>The left object with the members of the right one laid over it; either may be undefined.</summary>
    public static JsonElement Merge(JsonElement left, JsonElement right)
    {
        if (right.ValueKind != JsonValueKind.Object)
        {
            return left.ValueKind == JsonValueKind.Object ? left : EmptyObject;
        }

        if (left.ValueKind != JsonValueKind.Object)
        {
            return right;
        }

        return Build(writer =>
        {
            writer.WriteStartObject();
            foreach (var member in left.EnumerateObject())
            {
                if (!right.TryGetProperty(member.Name, out _))
                {
                    member.WriteTo(writer);
                }
            }

            foreach (var member in right.EnumerateObject())
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>A member's text, or null when it is absent or not a text.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A member's whole number, or null when it is absent or none.</summary>
    public static int? Whole(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;
}
