using System.Globalization;
using System.Text.RegularExpressions;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.XPath;

namespace Reeve.Flexera.Terms;

/// <summary>What the values of terms are to each other: texts, truth, order. Beside those of <see cref="JsonData"/> there are dates
/// (<see cref="DateTimeOffset"/>), regular expressions and parts of XML documents.</summary>
internal static class Values
{
    /// <summary>False, 0, empty and null are false; everything else is true.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null or false or 0d or "" => false,
        List<object?> list => list.Count > 0,
        RowList rows => rows.Count > 0,
        OrderedDictionary<string, object?> map => map.Count > 0,
        XmlData xml => xml.Text.Length > 0,
        _ => true,
    };

    /// <summary>As <c>to_s</c> and <c>join</c> write it; null is empty.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool boolean => boolean ? "true" : "false",
        double number => JsonData.NumberText(number),
        long number => number.ToString(CultureInfo.InvariantCulture),
        DateTimeOffset date => DateText(date),
        XmlData xml => xml.Text,
        Regex regex => regex.ToString(),
        _ => JsonData.Write(Plain(value)),
    };

    public static string DateText(DateTimeOffset date)
    {
        var utc = date.UtcDateTime;
        return utc.ToString(utc.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
            CultureInfo.InvariantCulture);
    }

    /// <summary>As data: what JSON cannot say becomes text. Data itself is handed on as it is, never copied.</summary>
    public static object? Plain(object? value) => IsPlain(value) ? value : value switch
    {
        long number => (double)number,
        List<object?> list => list.ConvertAll(Plain),
        OrderedDictionary<string, object?> map => PlainMap(map),
        _ => Text(value),
    };

    private static bool IsPlain(object? value)
    {
        switch (value)
        {
            case null or string or bool or double or RowList:
                return true;
            case List<object?> list:
                foreach (var item in list)
                {
                    if (!IsPlain(item))
                    {
                        return false;
                    }
                }

                return true;
            case OrderedDictionary<string, object?> map:
                for (var at = 0; at < map.Count; at++)
                {
                    if (!IsPlain(map.GetAt(at).Value))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }

    public static bool AreEqual(object? one, object? other) => (one, other) switch
    {
        (DateTimeOffset a, DateTimeOffset b) => a == b,
        (DateTimeOffset, _) or (_, DateTimeOffset) => false,
        (XmlData a, _) => AreEqual(a.Text, other),
        (_, XmlData b) => AreEqual(one, b.Text),
        _ => JsonData.AreEqual(Plain(one), Plain(other)),
    };

    /// <summary>Less, equal or more; null when the two are not of one type that has an order.</summary>
    public static int? Compare(object? one, object? other) => (one, other) switch
    {
        (double a, double b) => a.CompareTo(b),
        (string a, string b) => string.CompareOrdinal(a, b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (XmlData a, _) => Compare(a.Text, other),
        (_, XmlData b) => Compare(one, b.Text),
        _ => null,
    };

    public static double Number(object? value) => value switch
    {
        double number => number,
        long number => number,
        bool boolean => boolean ? 1 : 0,
        null => 0,
        DateTimeOffset date => date.ToUnixTimeMilliseconds() / 1000d,
        XmlData xml => Number(xml.Text),
        string text when double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) => number,
        string text => throw new TermFault($"{Quoted(text)} is no number"),
        _ => throw new TermFault($"{Describe(value)} is no number"),
    };

    public static DateTimeOffset Date(object? value) => value switch
    {
        DateTimeOffset date => date,
        double seconds when Math.Abs(seconds) < 1e11 => DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)),
        XmlData xml => Date(xml.Text),
        string text => Dates.Read(text) ?? throw new TermFault($"{Quoted(text)} is no date"),
        _ => throw new TermFault($"{Describe(value)} is no date"),
    };

    /// <summary>The items: of a list its own, of nothing none, of anything else itself.</summary>
    public static List<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        RowList rows => rows.Whole,
        null => [],
        _ => [value],
    };

    public static string Describe(object? value) => value switch
    {
        null => "null",
        bool => "a boolean",
        double or long => "a number",
        string => "a string",
        List<object?> or RowList => "a list",
        OrderedDictionary<string, object?> => "an object",
        DateTimeOffset => "a date",
        Regex => "a regular expression",
        _ => "a part of an XML document",
    };

    /// <summary>What a message shows of a text that may be long.</summary>
    public static string Short(string text) => text.Length <= 100 ? text : text[..100] + "…";

    private static string Quoted(string text) => text.Length == 0 ? "the empty string" : $"`{Short(text)}`";

    private static OrderedDictionary<string, object?> PlainMap(OrderedDictionary<string, object?> map)
    {
        var plain = new OrderedDictionary<string, object?>(map.Count, StringComparer.Ordinal);
        foreach (var (name, value) in map)
        {
            plain[name] = Plain(value);
        }

        return plain;
    }
}
