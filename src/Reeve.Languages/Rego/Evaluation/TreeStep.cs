using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>One step of a path: a node with its value, or the slot that is bound to each key in turn.</summary>
internal readonly record struct PathPart(Node? Bound, int Slot);

/// <summary>Follows a path under <c>data</c> whose steps are not known before: over rules and base documents alike.</summary>
internal sealed class TreeStep(CompiledNode start, PathPart[] parts, int result) : IteratingStep
{
    public override bool Run(Context context, Span<Value?> frame, Code code, int next)
    {
        Guard(context, next);
        return OverNode(context, frame, code, next, start, 0);
    }

    private bool OverNode(Context context, Span<Value?> frame, Code code, int next, CompiledNode node, int at)
    {
        context.CheckStack();
        var replaced = context.Scope.Targets is not null && context.Scope.IsReplaced(node.Path);
        if (replaced || node.HasRules || at == parts.Length)
        {
            return node.Document(context) is { } value && OverValue(context, frame, code, next, value, at);
        }

        var part = parts[at];
        if (part.Bound is not null)
        {
            return part.Bound.Eval(context, frame) is { } key && Child(context, frame, code, next, node, key, at);
        }

        var keys = new List<Value>(node.Ordered.Length);
        foreach (var child in node.Ordered)
        {
            keys.Add(child.Path[^1]);
        }

        if (context.Scope.Base(node.Path) is ObjectValue map)
        {
            foreach (var (key, _) in map)
            {
                if (!node.Children.ContainsKey(key))
                {
                    keys.Add(key);
                }
            }

            keys.Sort();
        }

        foreach (var key in keys)
        {
            context.Tick();
            frame[part.Slot] = key;
            if (Child(context, frame, code, next, node, key, at))
            {
                return true;
            }
        }

        return false;
    }

    private bool Child(Context context, Span<Value?> frame, Code code, int next, CompiledNode node, Value key, int at)
    {
        if (node.Children.TryGetValue(key, out var child))
        {
            return OverNode(context, frame, code, next, child, at + 1);
        }

        return context.Scope.Base(node.Path) is { } map && Lookup.Get(map, key) is { } value &&
            OverValue(context, frame, code, next, value, at + 1);
    }

    private bool OverValue(Context context, Span<Value?> frame, Code code, int next, Value value, int at)
    {
        for (; at < parts.Length && parts[at].Bound is { } bound; at++)
        {
            if (bound.Eval(context, frame) is not { } key || Lookup.Get(value, key) is not { } deeper)
            {
                return false;
            }

            value = deeper;
        }

        if (at == parts.Length)
        {
            frame[result] = value;
            return code.Run(context, frame, next);
        }

        var slot = parts[at].Slot;
        switch (value)
        {
            case ArrayValue array:
                for (var item = 0; item < array.Count; item++)
                {
                    if (One(context, frame, code, next, slot, NumberValue.Of(item), array[item], at))
                    {
                        return true;
                    }
                }

                return false;
            case ObjectValue map:
                foreach (var (key, item) in map)
                {
                    if (One(context, frame, code, next, slot, key, item, at))
                    {
                        return true;
                    }
                }

                return false;
            case SetValue set:
                foreach (var item in set)
                {
                    if (One(context, frame, code, next, slot, item, item, at))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    private bool One(Context context, Span<Value?> frame, Code code, int next, int slot, Value key, Value item, int at)
    {
        context.Tick();
        frame[slot] = key;
        return OverValue(context, frame, code, next, item, at + 1);
    }
}

/// <summary>The document of rules at a place.</summary>
internal sealed class DocumentNode(CompiledNode node) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame) => node.Document(context);
}

/// <summary>A part of the document of partial rules, under constant steps.</summary>
internal sealed class DocumentPartNode(CompiledNode node, Value[] steps) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame) => node.DocumentAt(context, steps);
}
