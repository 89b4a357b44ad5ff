using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>A built-in function: its input, its arguments as written, and the names that they see.</summary>
internal delegate IEnumerable<Item> Native(Item at, IReadOnlyList<Node> arguments, Env env, Run run);

/// <summary>The built-in functions that are written here; the others stand in <see cref="Prelude"/>.</summary>
internal static class Builtins
{
    /// <summary>By name and number of arguments.</summary>
    public static readonly Dictionary<string, Native> Native = Build();

    private static Dictionary<string, Native> Build()
    {
        var all = new Dictionary<string, Native>(StringComparer.Ordinal);
        Flow(all);
        Values(all);
        Strings(all);
        Numbers(all);
        Dates.Add(all);
        return all;
    }

    /// <summary>A function of its input alone.</summary>
    public static void Of(this Dictionary<string, Native> all, string name, Func<object?, object?> make) =>
        all[name + "/0"] = (at, _, _, _) => One(() => at.Made(make(at.Value)));

    /// <summary>A function of its input and of values: called for all combinations of what the arguments yield.</summary>
    public static void Of(this Dictionary<string, Native> all, string name, int count, Func<object?, object?[], Run, object?> make) =>
        all[$"{name}/{count}"] = (at, arguments, env, run) =>
            Combine(at with { Path = null }, arguments, 0, new object?[count], env, run).Select(a => at.Made(make(at.Value, a, run)));

    private static IEnumerable<Item> One(Func<Item> make)
    {
        yield return make();
    }

    // the last argument is outermost
    private static IEnumerable<object?[]> Combine(Item at, IReadOnlyList<Node> arguments, int done, object?[] values, Env env, Run run)
    {
        if (done == arguments.Count)
        {
            yield return [.. values];
            yield break;
        }

        var place = arguments.Count - 1 - done;
        foreach (var value in arguments[place].Each(at, env, run))
        {
            values[place] = value.Value;
            foreach (var combination in Combine(at, arguments, done + 1, values, env, run))
            {
                yield return combination;
            }
        }
    }

    private static void Flow(Dictionary<string, Native> all)
    {
        all["empty/0"] = (_, _, _, _) => [];
        all["error/0"] = (at, _, _, _) => One(() => throw new JqFault(at.Value));
        all["not/0"] = (at, _, _, _) => [at.Made(!Operators.IsTrue(at.Value))];
        all["path/1"] = (at, arguments, env, run) =>
            arguments[0].Each(new Item(at.Value, Trail.Start), env, run).Select(i => at.Made(Access.KeysOf(i)));
        all["first/1"] = (at, arguments, env, run) => arguments[0].Each(at, env, run).Take(1);
        all["limit/2"] = (at, arguments, env, run) => arguments[0].Each(at with { Path = null }, env, run).SelectMany(n =>
            n.Value is not double count ? throw new JqFault("Invalid arguments: limit takes a number")
            : count <= 0 ? [] : arguments[1].Each(at, env, run).Take((int)Math.Min(count, int.MaxValue)));
        all["range/1"] = (at, arguments, env, run) => Ranges(at, [new Literal(0d), arguments[0], new Literal(1d)], env, run);
        all["range/2"] = (at, arguments, env, run) => Ranges(at, [arguments[0], arguments[1], new Literal(1d)], env, run);
        all["range/3"] = Ranges;
        all["getpath/1"] = (at, arguments, env, run) => arguments[0].Each(at with { Path = null }, env, run).Select(p =>
        {
            var path = p.Value as List<object?> ?? throw new JqFault("Path must be specified as an array");
            var trail = at.Path;
            if (trail is not null)
            {
                trail = path.Aggregate(trail, (t, key) => t.Then(key));
            }

            return new Item(Access.GetPath(at.Value, path), trail);
        });
        all["recurse/1"] = (at, a, env, run) => Descend(at, run, i => (true, a[0].Each(i, env, run)));
        all["recurse/2"] = (at, a, env, run) => Descend(at, run, i => (true, a[0].Each(i, env, run).Where(n => Holds(a[1], n, env, run))));
        all["repeat/1"] = all["recurse/1"];
        all["while/2"] = (at, a, env, run) => Descend(at, run, i => Holds(a[0], i, env, run) ? (true, a[1].Each(i, env, run)) : (false,
            []));
        all["until/2"] = (at, a, env, run) => Descend(at, run, i => Holds(a[0], i, env, run) ? (true, []) : (false, a[1].Each(i, env,
            run)));
        all["recurse/0"] = (at, _, env, run) => new Everything().Each(at, env, run);
        all["input/0"] = (_, _, _, _) => One(() => throw new JqFault("No more inputs"));
        all["inputs/0"] = (_, _, _, _) => [];
        all["debug/0"] = (at, _, _, _) => [at];
        all["stderr/0"] = (at, _, _, _) => [at];
        all["halt/0"] = (_, _, _, _) => One(() => throw new ExpressionFault(0, "halted"));
        all["input_filename/0"] = (at, _, _, _) => [at.Made(null)];
        all["builtins/0"] = (at, _, _, _) => [at.Made(all.Keys.Concat(Prelude.Definitions.Keys).Where(k => k[0] != '_').ToList<object?>())];
    }

