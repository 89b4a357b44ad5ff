using System.Globalization;
using System.Text.Json;
using Reeve.Languages.Data.Rows;

namespace Reeve.Languages.Data;

/// <summary>
/// The values that the path languages read: null, <see cref="bool"/>, <see cref="double"/>, <see cref="string"/>, lists
/// (<see cref="List{T}"/> of values, or a <see cref="RowList"/> of many) and maps (<see cref="OrderedDictionary{TKey,TValue}"/> from string
/// to value). Whoever makes a list or a map may fill it; once handed on it is never changed, so that values may share their parts.
/// </summary>
public static class JsonData
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int Deepest = 256;

    // smaller ones are read as a whole
    private const int PackedFrom = 1024 * 1024;

    private static readonly JsonDocumentOptions _reading = new() { MaxDepth = Deepest };

    /// <summary>Reads JSON; false, and then <paramref name="error"/> says why, when it is none or nested too deeply.</summary>
    public static bool TryParse(string text, out object? value, out string error) =>
        TryParse(() => JsonDocument.Parse(text, _reading), out value, out error);

    /// <summary>Reads JSON in UTF-8; false, and then <paramref name="error"/> says why, when it is none or nested too deeply.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> text, out object? value, out string error)
    {
        object? read = null;
        var isRead = TryRead(() => read = Whole(text.Span), out error);
        value = read;
        return isRead;
    }

    /// <summary>
    /// Reads JSON in UTF-8 as <see cref="TryParse(ReadOnlyMemory{byte}, out object?, out string)"/> does; a list of many rows is packed as
    /// it is read, so that its rows are not all objects at once.
    /// </summary>
    /// <exception cref="RowSpaceException">There is no room for the rows.</exception>
    public static bool TryParse(ReadOnlyMemory<byte> text, RowSpool spool, out object? value, out string error)
    {
        if (text.Length < PackedFrom || text.Span.TrimStart(" \t\r\n"u8) is not [(byte)'[', ..])
        {
            return TryParse(text, out value, out error);
        }

        object? rows = null;
        var isRead = TryRead(() => rows = Rows(text.Span, new RowCollector(spool)), out error);
        value = rows;
        return isRead;
    }

    /// <summary>The value that an element says; of a name that is there twice the last one counts.</summary>
    public static object? From(JsonElement element) => From(element, null);

    private static bool TryParse(Func<JsonDocument> parse, out object? value, out string error)
    {
        object? read = null;
        var isRead = TryRead(
            () =>
            {
                using var document = parse();
                read = From(document.RootElement);
            },
            out error);
        value = read;
        return isRead;
    }

    private static object? Whole(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Deepest });
        reader.Read();
        var value = new RowText().Read(ref reader, 0);

        // nothing may stand behind it
        reader.Read();
        return value;
    }

    private static object Rows(ReadOnlySpan<byte> list, RowCollector rows)
    {
        var reader = new Utf8JsonReader(list, new JsonReaderOptions { MaxDepth = Deepest });
        var text = new RowText();
        reader.Read();
        for (var room = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray;)
        {
            var row = text.Read(ref reader, room);
            rows.Add(row);
            room = RowText.Room(row);
        }

        // nothing may stand behind it
        reader.Read();
        return rows.Finish();
    }

    private static bool TryRead(Action read, out string error)
    {
        try
        {
            read();
            error = "";
            return true;
        }
        catch (JsonException e)
        {
            error = $"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: not JSON";
            return false;
        }
        catch (InvalidOperationException)
        {
            // half of a surrogate pair, which JSON can write and no text can hold
            error = "a string holds half a character";
            return false;
        }
    }

    // the rows of a list mostly have the same names in the same order: the ones of the row before are taken again
    private static object? From(JsonElement element, object? before)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return Map(element, before as OrderedDictionary<string, object?>);
            case JsonValueKind.Array:
                var list = new List<object?>(element.GetArrayLength());
                var first = before is List<object?> { Count: > 0 } known ? known[0] : null;
                foreach (var item in element.EnumerateArray())
                {
                    list.Add(From(item, list.Count > 0 ? list[^1] : first));
                }

                return list;
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return element.TryGetDouble(out var number) ? number : 0d;
            case JsonValueKind.True or JsonValueKind.False:
                return element.ValueKind == JsonValueKind.True;
            default:
                return null;
        }
    }

    private static OrderedDictionary<string, object?> Map(JsonElement element, OrderedDictionary<string, object?>? before)
    {
        var map = new OrderedDictionary<string, object?>(element.GetPropertyCount(), StringComparer.Ordinal);
        var at = 0;
        foreach (var property in element.EnumerateObject())
        {
            var (name, there) = before is not null && at < before.Count && before.GetAt(at) is var same && property.NameEquals(same.Key)
                ? (same.Key, same.Value) : (property.Name, null);
            map[name] = From(property.Value, there);
            at++;
        }

        return map;
    }

    /// <summary>
    /// As JSON without white space; numbers as JavaScript writes them, what is no number as null, infinity as the largest number.
    /// </summary>
    public static string Write(object? value)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Write(text, value);
        return text.ToString();
    }

    /// <summary>The shortest text that reads back as the number; without an exponent from 1e-6 up to 1e21.</summary>
    public static string NumberText(double number)
    {
        if (number == 0)
        {
            return "0";
        }

        var round = number.ToString("R", CultureInfo.InvariantCulture);
        var mark = round.IndexOf('E', StringComparison.Ordinal);
        if (mark < 0)
        {
            return round;
        }

        var power = int.Parse(round.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = number < 0 ? "-" : "";
        var digits = round[..mark].Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        return power switch
        {
            >= 0 and < 21 when digits.Length <= power + 1 => sign + digits.PadRight(power + 1, '0'),
            < 0 and >= -6 => $"{sign}0.{new string('0', -power - 1)}{digits}",
            _ => $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(power < 0 ? "-" : "+")}{Math.Abs(power)}",
        };
    }

    /// <summary>Same type and same content; the order of a map's names means nothing.</summary>
    public static bool AreEqual(object? one, object? other) => (one, other) switch
    {
        (null, null) => true,
        (bool a, bool b) => a == b,
        (double a, double b) => a == b,
        (string a, string b) => string.Equals(a, b, StringComparison.Ordinal),
        (List<object?> a, List<object?> b) => a.Count == b.Count && AllEqual(a, b),
        (RowList a, _) => AreEqual(a.Whole, other),
        (_, RowList b) => AreEqual(one, b.Whole),
        (OrderedDictionary<string, object?> a, OrderedDictionary<string, object?> b) => a.Count == b.Count && AllEqual(a, b),
        _ => false,
    };

    private static bool AllEqual(List<object?> one, List<object?> other)
    {
        for (var i = 0; i < one.Count; i++)
        {
            if (!AreEqual(one[i], other[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AllEqual(OrderedDictionary<string, object?> one, OrderedDictionary<string, object?> other)
    {
        foreach (var (name, value) in one)
        {
            if (!other.TryGetValue(name, out var there) || !AreEqual(value, there))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same, bit by bit: for what need not be in memory as one text.</summary>
    public static void Write(TextWriter to, object? value)
    {
        switch (value)
        {
            case bool boolean:
                to.Write(boolean ? "true" : "false");
                break;
            case double number:
                to.Write(double.IsNaN(number) ? "null" : NumberText(Math.Clamp(number, double.MinValue, double.MaxValue)));
                break;
            case string text:
                WriteText(to, text);
                break;
            case List<object?> list:
                to.Write('[');
                for (var i = 0; i < list.Count; i++)
                {
                    to.Write(i == 0 ? "" : ",");
                    Write(to, list[i]);
                }

                to.Write(']');
                break;
            case RowList rows:
                rows.WriteTo(to);
                break;
            case OrderedDictionary<string, object?> map:
                to.Write('{');
                var isFirst = true;
                foreach (var (name, item) in map)
                {
                    to.Write(isFirst ? "" : ",");
                    isFirst = false;
                    WriteText(to, name);
                    to.Write(':');
                    Write(to, item);
                }

                to.Write('}');
                break;
            default:
                to.Write("null");
                break;
        }
    }

    private static void WriteText(TextWriter to, string text)
    {
        to.Write('"');
        var from = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c is >= ' ' and not ('"' or '\\' or '\u007f'))
            {
                continue;
            }

            to.Write(text.AsSpan(from, at - from));
            from = at + 1;
            to.Write(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            });
        }

        to.Write(text.AsSpan(from));
        to.Write('"');
    }
}
