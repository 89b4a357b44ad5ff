using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reeve.Core.Policies.Properties;

/// <summary>Spells JSON values as Python prints them: Senlin, which is written in it, turns values into texts that way.</summary>
public static class PythonText
{
    /// <summary>The value as <c>str()</c> gives it: a text as it is, everything else as in a program.</summary>
    public static string Str(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : Repr(value);

    /// <summary>The value as it stands in a program: texts in quotes.</summary>
    public static string Repr(JsonElement value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    /// <summary>A floating-point number; always with a point, an exponent or a word, so that it is none of the whole numbers.</summary>
    public static string Real(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        var magnitude = Math.Abs(number);
        if (magnitude != 0 && magnitude is < 1e-4 or >= 1e16)
        {
            var spelled = number.ToString("E16", CultureInfo.InvariantCulture);
            var exponent = int.Parse(spelled.AsSpan(spelled.IndexOf('E') + 1), CultureInfo.InvariantCulture);
            var digits = Digits(number);
            var mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
            return string.Create(CultureInfo.InvariantCulture,
                $"{(number < 0 ? "-" : "")}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        // up to 28 digits behind the point hold every double of this size as its shortest spelling
        var plain = number.ToString("0.0###########################", CultureInfo.InvariantCulture);
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        return shortest.Contains('E') ? plain : shortest.Contains('.') ? shortest : shortest + ".0";
    }

    private static string Digits(double number)
    {
        var shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var end = shortest.IndexOf('E');
        var digits = (end < 0 ? shortest : shortest[..end]).Replace(".", "", StringComparison.Ordinal).Trim('0');
        return digits.Length == 0 ? "0" : digits;
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(text, value);
                break;
            case JsonValueKind.Array:
                WriteItems(text, value);
                break;
            case JsonValueKind.String:
                Quote(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                var raw = value.GetRawText();
                text.Append(raw.AsSpan().IndexOfAny(".eE") < 0 ? raw : Real(value.GetDouble()));
                break;
            case JsonValueKind.True:
                text.Append("True");
                break;
            case JsonValueKind.False:
                text.Append("False");
                break;
            default:
                text.Append("None");
                break;
        }
    }

    private static void WriteMembers(StringBuilder text, JsonElement value)
    {
        text.Append('{');
        var separator = "";
        foreach (var member in value.EnumerateObject())
        {
            text.Append(separator);
            Quote(text, member.Name);
            text.Append(": ");
            Write(text, member.Value);
            separator = ", ";
        }

        text.Append('}');
    }

    private static void WriteItems(StringBuilder text, JsonElement value)
    {
        text.Append('[');
        var separator = "";
        foreach (var item in value.EnumerateArray())
        {
            text.Append(separator);
            Write(text, item);
            separator = ", ";
        }

        text.Append(']');
    }

    private static void Quote(StringBuilder text, string value)
    {
        var quote = value.Contains('\'') && !value.Contains('"') ? '"' : '\'';
        text.Append(quote);
        foreach (var character in value)
        {
            switch (character)
            {
                case '\\':
                    text.Append(@"\\");
                    break;
                case '\n':
                    text.Append(@"\n");
                    break;
                case '\r':
                    text.Append(@"\r");
                    break;
                case '\t':
                    text.Append(@"\t");
                    break;
                case < ' ' or '\x7f':
                    text.Append(CultureInfo.InvariantCulture, $@"\x{(int)character:x2}");
                    break;
                default:
                    if (character == quote)
                    {
                        text.Append('\\');
                    }

                    text.Append(character);
                    break;
            }
        }

        text.Append(quote);
    }
}