    private static bool Holds(Node condition, Item at, Env env, Run run) =>
        condition.Each(at with { Path = null }, env, run).Any(c => Operators.IsTrue(c.Value));

    // a loop of any length is no depth: what is still to come waits on a stack of its own
    private static IEnumerable<Item> Descend(Item at, Run run, Func<Item, (bool Is, IEnumerable<Item> Next)> step)
    {
        var waiting = new Stack<IEnumerator<Item>>();
        waiting.Push(((IEnumerable<Item>)[at]).GetEnumerator());
        while (waiting.TryPeek(out var items))
        {
            run.Step();
            if (!items.MoveNext())
            {
                waiting.Pop().Dispose();
                continue;
            }

            var item = items.Current;
            var (isOutput, next) = step(item);
            if (isOutput)
            {
                yield return item;
            }

            run.Budget.Make(1);
            waiting.Push(next.GetEnumerator());
        }
    }

    private static IEnumerable<Item> Ranges(Item at, IReadOnlyList<Node> arguments, Env env, Run run) =>
        Combine(at with { Path = null }, arguments, 0, new object?[3], env, run).SelectMany(a =>
            a is [double from, double to, double by] ? Count(at, from, to, by, run) : throw new JqFault("Range bounds must be numeric"));

    private static IEnumerable<Item> Count(Item at, double from, double to, double by, Run run)
    {
        for (var n = from; by > 0 ? n < to : by < 0 ? n > to : n < to; n += by)
        {
            run.Step();
            yield return at.Made(n);
        }
    }

