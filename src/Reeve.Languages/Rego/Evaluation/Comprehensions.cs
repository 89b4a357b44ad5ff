using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

internal sealed class ArrayComprehensionNode(Code body) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame)
    {
        var items = new List<Value>();
        context.Collectors.Add(items);
        body.Run(context, frame, 0);
        context.Collectors.RemoveAt(context.Collectors.Count - 1);
        return ArrayValue.Own([.. items]);
    }
}

internal sealed class ArraySink(Node head) : Sink
{
    public override bool Yield(Context context, Span<Value?> frame)
    {
        if (head.Eval(context, frame) is { } value)
        {
            var items = (List<Value>)context.Collectors[^1];
            items.Add(value);
            context.CheckElements(items.Count);
        }

        return false;
    }
}

internal sealed class SetComprehensionNode(Code body) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame)
    {
        var items = new SetBuilder(4);
        context.Collectors.Add(items);
        body.Run(context, frame, 0);
        context.Collectors.RemoveAt(context.Collectors.Count - 1);
        return items.ToSet();
    }
}

internal sealed class SetSink(Node head) : Sink
{
    public override bool Yield(Context context, Span<Value?> frame)
    {
        if (head.Eval(context, frame) is { } value)
        {
            var items = (SetBuilder)context.Collectors[^1];
            items.Add(value);
            context.CheckElements(items.Count);
        }

        return false;
    }
}

internal sealed class ObjectComprehensionNode(Code body) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame)
    {
        var items = new ObjectBuilder(4);
        context.Collectors.Add(items);
        body.Run(context, frame, 0);
        context.Collectors.RemoveAt(context.Collectors.Count - 1);
        return items.ToObject();
    }
}

internal sealed class ObjectSink(Node key, Node value, Location location) : Sink
{
    public override bool Yield(Context context, Span<Value?> frame)
    {
        if (key.Eval(context, frame) is not { } name || value.Eval(context, frame) is not { } item)
        {
            return false;
        }

        var items = (ObjectBuilder)context.Collectors[^1];
        if (items.Get(name) is { } before)
        {
            if (!before.Equals(item))
            {
                throw new EvaluationFailure(RegoError.ConflictError, "object keys must be unique", location);
            }

            return false;
        }

        items.Set(name, item);
        context.CheckElements(items.Count);
        return false;
    }
}
