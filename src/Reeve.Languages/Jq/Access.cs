using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>Into values and along paths; what is set is a copy, the value itself never changes.</summary>
internal static class Access
{
    // a list may grow by an index that is written out; a large one must not fill the memory
    private const int LongestList = 10_000_000;

    public static Item Get(Item at, object? key) => new(Find(at, key), Step(at, key));

    /// <summary>Is there something, or nothing, at this key; false where asking is an error.</summary>
    public static bool CanGet(Item at, object? key)
    {
        try
        {
            Find(at, key);
            return true;
        }
        catch (JqFault)
        {
            return false;
        }
    }

    public static IEnumerable<Item> Iterate(Item at, bool isQuiet)
    {
        switch (at.Value)
        {
            case List<object?> list:
                for (var i = 0; i < list.Count; i++)
                {
                    yield return new Item(list[i], Step(at, (double)i));
                }

                break;
            case OrderedDictionary<string, object?> map:
                foreach (var (name, value) in map)
                {
                    yield return new Item(value, Step(at, name));
                }

                break;
            default:
                if (!isQuiet)
                {
                    throw new JqFault(at.Value is null ? "Cannot iterate over null"
                        : $"Cannot iterate over {Operators.Describe(at.Value)}");
                }

                break;
        }
    }

    public static object? SliceKey(object? from, object? to) =>
        new OrderedDictionary<string, object?>(StringComparer.Ordinal) { ["start"] = from, ["end"] = to };

    public static List<object?> KeysOf(Item item) => item.Path == Trail.Nowhere || item.Path is null
        ? throw new JqFault($"Invalid path expression with result {Shown(item.Value)}") : item.Path.Keys();

    public static object? GetPath(object? root, List<object?> path)
    {
        foreach (var key in path)
        {
            if (root is null)
            {
                return null;
            }

            root = Find(new Item(root, null), key);
        }

        return root;
    }

    public static object? SetPath(object? root, List<object?> path, int from, object? value, Run run)
    {
        run.Step();
        if (from == path.Count)
        {
            return value;
        }

        var inner = root is null ? null : Find(new Item(root, null), path[from]);
        return Set(root, path[from], SetPath(inner, path, from + 1, value, run), run);
    }

    /// <summary>Without what is at the paths; the last ones go first, so that places stay true.</summary>
    public static object? DeletePaths(object? root, List<object?> paths, Run run)
    {
        foreach (var path in paths.OrderByDescending(p => p, Comparer<object?>.Create(Operators.Compare)))
        {
            root = Delete(
                root, path as List<object?> ?? throw new JqFault("Path must be specified as an array"), 0, run);
        }

        return root;
    }

    private static Trail? Step(Item at, object? key)
    {
        if (at.Path == Trail.Nowhere)
        {
            throw new JqFault(
                $"Invalid path expression with result {Shown(at.Value)}");
        }

        return at.Path?.Then(key);
    }

    private static string Shown(object? value)
    {
        var text = JsonData.Write(value);
        return text.Length > 30 ? text[..29] + "..." : text;
    }

    private static object? Find(Item at, object? key)
    {
        switch (at.Value, key)
        {
            case (OrderedDictionary<string, object?> map, string name):
                return map.GetValueOrDefault(name);
            case (List<object?> list, double index):
                return Place(index, list.Count) is var i and >= 0 && i < list.Count ? list[(int)i] : null;
            case (null, string or double or null):
                return null;
            case (null, OrderedDictionary<string, object?>):
                return null;
            case (List<object?> list, OrderedDictionary<string, object?> slice):
                var (from, to) = Bounds(slice, list.Count);
                return list.GetRange(from, to - from);
            case (string text, OrderedDictionary<string, object?> slice):
                return Texts.Slice(text, slice, Bounds);
            case (List<object?> list, List<object?> part):
                return Indices(list, part);
            case (OrderedDictionary<string, object?>, _):
                throw new JqFault($"Cannot index object with {Operators.TypeOf(key)}");
            case (_, string name):
                throw new JqFault($"Cannot index {Operators.TypeOf(at.Value)} with \"{name}\"");
            default:
                throw new JqFault($"Cannot index {Operators.TypeOf(at.Value)} with {Operators.TypeOf(key)}");
        }
    }