    private static void Values(Dictionary<string, Native> all)
    {
        all.Of("length", Length);
        all.Of("utf8bytelength", v => v is string text ? (double)Encoding.UTF8.GetByteCount(text)
            : throw new JqFault($"{Operators.Describe(v)} only strings have UTF-8 byte length"));
        all.Of("type", Operators.TypeOf);
        all.Of("keys", v => Keys(v, true));
        all.Of("keys_unsorted", v => Keys(v, false));
        all.Of("has", 1, (v, a, _) => (v, a[0]) switch
        {
            (OrderedDictionary<string, object?> map, string name) => map.ContainsKey(name),
            (List<object?> list, double index) => index >= 0 && index < list.Count,
            _ => throw new JqFault($"Cannot check whether {Operators.TypeOf(v)} has a {Operators.TypeOf(a[0])} key"),
        });
        all.Of("contains", 1, (v, a, run) => Contains(v, a[0], run));
        all.Of("add", 0, (v, _, run) => v switch
        {
            List<object?> list => Sum(list, run),
            OrderedDictionary<string, object?> map => Sum(map.Values, run),
            null => null,
            _ => throw new JqFault($"Cannot iterate over {Operators.Describe(v)}"),
        });
        all.Of("sort", v => Sorted(v, List(v, "sorted")));
        all.Of("_sort_by", 1, (v, a, _) => Sorted(v, (List<object?>)a[0]!));
        all.Of("_group_by", 1, (v, a, _) => Groups(List(v, "grouped"), (List<object?>)a[0]!));
        all.Of("unique", v => Groups(List(v, "sorted"), List(v, "sorted")).ConvertAll(g => ((List<object?>)g!)[0]));
        all.Of("min", v => List(v, "searched").Aggregate((object?)null, (a, b) => a is null || Operators.Compare(b, a) < 0 ? b : a));
        all.Of("max", v => List(v, "searched").Aggregate((object?)null, (a, b) => a is null || Operators.Compare(b, a) >= 0 ? b : a));
        all.Of("reverse", v => v switch
        {
            null => (List<object?>)[],
            string text => string.Concat(text.EnumerateRunes().Reverse().Select(r => r.ToString())),
            _ => Enumerable.Reverse(List(v, "reversed")).ToList(),
        });
        all.Of("flatten", 0, (v, _, run) => Flatten(List(v, "flattened"), double.MaxValue, [], run));
        all.Of("flatten", 1, (v, a, run) => a[0] is double depth and >= 0
            ? Flatten(List(v, "flattened"), depth, [], run) : throw new JqFault("flatten depth must not be negative"));
        all.Of("setpath", 2, (v, a, run) => a[0] is List<object?> path
            ? Access.SetPath(v, path, 0, a[1], run) : throw new JqFault("Path must be specified as an array"));
        all.Of("delpaths", 1, (v, a, run) => a[0] is List<object?> paths
            ? Access.DeletePaths(v, paths, run) : throw new JqFault("Paths must be specified as an array"));
        all.Of("transpose", v =>
        {
            var rows = List(v, "transposed").ConvertAll(r => List(r, "transposed"));
            return Enumerable.Range(0, rows.Count == 0 ? 0 : rows.Max(r => r.Count))
                .Select(i => (object?)rows.ConvertAll(r => i < r.Count ? r[i] : null)).ToList();
        });
        foreach (var (name, last) in (ReadOnlySpan<(string, bool?)>)[("indices", null), ("_indices", null), ("index", false), ("rindex",
            true)])
        {
            all.Of(name, 1, (v, a, _) =>
            {
                var found = Indices(v, a[0]);
                return last is not { } isLast ? found : found is not { Count: > 0 } ? null : isLast ? found[^1] : found[0];
            });
        }
    }

    private static List<object?>? Indices(object? value, object? part) => (value, part) switch
    {
        (null, _) => null,
        (string text, string piece) => Texts.Indices(text, piece),
        (List<object?> list, List<object?> piece) => Access.Indices(list, piece),
        (List<object?> list, _) => Access.Indices(list, [part]),
        _ => throw new JqFault($"Cannot determine indices of {Operators.TypeOf(part)} in {Operators.TypeOf(value)}"),
    };

    private static object? Length(object? value) => value switch
    {
        null => 0d,
        string text => (double)text.EnumerateRunes().Count(),
        List<object?> list => (double)list.Count,
        OrderedDictionary<string, object?> map => (double)map.Count,
        double number => Math.Abs(number),
        _ => throw new JqFault($"{Operators.Describe(value)} has no length"),
    };

    private static List<object?> Keys(object? value, bool isSorted) => value switch
    {
        OrderedDictionary<string, object?> map => isSorted ? Operators.SortedKeys(map) : [.. map.Keys],
        List<object?> list => Enumerable.Range(0, list.Count).Select(i => (object?)(double)i).ToList(),
        _ => throw new JqFault($"{Operators.Describe(value)} has no keys"),
    };

    private static List<object?> List(object? value, string done) =>
        value as List<object?> ?? throw new JqFault($"{Operators.Describe(value)} cannot be {done}, as it is not an array");

    private static bool Contains(object? value, object? part, Run run)
    {
        run.Step();
        return (value, part) switch
        {
            (OrderedDictionary<string, object?> map, OrderedDictionary<string, object?> wanted) =>
                wanted.All(w => map.TryGetValue(w.Key, out var there) && Contains(there, w.Value, run)),
            (List<object?> list, List<object?> wanted) => wanted.TrueForAll(w => list.Exists(i => SameType(i, w) && Contains(i, w, run))),
            (string text, string piece) => text.Contains(piece, StringComparison.Ordinal),
            _ when SameType(value, part) => JsonData.AreEqual(value, part),
            _ => throw new JqFault($"{Operators.Describe(value)} and {Operators.Describe(part)} cannot have their containment checked"),
        };
    }

