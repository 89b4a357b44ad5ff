using System.Globalization;
using Reeve.Languages.Data;

namespace Reeve.Languages.JmesPath;

/// <summary>A built-in function: what it takes, and what it does.</summary>
/// <param name="Name">As called.</param>
/// <param name="Takes">For each argument the types that fit: <c>number</c>, <c>string|array</c>, <c>array[number]</c>, <c>any</c>,
/// <c>&amp;</c>.</param>
/// <param name="IsVariadic">May the last one be repeated?</param>
/// <param name="Body">The work; its arguments have been checked.</param>
internal sealed record Function(string Name, string[] Takes, bool IsVariadic, Func<object?[], EvaluationBudget, object?> Body)
{
    public static Function Find(Token name, List<Node> arguments)
    {
        if (!Functions.All.TryGetValue(name.Text, out var function))
        {
            throw new ExpressionFault(name.Column, $"there is no function `{name.Text}`");
        }

        var least = function.Takes.Length;
        if (function.IsVariadic ? arguments.Count < least : arguments.Count != least)
        {
            throw new ExpressionFault(
                name.Column, $"`{name.Text}` takes {least} argument{(least == 1 ? "" : "s")}{(function.IsVariadic ? " or more" : "")} "
                + $"and has {arguments.Count}");
        }

        return function;
    }

    public object? Run(object?[] values, EvaluationBudget budget, int column)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var takes = Takes[Math.Min(i, Takes.Length - 1)];
            if (!takes.Split('|').Any(t => Fits(values[i], t)))
            {
                throw new ExpressionFault(
                    column, $"`{Name}` takes {takes.Replace("|", " or ", StringComparison.Ordinal)} as argument {i + 1}, "
                    + $"not {TypeOf(values[i])}");
            }
        }

        return Body(values, budget);
    }

    public static string TypeOf(object? value) => value switch
    {
        null => "null",
        bool => "boolean",
        double => "number",
        string => "string",
        List<object?> => "array",
        Reference => "expression",
        _ => "object",
    };

    private static bool Fits(object? value, string type) => type switch
    {
        "any" => value is not Reference,
        "&" => value is Reference,
        "array[number]" => value is List<object?> list && list.TrueForAll(i => i is double),
        "array[string]" => value is List<object?> list && list.TrueForAll(i => i is string),
        _ => TypeOf(value) == type,
    };
}

/// <summary>The built-in functions.</summary>
internal static class Functions
{
    private const string Comparable = "array[number]|array[string]";

    public static readonly Dictionary<string, Function> All = new Function[]
    {
        Of("abs", ["number"], a => Math.Abs((double)a[0]!)),
        Of("avg", ["array[number]"], a => List(a[0]) is { Count: > 0 } list ? list.Average(i => (double)i!) : null),
        Of("ceil", ["number"], a => Math.Ceiling((double)a[0]!)),
        Of("contains", ["string|array", "any"], a => a[0] is string text
            ? a[1] is string part && text.Contains(part, StringComparison.Ordinal) : List(a[0]).Exists(i => JsonData.AreEqual(i, a[1]))),
        Of("ends_with", ["string", "string"], a => ((string)a[0]!).EndsWith((string)a[1]!, StringComparison.Ordinal)),
        Of("floor", ["number"], a => Math.Floor((double)a[0]!)),
        With("join", ["string", "array[string]"], Join),
        Of("keys", ["object"], a => Map(a[0]).Keys.ToList<object?>()),
        Of("length", ["string|array|object"], a => a[0] switch
        {
            string text => (double)text.EnumerateRunes().Count(),
            List<object?> list => (double)list.Count,
            _ => (double)Map(a[0]).Count,
        }),
        With("map", ["&", "array"], (a, budget) => List(a[1]).ConvertAll(i => Apply(a[0], i, budget))),
        Of("max", [Comparable], a => Extreme(List(a[0]), 1)),
        With("max_by", ["array", "&"], (a, budget) => ExtremeBy("max_by", a, budget, 1)),
        new("merge", ["object"], true, Merge),
        Of("min", [Comparable], a => Extreme(List(a[0]), -1)),
        With("min_by", ["array", "&"], (a, budget) => ExtremeBy("min_by", a, budget, -1)),
        new("not_null", ["any"], true, (a, _) => Array.Find(a, i => i is not null)),
        Of("reverse", ["string|array"], a => a[0] is string text
            ? string.Concat(text.EnumerateRunes().Reverse().Select(r => r.ToString())) : Enumerable.Reverse(List(a[0])).ToList()),
        Of("sort", [Comparable], a => List(a[0]).Order(Comparer<object?>.Create(Compare)).ToList()),
        With("sort_by", ["array", "&"], (a, budget) =>
            Keyed("sort_by", a, budget).OrderBy(i => i.Key, Comparer<object?>.Create(Compare)).Select(i => i.Value).ToList()),
        Of("starts_with", ["string", "string"], a => ((string)a[0]!).StartsWith((string)a[1]!, StringComparison.Ordinal)),
        Of("sum", ["array[number]"], a => List(a[0]).Sum(i => (double)i!)),
        Of("to_array", ["any"], a => a[0] as List<object?> ?? [a[0]]),
        With("to_string", ["any"], ToText),
        Of("to_number", ["any"], a => ToNumber(a[0])),
        Of("type", ["any"], a => Function.TypeOf(a[0])),
        Of("values", ["object"], a => Map(a[0]).Values.ToList()),
    }.ToDictionary(f => f.Name, StringComparer.Ordinal);

