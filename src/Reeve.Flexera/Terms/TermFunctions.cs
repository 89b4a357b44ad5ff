using System.Text.RegularExpressions;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.XPath;

namespace Reeve.Flexera.Terms;

/// <summary>The functions of terms that need nothing but their arguments.</summary>
internal static class TermFunctions
{
    // what a function may put together, in characters
    private const int Longest = 64 * 1024 * 1024;

    public static object? Call(string name, object?[] arguments) =>
        OfRows(name, arguments, out var value) ? value : OfObjects(name, Array.ConvertAll(arguments, a => a is RowList r ? r.Whole : a));

    // what can be said of a long list row by row
    private static bool OfRows(string name, object?[] arguments, out object? value)
    {
        value = null;
        switch (name, arguments)
        {
            case ("size", [RowList rows]):
                value = (double)rows.Count;
                return true;
            case ("first", [RowList rows]):
                value = rows[0];
                return true;
            case ("last", [RowList rows]):
                value = rows[rows.Count - 1];
                return true;
            case ("get", [double number, RowList rows]):
                var at = number < 0 ? number + rows.Count : number;
                value = at >= 0 && at < rows.Count && at == Math.Floor(at) ? rows[(int)at] : null;
                return true;
            case ("contains", [RowList rows, var sought]) when sought is not RowList:
                value = rows.Any(i => Selectors.Matches(i, sought));
                return true;
            case ("select", [RowList rows, var sought]) when sought is not RowList:
                value = rows.Where(i => Selectors.Matches(i, sought)).ToList();
                return true;
            case ("vals", [RowList rows, var field]):
                value = rows.Select(i => Value(i, FieldName(field))).ToList();
                return true;
            case ("hrefs", [RowList rows]):
                value = rows.Select(i => Value(i, "href")).ToList();
                return true;
            case ("to_b", [RowList rows]):
                value = rows.Count > 0;
                return true;
            case ("logic_not" or "none", [RowList rows]):
                value = rows.Count == 0;
                return true;
            case ("val" or "href", [RowList, ..]):
                return true;
            default:
                return false;
        }
    }

    private static object? OfObjects(string name, object?[] arguments)
    {
        var first = arguments.Length > 0 ? arguments[0] : null;
        var second = arguments.Length > 1 ? arguments[1] : null;
        return name switch
        {
            "first" => Values.Items(first) is [var item, ..] ? item : null,
            "last" => Values.Items(first) is [.., var item] ? item : null,
            "get" => Get(first, second),
            "contains" => Values.Items(first).Exists(i => Selectors.Matches(i, second)),
            "select" => Values.Items(first).FindAll(i => Selectors.Matches(i, second)),
            "size" => (double)Size(first),
            "val" => Value(first, FieldName(second)),
            "vals" => Values.Items(first).ConvertAll(i => Value(i, FieldName(second))),
            "href" => Href(first),
            "hrefs" => Values.Items(first).ConvertAll(Href),
            "eq" => Values.AreEqual(first, second),
            "ne" => !Values.AreEqual(first, second),
            "gt" => Values.Compare(first, second) > 0,
            "ge" => Values.Compare(first, second) >= 0,
            "lt" => Values.Compare(first, second) < 0,
            "le" => Values.Compare(first, second) <= 0,
            "logic_not" or "none" => !Values.IsTrue(first),
            "inc" => Sum(first, arguments.Length > 1 ? second : 1d),
            "dec" => Difference(first, arguments.Length > 1 ? second : 1d),
            "prod" => Finite(Values.Number(first) * Values.Number(second)),
            "div" => Values.Number(second) is var by and not 0 ? Finite(Values.Number(first) / by) : throw ByZero(),
            "mod" => Values.Number(second) is var by and not 0 ? Finite(Values.Number(first) % by) : throw ByZero(),
            "split" => Split(first, second),
            "join" => Join(first, second),
            "ljust" => Justify(first, second, arguments.Length > 2 ? arguments[2] : " ", false),
            "rjust" => Justify(first, second, arguments.Length > 2 ? arguments[2] : " ", true),
            "to_n" => Values.Number(first),
            "to_s" => Values.Text(first),
            "to_b" => Values.IsTrue(first),
            "to_d" => Values.Date(first),
            "any" or "all" => first,
            _ => throw new TermFault($"there is no function `{name}`"),
        };
    }