    private static bool SameType(object? a, object? b) => Operators.TypeOf(a) == Operators.TypeOf(b);

    // sums of texts and lists grow in place: one by one they would be copied as often as there are items
    private static object? Sum(IEnumerable<object?> items, Run run)
    {
        var all = items.Where(i => i is not null).ToList();
        if (all.Count > 0 && all.TrueForAll(i => i is string))
        {
            run.Budget.Make(all.Sum(i => (long)((string)i!).Length));
            return string.Concat(all);
        }

        if (all.Count > 0 && all.TrueForAll(i => i is List<object?>))
        {
            run.Budget.Make(all.Sum(i => (long)((List<object?>)i!).Count));
            return all.SelectMany(i => (List<object?>)i!).ToList();
        }

        return all.Aggregate((object?)null, (sum, i) => Operators.Add(sum, i, run));
    }

    private static List<object?> Sorted(object? value, List<object?> keys) =>
        List(value, "sorted").Select((v, i) => (Value: v, Key: keys[i]))
            .OrderBy(p => p.Key, Comparer<object?>.Create(Operators.Compare)).Select(p => p.Value).ToList();

    private static List<object?> Groups(List<object?> values, List<object?> keys)
    {
        var groups = new List<object?>();
        object? last = null;
        foreach (var (value, key) in values.Select((v, i) => (v, keys[i])).OrderBy(p => p.Item2,
            Comparer<object?>.Create(Operators.Compare)))
        {
            if (groups.Count == 0 || Operators.Compare(last, key) != 0)
            {
                groups.Add(new List<object?>());
            }

            ((List<object?>)groups[^1]!).Add(value);
            last = key;
        }

        return groups;
    }

    private static List<object?> Flatten(List<object?> list, double depth, List<object?> into, Run run)
    {
        run.Step();
        foreach (var item in list)
        {
            if (item is List<object?> inner && depth > 0)
            {
                Flatten(inner, depth - 1, into, run);
            }
            else
            {
                run.Budget.Make(1);
                into.Add(item);
            }
        }

        return into;
    }

    private static string Text(object? value, string name) =>
        value as string ?? throw new JqFault($"{Operators.Describe(value)} cannot be handled by {name}: it is not a string");

    private static void Strings(Dictionary<string, Native> all)
    {
        all.Of("tostring", Texts.ToText);
        all.Of("tonumber", Texts.ToNumber);
        all.Of("toboolean", v => v switch
        {
            bool => v,
            "true" => true,
            "false" => false,
            _ => throw new JqFault($"{Operators.Describe(v)} cannot be parsed as a boolean"),
        });
        all.Of("tojson", v => JsonData.Write(v));
        all.Of("fromjson", v => JsonData.TryParse(Text(v, "fromjson"), out var value, out var why)
            ? value : throw new JqFault($"{why} (while parsing '{v}')"));
        all.Of("ascii_downcase", v => string.Concat(Text(v, "ascii_downcase").Select(c => c is >= 'A' and <= 'Z' ? (char)(c | 32) : c)));
        all.Of("ascii_upcase", v => string.Concat(Text(v, "ascii_upcase").Select(c => c is >= 'a' and <= 'z' ? (char)(c & ~32) : c)));
        all.Of("explode", v => Text(v, "explode").EnumerateRunes().Select(r => (object?)(double)r.Value).ToList());
        all.Of("implode", v => Texts.OfPoints(v as List<object?> ?? throw new JqFault("implode input must be an array")));
        all.Of("trim", v => Text(v, "trim").Trim());
        all.Of("ltrim", v => Text(v, "ltrim").TrimStart());
        all.Of("rtrim", v => Text(v, "rtrim").TrimEnd());
        all.Of("startswith", 1, (v, a, _) => v is string text && a[0] is string part
            ? text.StartsWith(part, StringComparison.Ordinal) : throw new JqFault("startswith() requires string inputs"));
        all.Of("endswith", 1, (v, a, _) => v is string text && a[0] is string part
            ? text.EndsWith(part, StringComparison.Ordinal) : throw new JqFault("endswith() requires string inputs"));
        all.Of("split", 1, (v, a, run) => v is string text && a[0] is string by
            ? Texts.Split(text, by, run) : throw new JqFault("split input and separator must be strings"));
        all.Of("join", 1, (v, a, run) =>
        {
            var parts = List(v, "joined").ConvertAll(i => i switch
            {
                null => "",
                string or double or bool => Texts.ToText(i),
                _ => throw new JqFault($"{Operators.Describe(a[0])} and {Operators.Describe(i)} cannot be added"),
            });
            var by = parts.Count == 0 ? "" : a[0] as string ?? (a[0] is null ? ""
                : throw new JqFault($"{Operators.Describe(a[0])} is not a string"));
            run.Budget.Make(parts.Sum(p => p.Length + (long)by.Length));
            return string.Join(by, parts);
        });
        all["_match/2"] = (at, arguments, env, run) => Combine(at with { Path = null }, arguments, 0, new object?[2], env, run)
            .SelectMany(a => Texts.Match(at.Value, a[0], a[1], run).Select(m => at.Made(m)));
    }

