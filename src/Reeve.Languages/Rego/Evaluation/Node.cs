using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Something that has one value, or none, once the variables it needs are bound.</summary>
internal abstract class Node
{
    /// <summary>The value; null is undefined.</summary>
    public abstract Value? Eval(Context context, Span<Value?> frame);
}

internal sealed class ConstantNode(Value value) : Node
{
    public Value Value { get; } = value;

    public override Value? Eval(Context context, Span<Value?> frame) => Value;
}

internal sealed class SlotNode(int slot) : Node
{
    public int Slot { get; } = slot;

    public override Value? Eval(Context context, Span<Value?> frame) => frame[Slot];
}

internal sealed class InputNode : Node
{
    public override Value? Eval(Context context, Span<Value?> frame) => context.Scope.Input;
}

/// <summary><c>input</c> and constant steps into it.</summary>
internal sealed class InputPathNode(Value[] path) : Node
{
    public Value[] Path { get; } = path;

    public override Value? Eval(Context context, Span<Value?> frame)
    {
        var at = context.Scope.Input;
        foreach (var key in Path)
        {
            if (at is null)
            {
                return null;
            }

            at = Lookup.Get(at, key);
        }

        return at;
    }
}

/// <summary>A base document and constant steps to it.</summary>
internal sealed class BaseNode(Value[] path) : Node
{
    public Value[] Path { get; } = path;

    public override Value? Eval(Context context, Span<Value?> frame) => context.Scope.Base(Path);
}

internal sealed class GetNode(Node from, Node key) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame)
    {
        var value = from.Eval(context, frame);
        if (value is null)
        {
            return null;
        }

        var step = key.Eval(context, frame);
        return step is null ? null : Lookup.Get(value, step);
    }
}

internal sealed class GetConstantNode(Node from, Value key) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame)
    {
        var value = from.Eval(context, frame);
        return value is null ? null : Lookup.Get(value, key);
    }
}

/// <summary>An element of an array known to be long enough.</summary>
internal sealed class ElementNode(int slot, int index) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame) => ((ArrayValue)frame[slot]!)[index];
}

internal sealed class ArrayNode(Node[] items) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame)
    {
        var values = new Value[items.Length];
        for (var at = 0; at < items.Length; at++)
        {
            if (items[at].Eval(context, frame) is not { } value)
            {
                return null;
            }

            values[at] = value;
        }

        return ArrayValue.Own(values);
    }
}

internal sealed class SetNode(Node[] items) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame)
    {
        var builder = new SetBuilder(items.Length);
        foreach (var item in items)
        {
            if (item.Eval(context, frame) is not { } value)
            {
                return null;
            }

            builder.Add(value);
        }

        return builder.ToSet();
    }
}

internal sealed class ObjectNode(Node[] keys, Node[] values) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame)
    {
        var builder = new ObjectBuilder(keys.Length);
        for (var at = 0; at < keys.Length; at++)
        {
            if (keys[at].Eval(context, frame) is not { } key || values[at].Eval(context, frame) is not { } value)
            {
                return null;
            }

            builder.Set(key, value);
        }

        return builder.ToObject();
    }
}
