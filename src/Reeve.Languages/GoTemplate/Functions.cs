using System.Text;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;

namespace Reeve.Languages.GoTemplate;

/// <summary>The built-in functions.</summary>
internal static class Functions
{
    public static readonly string[] Names =
    [
        "and", "or", "not", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "call", "eq", "ne", "lt",
            "le", "gt",
        "ge",
    ];

    public static bool IsTrue(object? value) =>
        value is not (null or false or 0L or 0d or "" or List<object?> { Count: 0 } or RowList { Count: 0 }
            or OrderedDictionary<string, object?> { Count: 0 });

    public static object? Call(string name, object?[] arguments, EvaluationBudget budget)
    {
        switch (name)
        {
            case "not":
                return !IsTrue(Only(arguments));
            case "len":
                return Length(Only(arguments));
            case "index":
                Need(arguments, 1);
                return arguments is [null] ? throw new ExpressionFault(0, "index of untyped nil")
                    : arguments.Skip(1).Aggregate(arguments[0], Index);
            case "slice":
                Need(arguments, 1);
                return Slice(arguments);
            case "print":
                return Made(Texts.PrintAll(arguments), budget);
            case "println":
                return Made(string.Join(' ', arguments.Select(Texts.Inner)) + "\n", budget);
            case "printf":
                Need(arguments, 1);
                return Made(
                    Printf.Format(arguments[0] as string ?? throw new ExpressionFault(0, "the format is not a string"), arguments[1..],
                    budget), budget);
            case "html":
                return Made(Html(Texts.PrintShown(arguments)), budget);
            case "js":
                return Made(Js(Texts.PrintShown(arguments)), budget);
            case "urlquery":
                return Made(Uri.EscapeDataString(Texts.PrintShown(arguments)).Replace("%20", "+", StringComparison.Ordinal), budget);
            case "call":
                throw new ExpressionFault(0, "there is no function among the values");
            case "eq":
                Need(arguments, 2);
                return arguments.Skip(1).Any(a => AreEqual(arguments[0], a));
            case "ne":
                Two(arguments);
                return !AreEqual(arguments[0], arguments[1]);
            default:
                Two(arguments);
                var order = Compare(arguments[0], arguments[1]);
                return name switch { "lt" => order < 0, "le" => order <= 0, "gt" => order > 0, _ => order >= 0 };
        }
    }

    private static string Made(string text, EvaluationBudget budget)
    {
        budget.Make(text.Length);
        return text;
    }

    private static void Need(object?[] arguments, int least)
    {
        if (arguments.Length < least)
        {
            throw new ExpressionFault(0, $"wrong number of arguments: want at least {least}, got {arguments.Length}");
        }
    }

    private static void Two(object?[] arguments)
    {
        if (arguments.Length != 2)
        {
            throw new ExpressionFault(0, $"wrong number of arguments: want 2, got {arguments.Length}");
        }
    }

    private static object? Only(object?[] arguments) => arguments.Length == 1
        ? arguments[0] : throw new ExpressionFault(0, $"wrong number of arguments: want 1, got {arguments.Length}");

    // a string counts its bytes
    private static object Length(object? value) => value switch
    {
        string text => (long)Encoding.UTF8.GetByteCount(text),
        List<object?> list => (long)list.Count,
        RowList rows => (long)rows.Count,
        OrderedDictionary<string, object?> map => (long)map.Count,
        null => throw new ExpressionFault(0, "len of nil pointer"),
        _ => throw new ExpressionFault(0, $"len of type {Texts.TypeOf(value)}"),
    };

    private static object? Index(object? of, object? by)
    {
        switch (of)
        {
            case OrderedDictionary<string, object?> map:
                return by is string name ? map.GetValueOrDefault(name)
                    : throw new ExpressionFault(0, $"a map is indexed by a string, not by {Texts.TypeOf(by)}");
            case List<object?> list:
                var place = Whole(by);
                return place >= 0 && place < list.Count ? list[(int)place] : throw new ExpressionFault(0, $"index out of range: {place}");
            case RowList rows:
                var row = Whole(by);
                return row >= 0 && row < rows.Count ? rows[(int)row] : throw new ExpressionFault(0, $"index out of range: {row}");
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                var at = Whole(by);
                return at >= 0 && at < bytes.Length ? (long)bytes[at] : throw new ExpressionFault(0, $"index out of range: {at}");
            case null:
                throw new ExpressionFault(0, "index of untyped nil");
            default:
                throw new ExpressionFault(0, $"can't index item of type {Texts.TypeOf(of)}");
        }
    }

    private static long Whole(object? value) =>
        value is long number ? number : throw new ExpressionFault(0, $"cannot index with {Texts.TypeOf(value)}");

    private static object? Slice(object?[] arguments)
    {
        if (arguments[0] is RowList rows)
        {
            arguments[0] = rows.Whole;
        }

        var count = arguments[0] switch
        {
            List<object?> list => list.Count,
            string text => Encoding.UTF8.GetByteCount(text),
            null => throw new ExpressionFault(0, "slice of untyped nil"),
            _ => throw new ExpressionFault(0, $"can't slice item of type {Texts.TypeOf(arguments[0])}"),
        };
        if (arguments.Length > (arguments[0] is string ? 3 : 4))
        {
            throw new ExpressionFault(0, "too many slice indexes");
        }

        var from = arguments.Length > 1 ? Whole(arguments[1]) : 0;
        var to = arguments.Length > 2 ? Whole(arguments[2]) : count;
        if (from < 0 || to > count || from > to)
        {
            throw new ExpressionFault(0, $"invalid slice index: {from} > {to}, or out of range");
        }

        return arguments[0] is List<object?> items
            ? items.GetRange((int)from, (int)(to - from))
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes((string)arguments[0]!)[(int)from..(int)to]);
    }

    // integers and fractions are different types, and only the same types compare
    private static bool AreEqual(object? a, object? b) => (a, b) switch
    {
        (null, _) or (_, null) => a is null && b is null,
        (long x, long y) => x == y,
        (double x, double y) => x.Equals(y),
        (string x, string y) => x == y,
        (bool x, bool y) => x == y,
        (List<object?> or RowList, _) or (OrderedDictionary<string, object?>, _) =>
            throw new ExpressionFault(0, $"non-comparable type {Texts.TypeOf(a)}"),
        _ => throw new ExpressionFault(0, "incompatible types for comparison"),
    };

    private static int Compare(object? a, object? b) => (a, b) switch
    {
        (long x, long y) => x.CompareTo(y),
        (double x, double y) => x.CompareTo(y),
        (string x, string y) => CodePoints.Compare(x, y),
        (null or bool or List<object?> or RowList or OrderedDictionary<string, object?>, _) => throw new ExpressionFault(0,
        "invalid type for comparison"),
        _ => throw new ExpressionFault(0, "incompatible types for comparison"),
    };

    private static string Html(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            escaped.Append(c switch
            {
                '\0' => "\uFFFD",
                '"' => "&#34;",
                '\'' => "&#39;",
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                _ => c.ToString()
            });
        }

        return escaped.ToString();
    }

    private static string Js(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            escaped.Append(c switch
            {
                '\\' => "\\\\",
                '\'' => "\\'",
                '"' => "\\\"",
                '<' or '>' or '&' or '=' or < ' ' => $"\\u{(int)c:X4}",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }
}
