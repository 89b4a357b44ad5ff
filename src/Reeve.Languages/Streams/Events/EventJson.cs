using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Events;

/// <summary>Events and values from JSON and to it: keywords as their names, fractions as numbers, absent fields not at all.</summary>
public static class EventJson
{
    private const int Deepest = 64;
    private const long Longest = 16 * 1024 * 1024;

    /// <summary>An event of a JSON object; a field that is null is absent. Null when it is no object.</summary>
    public static StreamEvent? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var builder = default(EventBuilder);
        foreach (var member in value.EnumerateObject())
        {
            builder.Set(Keyword.Of(member.Name), ReadValue(member.Value));
        }

        return builder.ToEvent();
    }

    /// <summary>A value of JSON: lists as vectors, objects as maps with keywords.</summary>
    public static object? ReadValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => Truth.True,
        JsonValueKind.False => Truth.False,
        JsonValueKind.Number => Number(value),
        JsonValueKind.Array => PVec.Own([.. value.EnumerateArray().Select(ReadValue)]),
        JsonValueKind.Object => PMap.Of(value.EnumerateObject().Select(
            m => new KeyValuePair<object?, object?>(Keyword.Of(m.Name), ReadValue(m.Value)))),
        _ => null,
    };

    /// <summary>Writes an event, a list of events, or any value.</summary>
    public static void Write(Utf8JsonWriter writer, object? value) => Write(writer, value, 0);

    private static void Write(Utf8JsonWriter writer, object? value, int depth)
    {
        if (depth > Deepest || writer.BytesCommitted + writer.BytesPending > Longest)
        {
            throw new StreamLimitException("a value is too large or nested too deeply to be written");
        }

        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case Keyword word:
                writer.WriteStringValue(word.Name);
                break;
            case PMap or StreamEvent:
                writer.WriteStartObject();
                foreach (var (key, inner) in Sequences.Entries(value))
                {
                    if (inner is not null)
                    {
                        writer.WritePropertyName(key is Keyword name ? name.Name : Printer.Str(key));
                        Write(writer, inner, depth + 1);
                    }
                }

                writer.WriteEndObject();
                break;
            case PVec or PSeq or LazySeq or PSet:
                writer.WriteStartArray();
                foreach (var item in Sequences.Of(value))
                {
                    Write(writer, item, depth + 1);
                }

                writer.WriteEndArray();
                break;
            default:
                WriteScalar(writer, value);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, object value)
    {
        var number = Numbers.TryOf(value);
        switch (number.Kind)
        {
            case NumberKind.None:
                writer.WriteStringValue(value is Exception error ? error.Message : Printer.Str(value));
                break;
            case NumberKind.Long:
                writer.WriteNumberValue(number.Whole);
                break;
            case NumberKind.Big:
                writer.WriteRawValue(number.Numerator.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                var floating = number.ToDouble();
                if (double.IsFinite(floating))
                {
                    writer.WriteNumberValue(floating);
                }
                else
                {
                    // JSON has no such numbers
                    writer.WriteStringValue(number.ToString());
                }

                break;
        }
    }

    private static object Number(JsonElement value)
    {
        if (value.TryGetInt64(out var whole))
        {
            return Numbers.Box(whole);
        }

        var digits = value.GetRawText();
        return digits.AsSpan().IndexOfAny(".eE") < 0
            ? StreamNumber.Of(BigInteger.Parse(digits, CultureInfo.InvariantCulture))
            : value.GetDouble();
    }
}

/// <summary>Maps that are events in all but name.</summary>
public static class StreamEvents
{
    /// <summary>The event that a map of keywords stands for; null for anything else.</summary>
    public static StreamEvent? TryOf(object? value) => Lookup.TryEvent(value);
}
