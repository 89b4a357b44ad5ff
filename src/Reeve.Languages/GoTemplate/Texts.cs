using System.Globalization;
using System.Text;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;

namespace Reeve.Languages.GoTemplate;

/// <summary>Values as Go prints them.</summary>
internal static class Texts
{
    public static string Print(object? value) => value is null ? "<no value>" : Inner(value);

    /// <summary>Side by side, with a space between two that are both no strings.</summary>
    public static string PrintAll(object?[] values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0 && values[i] is not string && values[i - 1] is not string)
            {
                text.Append(' ');
            }

            text.Append(values[i] is null ? "<nil>" : Inner(values[i]));
        }

        return text.ToString();
    }

    /// <summary>The same; what is not there shows as an action shows it.</summary>
    public static string PrintShown(object?[] values) => PrintAll(Array.ConvertAll(values, v => v is null ? "<no value>" : v));

    public static string Inner(object? value) => value switch
    {
        null => "<nil>",
        bool boolean => boolean ? "true" : "false",
        long integer => integer.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        string text => text,
        List<object?> list => $"[{string.Join(' ', list.Select(Inner))}]",
        RowList rows => $"[{string.Join(' ', rows.Select(Inner))}]",
        OrderedDictionary<string, object?> map =>
            $"map[{string.Join(' ', map.Keys.Order(Comparer<string>.Create(CodePoints.Compare)).Select(k => $"{k}:{Inner(map[k])}"))}]",
        _ => "",
    };

    public static string TypeOf(object? value) => value switch
    {
        null => "nil",
        bool => "bool",
        long => "int",
        double => "float64",
        string => "string",
        List<object?> or RowList => "[]interface {}",
        _ => "map[string]interface {}",
    };

    /// <summary>The shortest digits; with an exponent below 1e-4 and from 1e6 on (<c>1.234567e+06</c>), as <c>%v</c> does.</summary>
    public static string Number(double number)
    {
        const int From = 6;
        if (double.IsNaN(number) || double.IsInfinity(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        }

        if (number == 0)
        {
            return double.IsNegative(number) ? "-0" : "0";
        }

        var (sign, digits, power) = Digits(number);
        if (power >= -4 && power < From)
        {
            return sign + (power < 0 ? "0." + new string('0', -power - 1) + digits
                : digits.Length <= power + 1 ? digits.PadRight(power + 1, '0') : digits[..(power + 1)] + "." + digits[(power + 1)..]);
        }

        return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(power < 0 ? "-" : "+")}{Math.Abs(power):00}";
    }

    private static (string Sign, string Digits, int Power) Digits(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var sign = text[0] == '-' ? "-" : "";
        text = text.TrimStart('-');
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var power = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = mark < 0 ? text : text[..mark];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        power += (point < 0 ? mantissa.Length : point) - 1;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');
        return (sign, digits.Length == 0 ? "0" : digits, power - leading);
    }
}
