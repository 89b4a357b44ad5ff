using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reeve.Core.Documents;

/// <summary>
/// Writes an undefined JSON value as null, where the serializer alone would throw: an action that gave nothing leaves such a value.
/// </summary>
internal sealed class UndefinedElementConverter : JsonConverter<JsonElement>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}