    private static Function Of(string name, string[] takes, Func<object?[], object?> body) => new(name, takes, false, (a, _) => body(a));

    private static Function With(string name, string[] takes, Func<object?[], EvaluationBudget, object?> body) => new(name, takes, false,
        body);

    private static List<object?> List(object? value) => (List<object?>)value!;

    private static OrderedDictionary<string, object?> Map(object? value) => (OrderedDictionary<string, object?>)value!;

    private static object? Apply(object? reference, object? item, EvaluationBudget budget) => ((Reference)reference!).Of.Find(item, budget);

    private static string Join(object?[] arguments, EvaluationBudget budget)
    {
        var (between, list) = ((string)arguments[0]!, List(arguments[1]));
        budget.Make(list.Sum(i => ((string)i!).Length + (long)between.Length));
        return string.Join(between, list);
    }

    private static OrderedDictionary<string, object?> Merge(object?[] arguments, EvaluationBudget budget)
    {
        var merged = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in arguments.SelectMany(Map))
        {
            budget.Make(1);
            merged[name] = value;
        }

        return merged;
    }

    private static string ToText(object?[] arguments, EvaluationBudget budget)
    {
        var text = arguments[0] as string ?? JsonData.Write(arguments[0]);
        budget.Make(text.Length);
        return text;
    }

    private static object? ToNumber(object? value) => value switch
    {
        double => value,
        string text when double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
            out var number) && double.IsFinite(number) => number,
        _ => null,
    };

    // strings by code point, which for UTF-16 differs from the order of its units
    private static int Compare(object? one, object? other) => (one, other) switch
    {
        (double a, double b) => a.CompareTo(b),
        (string a, string b) => CodePoints.Compare(a, b),
        _ => 0,
    };

    private static object? Extreme(List<object?> list, int sign)
    {
        object? best = null;
        foreach (var item in list)
        {
            best = best is null || Compare(item, best) * sign > 0 ? item : best;
        }

        return best;
    }

    private static object? ExtremeBy(string name, object?[] arguments, EvaluationBudget budget, int sign)
    {
        KeyValuePair<object?, object?>? best = null;
        foreach (var item in Keyed(name, arguments, budget))
        {
            best = best is not { } there || Compare(item.Key, there.Key) * sign > 0 ? item : best;
        }

        return best?.Value;
    }

    // the items with their keys, which must all be numbers or all be strings
    private static List<KeyValuePair<object?, object?>> Keyed(string name, object?[] arguments, EvaluationBudget budget)
    {
        var keyed = List(arguments[0]).ConvertAll(i => KeyValuePair.Create(Apply(arguments[1], i, budget), i));
        if (keyed.Count > 0 && !keyed.TrueForAll(i => i.Key is double) && !keyed.TrueForAll(i => i.Key is string))
        {
            throw new ExpressionFault(0, $"`{name}` needs keys that are all numbers or all strings");
        }

        return keyed;
    }
}
