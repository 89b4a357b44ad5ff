using System.Globalization;
using System.Numerics;

namespace Reeve.Core.Documents;

/// <summary>What a scalar without quotes is.</summary>
internal enum YamlScalarKind
{
    Text,
    Null,
    True,
    False,
    Number,
}

/// <summary>
/// The core schema of YAML 1.2: what a scalar without quotes means. <c>yes</c>, <c>no</c>, <c>on</c> and <c>off</c> are texts.
/// </summary>
internal static class YamlScalar
{
    // more digits than any number has that somebody can compute with
    private const int LongestNumber = 400;

    public static YamlScalarKind KindOf(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => YamlScalarKind.Null,
        "true" or "True" or "TRUE" => YamlScalarKind.True,
        "false" or "False" or "FALSE" => YamlScalarKind.False,
        _ => IsNumber(text) ? YamlScalarKind.Number : YamlScalarKind.Text,
    };

    /// <summary>
    /// May a scalar of this kind have the tag? A <c>!!str</c> makes it a text, a <c>!!float</c> takes a whole number too.
    /// </summary>
    public static bool Fits(string tag, ref YamlScalarKind kind)
    {
        switch (tag)
        {
            case "tag:yaml.org,2002:str":
                kind = YamlScalarKind.Text;
                return true;
            case "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float":
                return kind == YamlScalarKind.Number;
            case "tag:yaml.org,2002:bool":
                return kind is YamlScalarKind.True or YamlScalarKind.False;
            case "tag:yaml.org,2002:null":
                return kind == YamlScalarKind.Null;
            default:
                return false;
        }
    }

    /// <summary>
    /// The number as JSON spells it; false for those that JSON does not have (<c>.inf</c>, <c>.nan</c>) or that are absurdly long.
    /// </summary>
    public static bool TryNumber(string text, out string json)
    {
        json = "";
        if (text.Length > LongestNumber || IsSpecial(text))
        {
            return false;
        }

        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            // the zero keeps a first digit of `8` or more from being a sign
            var number = BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            json = number.ToString(CultureInfo.InvariantCulture);
            return true;
        }

        if (text.StartsWith("0o", StringComparison.Ordinal))
        {
            json = text[2..].Aggregate(BigInteger.Zero, (sum, digit) => (sum * 8) + (digit - '0')).ToString(CultureInfo.InvariantCulture);
            return true;
        }

        json = Spell(text);
        return true;
    }

    // JSON has no plus sign, no leading zeros, and digits on both sides of a point; the rest stays as it was written
    private static string Spell(string text)
    {
        var rest = text.AsSpan();
        var sign = rest[0] == '-' ? "-" : "";
        rest = rest.TrimStart("+-").TrimStart('0');
        if (rest.Length == 0 || !char.IsAsciiDigit(rest[0]))
        {
            return Spell(sign + "0", rest);
        }

        var digits = rest.IndexOfAnyExceptInRange('0', '9');
        return digits < 0 ? $"{sign}{rest}" : Spell($"{sign}{rest[..digits]}", rest[digits..]);
    }

    private static string Spell(string whole, ReadOnlySpan<char> rest)
    {
        if (rest.Length > 0 && rest[0] == '.' && (rest.Length == 1 || !char.IsAsciiDigit(rest[1])))
        {
            return $"{whole}.0{rest[1..]}";
        }

        return $"{whole}{rest}";
    }

    private static bool IsNumber(string text)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return text.Length > 2 && text.AsSpan(2).IndexOfAnyExcept(Hex) < 0;
        }

        if (text.StartsWith("0o", StringComparison.Ordinal))
        {
            return text.Length > 2 && text.AsSpan(2).IndexOfAnyExceptInRange('0', '7') < 0;
        }

        return IsSpecial(text) || IsDecimal(text);
    }

    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private static bool IsSpecial(string text) =>
        (text[0] is '+' or '-' ? text[1..] : text) is ".inf" or ".Inf" or ".INF" || text is ".nan" or ".NaN" or ".NAN";

    private static bool IsDecimal(ReadOnlySpan<char> text)
    {
        if (text[0] is '+' or '-')
        {
            text = text[1..];
        }

        var whole = Digits(ref text);
        var fraction = 0;
        if (text.Length > 0 && text[0] == '.')
        {
            text = text[1..];
            fraction = Digits(ref text);
        }

        if (whole + fraction == 0)
        {
            return false;
        }

        if (text.Length > 0 && text[0] is 'e' or 'E')
        {
            text = text[1..];
            if (text.Length > 0 && text[0] is '+' or '-')
            {
                text = text[1..];
            }

            if (Digits(ref text) == 0)
            {
                return false;
            }
        }

        return text.Length == 0;
    }

    private static int Digits(ref ReadOnlySpan<char> text)
    {
        var count = text.IndexOfAnyExceptInRange('0', '9');
        count = count < 0 ? text.Length : count;
        text = text[count..];
        return count;
    }
}
