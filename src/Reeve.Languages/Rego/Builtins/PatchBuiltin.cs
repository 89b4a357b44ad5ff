using System.Globalization;
using System.Runtime.CompilerServices;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary><c>json.patch</c>: RFC 6902, and sets, whose members are their own keys.</summary>
internal static class PatchBuiltin
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "json.patch", Parameters = [RegoType.Any, RegoType.Array], Result = RegoType.Any,
            Invoke = static (_, operands) => Patch(operands),
        },
    ];

    private static Value Patch(ReadOnlySpan<Value> operands)
    {
        var document = operands[0];
        foreach (var item in Operand.Array(operands, 1, "json.patch"))
        {
            var step = item as ObjectValue ?? throw Operand.Type(
                "json.patch: must be an array of JSON-Patch objects, but at least one element is not an object");
            document = Apply(document, step);
        }

        return document;
    }

    private static Value Apply(Value document, ObjectValue step)
    {
        var operation = (step.Get("op") as StringValue)?.Text ?? throw Operand.Failed("json.patch: missing `op` attribute");
        var path = Path(step, "path");
        switch (operation)
        {
            case "add":
                return Add(document, path, 0, ValueOf(step));
            case "remove":
                return Remove(document, path, 0);
            case "replace":
                return path.Count == 0 ? ValueOf(step) : Add(Remove(document, path, 0), path, 0, ValueOf(step));
            case "move":
                var from = Path(step, "from");
                var moved = Find(document, from);
                return Add(Remove(document, from, 0), path, 0, moved);
            case "copy":
                return Add(document, path, 0, Find(document, Path(step, "from")));
            case "test":
                return Find(document, path).Equals(ValueOf(step))
                    ? document
                    : throw Operand.Failed("json.patch: value from EDIT operation does not equal test value");
            default:
                throw Operand.Failed($"json.patch: unrecognized op `{operation}`");
        }
    }

    private static List<Value> Path(ObjectValue step, string name) => step.Get(name) is { } path
        ? DocumentBuiltins.Steps(path, "json.patch")
        : throw Operand.Failed($"json.patch: missing `{name}` attribute");

    private static Value ValueOf(ObjectValue step) => step.Get("value") ?? throw Operand.Failed("json.patch: missing `value` attribute");

    private static Value Find(Value at, List<Value> path)
    {
        foreach (var step in path)
        {
            at = Child(at, step) ?? throw Missing(step);
        }

        return at;
    }

    private static Value? Child(Value at, Value step) =>
        at is ArrayValue array ? Index(step, array.Count - 1) is { } index ? array[index] : null : Evaluation.Lookup.Get(at, step);

    private static BuiltinException Missing(Value step) => Operand.Failed($"json.patch: the path does not exist at {step}");

    private static int? Index(Value step, int last)
    {
        long at = -1;
        var isIndex = step switch
        {
            NumberValue number => number.TryGetInt64(out at),
            StringValue { Text: "0" } => (at = 0) == 0,
            StringValue text => text.Text.Length > 0 && text.Text[0] is >= '1' and <= '9' &&
                long.TryParse(text.Text, NumberStyles.None, CultureInfo.InvariantCulture, out at),
            _ => false,
        };
        return isIndex && at >= 0 && at <= last ? (int)at : null;
    }

    private static Value Add(Value into, List<Value> path, int depth, Value value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (depth == path.Count)
        {
            return value;
        }

        var step = path[depth];
        var isLast = depth == path.Count - 1;
        switch (into)
        {
            case ObjectValue map:
                return map.With(step, isLast ? value : Add(map.Get(step) ?? throw Missing(step), path, depth + 1, value));
            case ArrayValue array when isLast:
                var at = step is StringValue { Text: "-" } ? array.Count : Index(step, array.Count) ?? throw Missing(step);
                return ArrayValue.Own([.. array.AsSpan()[..at], value, .. array.AsSpan()[at..]]);
            case ArrayValue array:
                var inner = Index(step, array.Count - 1) ?? throw Missing(step);
                var items = array.AsSpan().ToArray();
                items[inner] = Add(items[inner], path, depth + 1, value);
                return ArrayValue.Own(items);
            case SetValue set when isLast:
                return step.Equals(value)
                    ? SetValue.Of([.. set, value])
                    : throw Operand.Failed("json.patch: the path to a member of a set must end in the member");
            case SetValue set when set.Contains(step):
                return SetValue.Of([.. set.Where(item => !item.Equals(step)), Add(step, path, depth + 1, value)]);
            default:
                throw Missing(step);
        }
    }

    private static Value Remove(Value from, List<Value> path, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (depth == path.Count)
        {
            throw Operand.Failed("json.patch: the whole document cannot be removed");
        }

        var step = path[depth];
        var isLast = depth == path.Count - 1;
        var child = Child(from, step) ?? throw Missing(step);
        switch (from)
        {
            case ObjectValue map:
                return isLast ? map.Without(step) : map.With(step, Remove(child, path, depth + 1));
            case ArrayValue array:
                var at = Index(step, array.Count - 1)!.Value;
                return ArrayValue.Own(isLast
                    ? [.. array.AsSpan()[..at], .. array.AsSpan()[(at + 1)..]]
                    : [.. array.AsSpan()[..at], Remove(child, path, depth + 1), .. array.AsSpan()[(at + 1)..]]);
            default:
                var others = ((SetValue)from).Where(item => !item.Equals(step));
                return SetValue.Of(isLast ? others : [.. others, Remove(child, path, depth + 1)]);
        }
    }
}