    public static List<object?> Indices(List<object?> list, List<object?> part)
    {
        var found = new List<object?>();
        for (var i = 0; part.Count > 0 && i + part.Count <= list.Count; i++)
        {
            if (Enumerable.Range(0, part.Count).All(j => JsonData.AreEqual(list[i + j], part[j])))
            {
                found.Add((double)i);
            }
        }

        return found;
    }

    private static long Place(double index, int count)
    {
        if (double.IsNaN(index))
        {
            return -1;
        }

        var i = (long)Math.Clamp(Math.Floor(index), -1e15, 1e15);
        return i < 0 ? i + count : i;
    }

    private static (int From, int To) Bounds(OrderedDictionary<string, object?> slice, int count)
    {
        var (start, end) = (slice.GetValueOrDefault("start"), slice.GetValueOrDefault("end"));
        if (start is not (null or double) || end is not (null or double))
        {
            throw new JqFault("Start and end indices of an array slice must be numbers");
        }

        var from = start is double s ? (int)Math.Clamp(s < 0 ? Math.Floor(s) + count : Math.Floor(s), 0, count) : 0;
        var to = end is double e ? (int)Math.Clamp(e < 0 ? Math.Ceiling(e) + count : Math.Ceiling(e), 0, count) : count;
        return (from, Math.Max(from, to));
    }

    private static object? Set(object? root, object? key, object? value, Run run)
    {
        switch (root, key)
        {
            case (OrderedDictionary<string, object?> or null, string name):
                var map = root is OrderedDictionary<string, object?> old
                    ? new OrderedDictionary<string, object?>(old, StringComparer.Ordinal)
                    : new OrderedDictionary<string, object?>(StringComparer.Ordinal);
                run.Budget.Make(map.Count);
                map[name] = value;
                return map;
            case (List<object?> or null, double index):
                List<object?> list = root is List<object?> items ? [.. items] : [];
                var place = Place(index, list.Count);
                if (place < 0)
                {
                    throw new JqFault("Out of bounds negative array index");
                }

                if (place >= LongestList)
                {
                    throw new JqFault("Array index too large");
                }

                run.Budget.Make(Math.Max(place, list.Count));
                while (list.Count <= place)
                {
                    list.Add(null);
                }

                list[(int)place] = value;
                return list;
            case (List<object?> or null, OrderedDictionary<string, object?> slice):
                var whole = root as List<object?> ?? [];
                var (from, to) = Bounds(slice, whole.Count);
                var put = value as List<object?> ?? throw new JqFault("A slice of an array can only be assigned another array");
                run.Budget.Make(whole.Count + put.Count);
                return (List<object?>)[.. whole.Take(from), .. put, .. whole.Skip(to)];
            default:
                throw new JqFault(
                    key is string text ? $"Cannot index {Operators.TypeOf(root)} with \"{text}\""
                    : $"Cannot update field at {Operators.TypeOf(key)} index of {Operators.TypeOf(root)}");
        }
    }

    private static object? Delete(object? root, List<object?> path, int from, Run run)
    {
        run.Step();
        if (from == path.Count || root is null)
        {
            return null;
        }

        var key = path[from];
        if (from < path.Count - 1)
        {
            var inner = Find(new Item(root, null), key);
            return inner is null ? root : Set(root, key, Delete(inner, path, from + 1, run), run);
        }

        switch (root, key)
        {
            case (OrderedDictionary<string, object?> map, string name):
                run.Budget.Make(map.Count);
                var left = new OrderedDictionary<string, object?>(map, StringComparer.Ordinal);
                left.Remove(name);
                return left;
            case (List<object?> list, double index):
                run.Budget.Make(list.Count);
                var place = Place(index, list.Count);
                return list.Where((_, i) => i != place).ToList();
            case (List<object?> list, OrderedDictionary<string, object?> slice):
                run.Budget.Make(list.Count);
                var (start, end) = Bounds(slice, list.Count);
                return list.Where((_, i) => i < start || i >= end).ToList();
            default:
                throw new JqFault($"Cannot delete field at {(key is string ? "object" : "array")} index of {Operators.TypeOf(root)}");
        }
    }
}
