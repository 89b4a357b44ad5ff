using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>Arithmetic, comparison and the order of all values.</summary>
internal static class Operators
{
    public static bool IsTrue(object? value) => value is not (null or false);

    public static string TypeOf(object? value) => value switch
    {
        null => "null",
        bool => "boolean",
        double => "number",
        string => "string",
        List<object?> => "array",
        _ => "object",
    };

    /// <summary>Type and value, cut when it is long.</summary>
    public static string Describe(object? value)
    {
        var text = JsonData.Write(value);
        return $"{TypeOf(value)} ({(text.Length > 11 ? text[..10] + "..." : text)})";
    }

    public static object? Apply(string mark, object? a, object? b, Run run) => mark switch
    {
        "+" => Add(a, b, run),
        "-" => Subtract(a, b),
        "*" => Multiply(a, b, run),
        "/" => Divide(a, b, run),
        "%" => Modulo(a, b),
        "==" => JsonData.AreEqual(a, b),
        "!=" => !JsonData.AreEqual(a, b),
        "<" => Compare(a, b) < 0,
        "<=" => Compare(a, b) <= 0,
        ">" => Compare(a, b) > 0,
        _ => Compare(a, b) >= 0,
    };

    /// <summary><c>+=</c> and the like.</summary>
    public static object? Change(string mark, object? before, object? given, Run run) =>
        mark == "//=" ? (IsTrue(before) ? before : given) : Apply(mark[..^1], before, given, run);

    /// <summary>The order of all values: null, false, true, numbers, strings, lists, maps.</summary>
    public static int Compare(object? a, object? b)
    {
        var (x, y) = (Rank(a), Rank(b));
        if (x != y)
        {
            return x.CompareTo(y);
        }

        switch (a, b)
        {
            case (double p, double q):
                // what is no number is below all numbers, itself included
                return double.IsNaN(p) ? -1 : p.CompareTo(q);
            case (string p, string q):
                return CodePoints.Compare(p, q);
            case (List<object?> p, List<object?> q):
                return CompareAll(p, q);
            case (OrderedDictionary<string, object?> p, OrderedDictionary<string, object?> q):
                var (left, right) = (SortedKeys(p), SortedKeys(q));
                var keys = CompareAll(left, right);
                return keys != 0 ? keys : CompareAll(left.ConvertAll(k => p[(string)k!]), left.ConvertAll(k => q[(string)k!]));
            default:
                return 0;
        }
    }

    public static List<object?> SortedKeys(OrderedDictionary<string, object?> map)
    {
        var keys = map.Keys.ToList();
        keys.Sort(CodePoints.Compare);
        return keys.ConvertAll<object?>(k => k);
    }

    public static object? Add(object? a, object? b, Run run)
    {
        switch (a, b)
        {
            case (null, _):
                return b;
            case (_, null):
                return a;
            case (double x, double y):
                return x + y;
            case (string x, string y):
                run.Budget.Make(x.Length + y.Length);
                return x + y;
            case (List<object?> x, List<object?> y):
                run.Budget.Make(x.Count + y.Count);
                return (List<object?>)[.. x, .. y];
            case (OrderedDictionary<string, object?> x, OrderedDictionary<string, object?> y):
                run.Budget.Make(x.Count + y.Count);
                var sum = new OrderedDictionary<string, object?>(x, StringComparer.Ordinal);
                foreach (var (name, value) in y)
                {
                    sum[name] = value;
                }

                return sum;
            default:
                throw Refuse(a, b, "added");
        }
    }

    private static object? Subtract(object? a, object? b) => (a, b) switch
    {
        (double x, double y) => x - y,
        (List<object?> x, List<object?> y) => x.Where(i => !y.Exists(j => JsonData.AreEqual(i, j))).ToList(),
        _ => throw Refuse(a, b, "subtracted"),
    };

    private static object? Multiply(object? a, object? b, Run run)
    {
        switch (a, b)
        {
            case (double x, double y):
                return x * y;
            case (string text, double times):
                return Repeat(text, times, run);
            case (double times, string text):
                return Repeat(text, times, run);
            case (OrderedDictionary<string, object?> x, OrderedDictionary<string, object?> y):
                return Merge(x, y, run);
            default:
                throw Refuse(a, b, "multiplied");
        }
    }

    private static string? Repeat(string text, double times, Run run)
    {
        if (!(times > 0))
        {
            return null;
        }

        var count = Math.Max(1, Math.Ceiling(times < 1 ? 1 : Math.Floor(times)));
        run.Budget.Make((long)Math.Min(count * text.Length, long.MaxValue / 4));
        return string.Concat(Enumerable.Repeat(text, (int)count));
    }

    private static OrderedDictionary<string, object?> Merge(
        OrderedDictionary<string, object?> a, OrderedDictionary<string, object?> b, Run run)
    {
        run.Step();
        run.Budget.Make(a.Count + b.Count);
        var merged = new OrderedDictionary<string, object?>(a, StringComparer.Ordinal);
        foreach (var (name, value) in b)
        {
            merged[name] = value is OrderedDictionary<string, object?> inner
                && merged.TryGetValue(name, out var there) && there is OrderedDictionary<string, object?> outer
                ? Merge(outer, inner, run) : value;
        }

        return merged;
    }

    private static object? Divide(object? a, object? b, Run run)
    {
        switch (a, b)
        {
            case (double, 0d):
                throw new JqFault($"{Describe(a)} and {Describe(b)} cannot be divided because the divisor is zero");
            case (double x, double y):
                return x / y;
            case (string text, string by):
                return Texts.Split(text, by, run);
            default:
                throw Refuse(a, b, "divided");
        }
    }

    private static object? Modulo(object? a, object? b)
    {
        if (a is not double x || b is not double y)
        {
            throw Refuse(a, b, "divided");
        }

        if (double.IsNaN(x) || double.IsNaN(y))
        {
            return double.NaN;
        }

        var by = Math.Abs(Whole(y));
        return by == 0
            ? throw new JqFault($"{Describe(a)} and {Describe(b)} cannot be divided because the divisor is zero")
            : (double)(Whole(x) % by);
    }

    private static long Whole(double number) => number >= 9.2e18 ? long.MaxValue : number <= -9.2e18 ? -long.MaxValue : (long)number;

    private static int CompareAll(List<object?> a, List<object?> b)
    {
        for (var i = 0; i < a.Count && i < b.Count; i++)
        {
            if (Compare(a[i], b[i]) is var order and not 0)
            {
                return order;
            }
        }

        return a.Count.CompareTo(b.Count);
    }

    private static int Rank(object? value) => value switch
    {
        null => 0,
        false => 1,
        true => 2,
        double => 3,
        string => 4,
        List<object?> => 5,
        _ => 6,
    };

    private static JqFault Refuse(object? a, object? b, string done) => new($"{Describe(a)} and {Describe(b)} cannot be {done}");
}
