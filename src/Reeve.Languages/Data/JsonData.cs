using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reeve.Languages.Data;

/// <summary>
/// The values that the path languages read: null, <see cref="bool"/>, <see cref="double"/>, <see cref="string"/>, lists
/// (<see cref="List{T}"/> of values) and maps (<see cref="OrderedDictionary{TKey,TValue}"/> from string to value). Whoever makes a list or
/// a map may fill it; once handed on it is never changed, so that values may share their parts.
/// </summary>
public static class JsonData
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int Deepest = 256;

    private static readonly JsonWriterOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Reads JSON; false, and then <paramref name="error"/> says why, when it is none or nested too deeply.</summary>
    public static bool TryParse(string text, out object? value, out string error)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = Deepest });
            value = From(document.RootElement);
            error = "";
            return true;
        }
        catch (JsonException e)
        {
            value = null;
            error = $"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: not JSON";
            return false;
        }
        catch (InvalidOperationException)
        {
            // half of a surrogate pair, which JSON can write and no text can hold
            value = null;
            error = "a string holds half a character";
            return false;
        }
    }

    /// <summary>The value that an element says; of a name that is there twice the last one counts.</summary>
    public static object? From(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
                foreach (var property in element.EnumerateObject())
                {
                    map[property.Name] = From(property.Value);
                }

                return map;
            case JsonValueKind.Array:
                var list = new List<object?>(element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                {
                    list.Add(From(item));
                }

                return list;
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return double.TryParse(element.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0d;
            case JsonValueKind.True or JsonValueKind.False:
                return element.ValueKind == JsonValueKind.True;
            default:
                return null;
        }
    }

    /// <summary>As JSON without white space; numbers as JavaScript writes them, what is not finite as null.</summary>
    public static string Write(object? value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _plain))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The shortest text of a number, integers without a fraction and without an exponent below 1e21.</summary>
    public static string NumberText(double number)
    {
        if (number == Math.Floor(number) && Math.Abs(number) < 1e21)
        {
            return number == 0 ? "0" : number.ToString("F0", CultureInfo.InvariantCulture);
        }

        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0)
        {
            return text;
        }

        var power = int.Parse(text.AsSpan(exponent + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return power is < 0 and >= -6
            ? number.ToString("0.####################", CultureInfo.InvariantCulture)
            : $"{text[..exponent]}e{(power < 0 ? "-" : "+")}{Math.Abs(power)}";
    }

    /// <summary>Same type and same content; the order of a map's names means nothing.</summary>
    public static bool AreEqual(object? one, object? other) => (one, other) switch
    {
        (null, null) => true,
        (bool a, bool b) => a == b,
        (double a, double b) => a == b,
        (string a, string b) => string.Equals(a, b, StringComparison.Ordinal),
        (List<object?> a, List<object?> b) => a.Count == b.Count && AllEqual(a, b),
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

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case bool boolean:
                writer.WriteBooleanValue(boolean);
                break;
            case double number when double.IsFinite(number):
                writer.WriteRawValue(NumberText(number), skipInputValidation: true);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case List<object?> list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case OrderedDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (var (name, item) in map)
                {
                    writer.WritePropertyName(name);
                    Write(writer, item);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
