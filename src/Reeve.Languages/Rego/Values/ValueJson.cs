using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reeve.Languages.Rego.Values;

/// <summary>Reads values from JSON and writes them as JSON.</summary>
public static class ValueJson
{
    private static readonly JsonWriterOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = 100_000,
    };

    /// <summary>The value that the text spells; null, with the reason, when it spells none.</summary>
    public static Value? Read(ReadOnlySpan<byte> json, ValueLimits limits, out string? problem)
    {
        problem = null;
        if (PlainReader.Read(json, limits.Depth) is { } plain)
        {
            return plain;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.Depth });
            if (!reader.Read())
            {
                problem = "the text is empty";
                return null;
            }

            var value = Read(ref reader);
            _ = reader.Read();
            return value;
        }
        catch (JsonException e)
        {
            problem = Reason(e);
            return null;
        }
    }

    /// <summary>The same of characters.</summary>
    public static Value? Read(string json, ValueLimits limits, out string? problem) =>
        Read(Encoding.UTF8.GetBytes(json), limits, out problem);

    /// <summary>Reads the value that the reader stands on. Throws <see cref="JsonException"/>.</summary>
    public static Value Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return NullValue.Instance;
            case JsonTokenType.True:
                return BooleanValue.True;
            case JsonTokenType.False:
                return BooleanValue.False;
            case JsonTokenType.Number:
                return ReadNumber(ref reader);
            case JsonTokenType.String:
                return TextCache.Read(ref reader);
            case JsonTokenType.StartArray:
                return ReadArray(ref reader);
            default:
                return ReadObject(ref reader);
        }
    }

    /// <summary>
    /// Writes a value: sets as arrays in their order, keys that are no texts as the JSON of the key. The writer should not check depths.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, Value value)
    {
        switch (value)
        {
            case NullValue:
                writer.WriteNullValue();
                break;
            case BooleanValue boolean:
                writer.WriteBooleanValue(boolean.Boolean);
                break;
            case StringValue text:
                writer.WriteStringValue(text.Text);
                break;
            case NumberValue { IsPlain: true } number:
                number.TryGetInt64(out var whole);
                writer.WriteNumberValue(whole);
                break;
            case NumberValue number:
                writer.WriteRawValue(number.Text, skipInputValidation: true);
                break;
            case ArrayValue array:
                WriteItems(writer, array.AsSpan());
                break;
            case SetValue set:
                WriteItems(writer, set.AsSpan());
                break;
            case ObjectValue members:
                WriteMembers(writer, members);
                break;
        }
    }

    /// <summary>The value as JSON in UTF-8.</summary>
    public static byte[] ToUtf8(Value value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            Write(writer, value);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The value as JSON.</summary>
    public static string ToText(Value value) => Encoding.UTF8.GetString(ToUtf8(value));

    /// <summary>The number that the reader stands on. Throws <see cref="JsonException"/>.</summary>
    internal static NumberValue ReadNumber(ref Utf8JsonReader reader)
    {
        var digits = reader.ValueSpan;

        // zero with a sign keeps it, and only the text knows
        return digits.Length < 19 && reader.TryGetInt64(out var whole) && (whole != 0 || digits.Length == 1)
            && digits.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0
            ? NumberValue.Of(whole)
            : NumberValue.Parse(digits)
                ?? throw new JsonException($"the number `{Encoding.UTF8.GetString(digits[..Math.Min(40, digits.Length)])}` is too large");
    }

    private static ArrayValue ReadArray(ref Utf8JsonReader reader)
    {
        var scratch = ReadScratch.OfThread;
        var from = scratch.ItemCount;
        try
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                scratch.Add(Read(ref reader));
            }

            return ArrayValue.Own(scratch.Items(from));
        }
        finally
        {
            scratch.CutItems(from);
        }
    }

    private static ObjectValue ReadObject(ref Utf8JsonReader reader)
    {
        var scratch = ReadScratch.OfThread;
        var from = scratch.MemberCount;
        try
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var key = TextCache.Read(ref reader);
                reader.Read();
                scratch.Add(key, Read(ref reader));
            }

            return scratch.ToObject(from);
        }
        finally
        {
            scratch.CutMembers(from);
        }
    }

    private static void WriteItems(Utf8JsonWriter writer, ReadOnlySpan<Value> items)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        RunningLimits.Step();
        writer.WriteStartArray();
        foreach (var item in items)
        {
            Write(writer, item);
        }

        writer.WriteEndArray();
    }

    private static void WriteMembers(Utf8JsonWriter writer, ObjectValue members)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        RunningLimits.Step();
        writer.WriteStartObject();
        foreach (var (key, value) in members)
        {
            writer.WritePropertyName(key is StringValue text ? text.Text : ToText(key));
            Write(writer, value);
        }

        writer.WriteEndObject();
    }

    // the reader's own words end with a path that nobody asked for
    private static string Reason(JsonException e)
    {
        var message = e.Message;
        var end = message.IndexOf(" LineNumber", StringComparison.Ordinal);
        var place = e.LineNumber is { } line
            ? FormattableString.Invariant($" at line {line + 1}, column {e.BytePositionInLine + 1}")
            : "";
        message = (end < 0 ? message : message[..end]).Trim().TrimEnd('.');
        return char.ToLowerInvariant(message[0]) + message[1..].Replace('\'', '`') + place;
    }
}