    private static void Numbers(Dictionary<string, Native> all)
    {
        foreach (var (name, make) in new (string, Func<double, double>)[]
        {
            ("floor", Math.Floor), ("ceil", Math.Ceiling), ("sqrt", Math.Sqrt), ("fabs", Math.Abs), ("trunc", Math.Truncate),
            ("round", n => Math.Round(n, MidpointRounding.AwayFromZero)), ("rint", n => Math.Round(n, MidpointRounding.ToEven)),
            ("nearbyint", n => Math.Round(n, MidpointRounding.ToEven)), ("exp", Math.Exp), ("exp2", n => Math.Pow(2, n)),
            ("exp10", n => Math.Pow(10, n)), ("log", Math.Log), ("log2", Math.Log2), ("log10", Math.Log10), ("sin", Math.Sin), ("cos",
            Math.Cos),
            ("tan", Math.Tan), ("asin", Math.Asin), ("acos", Math.Acos), ("atan", Math.Atan), ("sinh", Math.Sinh), ("cosh", Math.Cosh),
            ("tanh", Math.Tanh), ("cbrt", Math.Cbrt), ("expm1", n => Math.Exp(n) - 1), ("log1p", n => Math.Log(1 + n)),
            ("significand", n => n == 0 || !double.IsFinite(n) ? n : n / Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(n))))),
            ("logb", n => Math.Floor(Math.Log2(Math.Abs(n)))),
        })
        {
            all.Of(name, v => v is double number ? make(number) : throw new JqFault($"{Operators.Describe(v)} number required"));
        }

        foreach (var (name, make) in new (string, Func<double, double, double>)[]
        {
            ("pow", Math.Pow), ("atan2", Math.Atan2), ("fmod", (a, b) => a % b), ("fmin", Math.Min), ("fmax", Math.Max),
            ("ldexp", (a, b) => a * Math.Pow(2, b)), ("scalb", (a, b) => a * Math.Pow(2, b)), ("copysign", Math.CopySign),
            ("hypot", (a, b) => Math.Sqrt((a * a) + (b * b))),
        })
        {
            all.Of(name, 2, (_, a, _) => a is [double x, double y] ? make(x, y)
                : throw new JqFault($"{Operators.Describe(a[0])} number required"));
        }

        all.Of("infinite", _ => double.PositiveInfinity);
        all.Of("nan", _ => double.NaN);
        all.Of("isinfinite", v => v is double number ? double.IsInfinity(number)
            : throw new JqFault($"{Operators.Describe(v)} number required"));
        all.Of("isnan", v => v is double number ? double.IsNaN(number) : throw new JqFault($"{Operators.Describe(v)} number required"));
        all.Of("isnormal", v => v is double number ? double.IsNormal(number)
            : throw new JqFault($"{Operators.Describe(v)} number required"));
    }
}
