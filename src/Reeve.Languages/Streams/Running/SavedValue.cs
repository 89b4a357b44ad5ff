using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Running;

/// <summary>
/// Values as JSON that comes back as it was: what JSON has no word for is an object with one member, such as <c>{"k":"metric"}</c> for a
/// keyword, <c>{"r":"1/3"}</c> for a fraction, <c>{"e":{…}}</c> for an event.
/// </summary>
internal static class SavedValue
{
    private const int Deepest = 100;
    private const long Longest = 64 * 1024 * 1024;

    public static JsonElement Write(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = 1000 }))
        {
            Write(writer, value, 0);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = 1000 });
        return document.RootElement.Clone();
    }

    public static object? Read(JsonElement saved) => saved.ValueKind switch
    {
        JsonValueKind.String => saved.GetString(),
        JsonValueKind.True => Truth.True,
        JsonValueKind.False => Truth.False,
        JsonValueKind.Number => saved.TryGetInt64(out var whole) ? Numbers.Box(whole) : saved.GetDouble(),
        JsonValueKind.Array => PVec.Own([.. saved.EnumerateArray().Select(Read)]),
        JsonValueKind.Object => ReadTagged(saved),
        _ => null,
    };

    private static object? ReadTagged(JsonElement saved)
    {
        foreach (var member in saved.EnumerateObject())
        {
            var inner = member.Value;
            switch (member.Name)
            {
                case "k":
                    return Keyword.Of(inner.GetString()!);
                case "y":
                    return new Symbol(inner.GetString()!);
                case "c":
                    return inner.GetString()![0];
                case "d":
                    return double.Parse(inner.GetString()!, CultureInfo.InvariantCulture);
                case "n":
                    return StreamNumber.Of(BigInteger.Parse(inner.GetString()!, CultureInfo.InvariantCulture));
                case "r":
                    var parts = inner.GetString()!.Split('/');
                    return Numbers.Box(StreamNumber.OfRatio(
                        BigInteger.Parse(parts[0], CultureInfo.InvariantCulture), BigInteger
                            .Parse(parts[1], CultureInfo.InvariantCulture)));
                case "l":
                    return PSeq.Of(inner.EnumerateArray().Select(Read).ToArray());
                case "s":
                    return PSet.Of(inner.EnumerateArray().Select(Read).ToArray());
                case "m":
                    return PMap.Of(inner.EnumerateArray().Select(p => new KeyValuePair<object?, object?>(Read(p[0]), Read(p[1]))));
                case "e":
                    var builder = default(EventBuilder);
                    foreach (var field in inner.EnumerateObject())
                    {
                        builder.Set(Keyword.Of(field.Name), Read(field.Value));
                    }

                    return builder.ToEvent();
            }
        }

        return null;
    }

    private static void Write(Utf8JsonWriter writer, object? value, int depth)
    {
        if (depth > Deepest || writer.BytesCommitted + writer.BytesPending > Longest)
        {
            throw new StreamLimitException("a state is too large or nested too deeply to be saved");
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
            case long whole:
                writer.WriteNumberValue(whole);
                break;
            case int whole:
                writer.WriteNumberValue(whole);
                break;
            case double floating:
                Tagged(writer, "d", floating.ToString("R", CultureInfo.InvariantCulture));
                break;
            case StreamNumber number:
                Tagged(writer, number.Kind == NumberKind.Ratio ? "r" : "n", number.ToString());
                break;
            case Keyword word:
                Tagged(writer, "k", word.Name);
                break;
            case Symbol symbol:
                Tagged(writer, "y", symbol.Name);
                break;
            case char letter:
                Tagged(writer, "c", letter.ToString());
                break;
            case PVec vector:
                WriteAll(writer, vector, depth);
                break;
            case PSeq or LazySeq:
                WriteList(writer, "l", Sequences.List(value), depth);
                break;
            case PSet set:
                WriteList(writer, "s", set, depth);
                break;
            case StreamEvent seen:
                writer.WriteStartObject();
                writer.WriteStartObject("e");
                foreach (var (key, field) in seen.Fields())
                {
                    writer.WritePropertyName(key.Name);
                    Write(writer, field, depth + 1);
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
                break;
            case PMap map:
                WriteList(writer, "m", Sequences.Entries(map).Select(e => (object?)PVec.Own([e.Key, e.Value])), depth);
                break;
            default:
                // a function or an exception in a state cannot be kept; what is left is nil
                writer.WriteNullValue();
                break;
        }
    }

    private static void Tagged(Utf8JsonWriter writer, string tag, string text)
    {
        writer.WriteStartObject();
        writer.WriteString(tag, text);
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string tag, IEnumerable<object?> items, int depth)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(tag);
        WriteAll(writer, items, depth);
        writer.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter writer, IEnumerable<object?> items, int depth)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            Write(writer, item, depth + 1);
        }

        writer.WriteEndArray();
    }
}
