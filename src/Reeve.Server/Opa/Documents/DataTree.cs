using System.Collections.Immutable;
using System.Globalization;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa.Documents;

/// <summary>Reads and changes trees of values by paths. A change gives a new tree that shares what it did not touch.</summary>
internal static class DataTree
{
    public static ObjectValue Empty => ObjectValue.Empty;

    public static Value Of(string text) => StringValue.Of(text);

    public static Value Of(bool truth) => BooleanValue.Of(truth);

    public static ArrayValue ArrayOf(IEnumerable<Value> items) => ArrayValue.Of(items);

    public static ObjectValue ObjectOf(IEnumerable<KeyValuePair<string, Value>> members) =>
        ObjectValue.Of(members.Select(m => new KeyValuePair<Value, Value>(StringValue.Of(m.Key), m.Value)));

    /// <summary>The text of a member that is one; null when it is not there.</summary>
    public static string? TextMember(ObjectValue from, string name) => (from.Get(name) as StringValue)?.Text;

    /// <summary>The value at a path; null when nothing is there.</summary>
    public static Value? Find(Value from, ImmutableArray<string> path)
    {
        Value? at = from;
        foreach (var part in path)
        {
            at = at switch
            {
                ObjectValue level => level.Get(part),
                ArrayValue array => Index(part, array.Count) is { } index ? array[index] : null,
                _ => null,
            };
        }

        return at;
    }

    /// <summary>Does a move. Throws <see cref="OpaProblem"/> when it cannot be done.</summary>
    public static ObjectValue Write(ObjectValue data, DataMove move, ImmutableArray<string> path, Value? value)
    {
        if (path.Length > 0)
        {
            return (ObjectValue)Write(data, move, path, 0, value);
        }

        return move == DataMove.Remove
            ? throw OpaProblem.Invalid("storage_invalid_patch_error: root cannot be removed")
            : value as ObjectValue ?? throw OpaProblem.Invalid("storage_invalid_patch_error: root must be object");
    }

    /// <summary>Sets the value at a path and makes what is missing above it.</summary>
    public static ObjectValue Set(ObjectValue data, ImmutableArray<string> path, Value value) =>
        path.Length == 0 ? (value as ObjectValue) ?? Empty : (ObjectValue)Set(data, path, 0, value);

    /// <summary>The same tree with the value at a path replaced, or taken out (null), where a place for it is.</summary>
    public static Value Changed(Value from, ImmutableArray<string> path, Value? replacement) =>
        Write(
            from, replacement is null ? DataMove.Remove : Find(from, path) is null ? DataMove.Add : DataMove.Replace, path, 0, replacement);

    private static Value Write(Value at, DataMove move, ImmutableArray<string> path, int depth, Value? value)
    {
        var part = path[depth];
        var isLast = depth == path.Length - 1;
        switch (at)
        {
            case ObjectValue level:
                var there = level.Get(part);
                if (there is null && !(isLast && move == DataMove.Add))
                {
                    throw NotFound(path, "document does not exist");
                }

                var key = StringValue.Of(part);
                return isLast
                    ? move == DataMove.Remove ? level.Without(key) : level.With(key, value!)
                    : level.With(key, Write(there!, move, path, depth + 1, value));
            case ArrayValue array:
                return isLast ? WriteItem(array, move, path, value) : Item(array, move, path, depth, value);
            default:
                throw NotFound(path, "document does not exist");
        }
    }

    private static ArrayValue Item(ArrayValue array, DataMove move, ImmutableArray<string> path, int depth, Value? value)
    {
        var index = Index(path[depth], array.Count) ?? throw NotFound(path, "array index out of range");
        var items = array.AsSpan().ToArray();
        items[index] = Write(items[index], move, path, depth + 1, value);
        return ArrayValue.Own(items);
    }

    private static ArrayValue WriteItem(ArrayValue array, DataMove move, ImmutableArray<string> path, Value? value)
    {
        var part = path[^1];
        var items = array.ToList();
        if (move == DataMove.Add && part == "-")
        {
            items.Add(value!);
            return ArrayValue.Of(items);
        }

        var index = Index(part, array.Count) ?? throw NotFound(
            path, part.All(char.IsAsciiDigit) ? "array index out of range" : "array index must be integer");
        switch (move)
        {
            case DataMove.Add:
                items.Insert(index, value!);
                break;
            case DataMove.Remove:
                items.RemoveAt(index);
                break;
            default:
                items[index] = value!;
                break;
        }

        return ArrayValue.Of(items);
    }

    private static Value Set(Value? at, ImmutableArray<string> path, int depth, Value value)
    {
        if (depth == path.Length)
        {
            return value;
        }

        var level = at as ObjectValue ?? Empty;
        return level.With(StringValue.Of(path[depth]), Set(level.Get(path[depth]), path, depth + 1, value));
    }

    private static int? Index(string part, int count) =>
        part.Length is > 0 and < 10 && (part.Length == 1 || part[0] != '0')
        && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < count
            ? index
            : null;

    private static OpaProblem NotFound(ImmutableArray<string> path, string why) =>
        OpaProblem.NotFound($"storage_not_found_error: {OpaPath.Show(path)}: {why}");
}