    // a resource names its own address among its links
    private static object? Href(object? item)
    {
        foreach (var link in Value(item, "links") as List<object?> ?? [])
        {
            if (Value(link, "rel") is "self")
            {
                return Value(link, "href");
            }
        }

        return Value(item, "href");
    }

    private static TermFault ByZero() => new("division by zero");

    private static double Finite(double number) => double.IsFinite(number) ? number : throw new TermFault("the number is too large");

    private static object? Get(object? index, object? from)
    {
        if (index is string name)
        {
            return Value(from, name);
        }

        if (index is not double number)
        {
            throw new TermFault($"`get` takes a number first, not {Values.Describe(index)}");
        }

        var list = Values.Items(from);
        var at = number < 0 ? number + list.Count : number;
        return at >= 0 && at < list.Count && at == Math.Floor(at) ? list[(int)at] : null;
    }

    private static int Size(object? value) => value switch
    {
        null => 0,
        List<object?> list => list.Count,
        OrderedDictionary<string, object?> map => map.Count,
        string text => text.EnumerateRunes().Count(),
        XmlData xml => xml.Text.Length,
        _ => throw new TermFault($"{Values.Describe(value)} has no size"),
    };

    private static string FieldName(object? name) =>
        name as string ?? throw new TermFault($"the name of a field is a string, not {Values.Describe(name)}");

    private static object? Value(object? from, string name) =>
        from is OrderedDictionary<string, object?> map && map.TryGetValue(name, out var value) ? value : null;

    private static object? Sum(object? one, object? other) => (one, other) switch
    {
        (DateTimeOffset date, _) => Moved(date, Values.Number(other)),
        (_, DateTimeOffset date) => Moved(date, Values.Number(one)),
        _ => Finite(Values.Number(one) + Values.Number(other)),
    };

    private static object? Difference(object? one, object? other) => (one, other) switch
    {
        (DateTimeOffset date, DateTimeOffset before) => (date - before).TotalSeconds,
        (DateTimeOffset date, _) => Moved(date, -Values.Number(other)),
        _ => Finite(Values.Number(one) - Values.Number(other)),
    };

    private static DateTimeOffset Moved(DateTimeOffset date, double seconds)
    {
        try
        {
            return date.AddSeconds(seconds);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new TermFault("the date is out of range");
        }
    }

    private static List<object?> Split(object? value, object? separator)
    {
        if (value is null)
        {
            return [];
        }

        var text = Values.Text(value);
        if (separator is Regex regex)
        {
            try
            {
                return [.. SplitAt(text, regex)];
            }
            catch (RegexMatchTimeoutException)
            {
                throw new TermFault($"the regular expression `{Values.Short(regex.ToString())}` takes too long");
            }
        }

        var mark = Values.Text(separator);
        return mark.Length == 0
            ? [.. text.EnumerateRunes().Select(r => (object?)r.ToString())]
            : [.. text.Split(mark, StringSplitOptions.None)];
    }

    // not Regex.Split: that puts what groups match among the pieces
    private static IEnumerable<object?> SplitAt(string text, Regex regex)
    {
        var from = 0;
        foreach (Match match in regex.Matches(text))
        {
            // one of no length stands between two characters
            if (match.Length > 0 || (match.Index > from && match.Index < text.Length))
            {
                yield return text[from..match.Index];
                from = match.Index + match.Length;
            }
        }

        yield return text[from..];
    }

    private static string Join(object? value, object? separator)
    {
        var texts = Values.Items(value).ConvertAll(Values.Text);
        var mark = Values.Text(separator);
        return texts.Sum(t => (long)t.Length + mark.Length) > Longest
            ? throw new TermFault($"the text would have more than {Longest} characters")
            : string.Join(mark, texts);
    }

    private static string Justify(object? value, object? width, object? fill, bool right)
    {
        var text = Values.Text(value);
        var missing = (int)Math.Clamp(Values.Number(width), 0, Longest) - text.EnumerateRunes().Count();
        var pad = Values.Text(fill);
        if (missing <= 0 || pad.Length == 0)
        {
            return text;
        }

        // as documented, the padding on the left ends with the end of its text
        var padding = string.Concat(Enumerable.Repeat(pad, (missing / pad.Length) + 1));
        return right ? padding[^missing..] + text : text + padding[..missing];
    }
}
