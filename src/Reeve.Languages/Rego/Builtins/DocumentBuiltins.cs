using System.Globalization;
using System.Runtime.CompilerServices;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Parts of documents by paths: <c>json.filter</c> and <c>json.remove</c>.</summary>
internal static class DocumentBuiltins
{
    private static readonly RegoType Paths = RegoType.ArrayOrSet;

    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "json.filter", Parameters = [RegoType.Object, Paths], Result = RegoType.Object,
            Invoke = static (_, operands) => Filter(Operand.Object(operands, 0, "json.filter"), TreeOf(operands, "json.filter")),
        },
        new()
        {
            Name = "json.remove", Parameters = [RegoType.Object, Paths], Result = RegoType.Object,
            Invoke = static (_, operands) => Remove(Operand.Object(operands, 0, "json.remove"), TreeOf(operands, "json.remove")),
        },
    ];

    /// <summary>The steps of a path: a pointer, or an array of steps.</summary>
    public static List<Value> Steps(Value path, string name)
    {
        switch (path)
        {
            case ArrayValue steps:
                return [.. steps];
            case StringValue pointer:
                if (pointer.Text.Length == 0)
                {
                    return [];
                }

                return [.. pointer.Text.TrimStart('/').Split('/').Select(step => (Value)StringValue.Of(
                    step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))];
            default:
                throw Operand.Type(
                    $"{name}: operand 2 must be one of {{set, array}} containing string paths or array of path segments " +
                    $"but got {path.TypeName}");
        }
    }

    /// <summary>Paths as a tree; a path that ends hides all that are longer.</summary>
    private static Node TreeOf(ReadOnlySpan<Value> operands, string name)
    {
        if (operands[1] is not (ArrayValue or SetValue))
        {
            throw Operand.Wrong(operands, 1, name, "one of {set, array}");
        }

        var root = new Node();
        foreach (var path in Operand.Items(operands, 1, name))
        {
            var at = root;
            foreach (var step in Steps(path, name))
            {
                at = at.Grow(step);
            }

            at.IsEnd = at != root;
        }

        return root;
    }

    private static Value Filter(Value value, Node paths)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        RunningLimits.Step();
        if (paths.IsEnd)
        {
            return value;
        }

        switch (value)
        {
            case ObjectValue map:
                var members = new ObjectBuilder(4);
                foreach (var (key, item) in map)
                {
                    if (paths.Child(key) is { } child)
                    {
                        members.Set(key, Filter(item, child));
                    }
                }

                return members.ToObject();
            case ArrayValue array:
                var items = new List<Value>();
                for (var at = 0; at < array.Count; at++)
                {
                    if (paths.Child(at) is { } child)
                    {
                        items.Add(Filter(array[at], child));
                    }
                }

                return ArrayValue.Of(items);
            case SetValue set:
                var kept = new SetBuilder(4);
                foreach (var item in set)
                {
                    if (paths.Child(item) is { } child)
                    {
                        kept.Add(Filter(item, child));
                    }
                }

                return kept.ToSet();
            default:
                return value;
        }
    }

    private static Value? Remove(Value value, Node? paths)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (paths is null || paths.IsEnd)
        {
            return paths is null ? value : null;
        }

        RunningLimits.Step();
        switch (value)
        {
            case ObjectValue map:
                var members = new ObjectBuilder(4);
                foreach (var (key, item) in map)
                {
                    if (Remove(item, paths.Child(key)) is { } kept)
                    {
                        members.Set(key, kept);
                    }
                }

                return members.ToObject();
            case ArrayValue array:
                var items = new List<Value>();
                for (var at = 0; at < array.Count; at++)
                {
                    if (Remove(array[at], paths.Child(at)) is { } kept)
                    {
                        items.Add(kept);
                    }
                }

                return ArrayValue.Of(items);
            case SetValue set:
                var rest = new SetBuilder(4);
                foreach (var item in set)
                {
                    if (Remove(item, paths.Child(item)) is { } kept)
                    {
                        rest.Add(kept);
                    }
                }

                return rest.ToSet();
            default:
                return value;
        }
    }

    private sealed class Node
    {
        private readonly Dictionary<Value, Node> _children = [];

        public bool IsEnd { get; set; }

        public Node? Child(Value key) => _children.GetValueOrDefault(key);

        public Node? Child(int at) => Child(StringValue.Of(at.ToString(CultureInfo.InvariantCulture))) ?? Child(NumberValue.Of(at));

        public Node Grow(Value key)
        {
            if (!_children.TryGetValue(key, out var child))
            {
                _children[key] = child = new Node();
            }

            return child;
        }
    }
}
