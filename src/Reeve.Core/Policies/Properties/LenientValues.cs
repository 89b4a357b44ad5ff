using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Core.Policies.Properties;

/// <summary>
/// The conversions that Senlin makes before it looks at a value's type, those included that came about by
/// accident: an object or a list is a text as its language prints it, a text is the list of its letters.
/// </summary>
internal static class LenientValues
{
    private static readonly string[] Yes = ["1", "t", "true", "on", "y", "yes"];
    private static readonly string[] No = ["0", "f", "false", "off", "n", "no"];

    /// <summary>The value in the type, or null when it does not fit.</summary>
    public static JsonElement? Coerce(PropertyKind kind, JsonElement given) => kind switch
    {
        PropertyKind.String => Spell(given) is { } text ? Json.Build(writer => writer.WriteStringValue(text)) : null,
        PropertyKind.Integer => Whole(given),
        PropertyKind.Number => Number(given),
        PropertyKind.Boolean => Flag(given),
        PropertyKind.List when given.ValueKind == JsonValueKind.String => Letters(given.GetString()!),
        _ => null,
    };

    private static JsonElement Letters(string text) => Json.Build(writer =>
    {
        writer.WriteStartArray();
        foreach (var letter in text.EnumerateRunes())
        {
            writer.WriteStringValue(letter.ToString());
        }

        writer.WriteEndArray();
    });

    // a null is no text
    private static string? Spell(JsonElement given) =>
        given.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : PythonText.Str(given);

    private static JsonElement? Whole(JsonElement given)
    {
        switch (given.ValueKind)
        {
            case JsonValueKind.True:
                return Json.Parse("1");
            case JsonValueKind.False:
                return Json.Parse("0");
            case JsonValueKind.Null:
                return given;
            case JsonValueKind.Number when JsonNumbers.TryWhole(given, out var whole):
                return Json.Build(writer => writer.WriteNumberValue(whole));
            case JsonValueKind.Number when JsonNumbers.TryNumber(given, out var number) && Math.Abs(number) < long.MaxValue:
                return Json.Build(writer => writer.WriteNumberValue((long)number));
            case JsonValueKind.String:
                return ParseWhole(given.GetString()!) is { } parsed ? Json.Build(writer => writer.WriteNumberValue(parsed)) : null;
            default:
                return null;
        }
    }

    private static long? ParseWhole(string text)
    {
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return text.Length <= 100 && BigInteger.TryParse(text, styles, CultureInfo.InvariantCulture, out var number)
            && number >= long.MinValue && number <= long.MaxValue
            ? (long)number
            : null;
    }

    private static JsonElement? Number(JsonElement given)
    {
        if (given.ValueKind == JsonValueKind.Number)
        {
            return JsonNumbers.TryNumber(given, out _) ? given : null;
        }

        if (given.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return Whole(given);
        }

        if (given.ValueKind != JsonValueKind.String || given.GetString() is not { Length: <= 100 } text)
        {
            return null;
        }

        if (ParseWhole(text) is { } whole)
        {
            return Json.Build(writer => writer.WriteNumberValue(whole));
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? Json.Build(writer => writer.WriteNumberValue(number))
            : null;
    }

    private static JsonElement? Flag(JsonElement given)
    {
        var text = Spell(given)?.Trim();
        return Yes.Contains(text, StringComparer.OrdinalIgnoreCase) ? Json.Parse("true")
            : No.Contains(text, StringComparer.OrdinalIgnoreCase) ? Json.Parse("false")
            : null;
    }
}
