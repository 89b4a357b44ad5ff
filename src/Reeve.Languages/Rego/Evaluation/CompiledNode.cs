using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>A place under <c>data</c> with rules or packages, ready to be evaluated.</summary>
internal sealed class CompiledNode(int id, string name, Value[] path)
{
    public int Id { get; } = id;

    public string Name { get; } = name;

    public Value[] Path { get; } = path;

    public Dictionary<Value, CompiledNode> Children { get; } = [];

    public CompiledNode[] Ordered { get; set; } = [];

    public CompiledRule[] Rules { get; set; } = [];

    public CompiledRule? Default { get; set; }

    public RuleIndex? Index { get; set; }

    public int FrameSize { get; set; }

    public int Arity { get; init; } = -1;

    public bool IsPartial { get; init; }

    public bool IsPartialSet { get; init; }

    public bool HasRules { get; init; }

    /// <summary>True when all rules have the same constant value: the first answer is the result.</summary>
    public bool StopsEarly { get; set; }

    public bool IsFunction => Arity >= 0;

    /// <summary>The document here: of rules, of what is below, and of the base documents; null is undefined.</summary>
    public Value? Document(Context context)
    {
        var scope = context.Scope;
        if (scope.Targets is not null && scope.IsReplaced(Path))
        {
            return scope.Base(Path);
        }

        if (scope.TryGet(Id, out var known))
        {
            return known;
        }

        var result = IsFunction ? null
            : IsPartialSet ? Members(context)
            : IsPartial ? Entries(context, [])
            : HasRules ? Complete(context)
            : Merged(context);
        scope.Set(Id, result);
        return result;
    }

    /// <summary>The document below this one at the steps, evaluating no more than the rules that can have a part in it.</summary>
    public Value? DocumentAt(Context context, Value[] steps)
    {
        var scope = context.Scope;
        if (!IsPartial || IsPartialSet || (scope.Targets is not null && scope.IsReplaced(Path)) || scope.TryGet(Id, out _))
        {
            var at = Document(context);
            return at is null ? null : Descend(at, steps);
        }

        return scope.TryGetPart(Id, steps, out var known) ? known : scope.SetPart(Id, steps, Descend(Entries(context, steps), steps));
    }

    private static Value? Descend(Value value, Value[] steps)
    {
        Value? at = value;
        foreach (var step in steps)
        {
            at = at is null ? null : Lookup.Get(at, step);
        }

        return at;
    }

    /// <summary>The result of a function whose arguments are in the frame, or of a complete rule.</summary>
    public Value? Complete(Context context, Span<Value?> frame)
    {
        Value? result = null;
        var rules = Index is null ? Rules : Index.Find(context, frame);
        foreach (var rule in rules)
        {
            for (var tried = rule; tried is not null; tried = tried.Else)
            {
                frame[0] = null;
                var before = context.Enter(tried);
                tried.Code.Run(context, frame, 0);
                context.Leave(before);
                if (frame[0] is { } value)
                {
                    if (result is not null && !result.Equals(value))
                    {
                        throw ValueSink.Conflict(IsFunction, tried.Location);
                    }

                    result = value;
                    break;
                }
            }

            if (StopsEarly && result is not null)
            {
                return result;
            }
        }

        if (result is null && Default is not null)
        {
            frame[0] = null;
            var before = context.Enter(Default);
            Default.Code.Run(context, frame, 0);
            context.Leave(before);
            result = frame[0];
        }

        return result;
    }

    private Value? Complete(Context context)
    {
        var frame = context.Frame(FrameSize, out var mark);
        var result = Complete(context, frame);
        context.Release(mark);
        return result;
    }

    private SetValue Members(Context context)
    {
        var items = new SetBuilder(4);
        context.Collectors.Add(items);
        RunAll(context);
        context.Collectors.RemoveAt(context.Collectors.Count - 1);
        return items.ToSet();
    }

    private void RunAll(Context context)
    {
        var frame = context.Frame(FrameSize, out var mark);
        foreach (var rule in Index is null ? Rules : Index.Find(context, frame))
        {
            var before = context.Enter(rule);
            rule.Code.Run(context, frame, 0);
            context.Leave(before);
        }

        context.Release(mark);
    }

    private Value Entries(Context context, Value[] wanted)
    {
        var collector = new PartialCollector(Path.Length, wanted);
        context.Collectors.Add(collector);
        Collect(context, collector);
        context.Collectors.RemoveAt(context.Collectors.Count - 1);
        return collector.ToValue();
    }

    private void Collect(Context context, PartialCollector collector)
    {
        var steps = Path.AsSpan(collector.Skip);
        if (!collector.Wants(steps) || IsFunction)
        {
            return;
        }

        if (steps.Length > 0 && context.Scope.Targets is not null && context.Scope.IsReplaced(Path))
        {
            if (context.Scope.Base(Path) is { } replaced)
            {
                collector.Add(steps.ToArray(), replaced, false, Rules.Length > 0 ? Rules[0].Location : Syntax.Location.None);
            }

            return;
        }

        if (HasRules && !IsPartial)
        {
            if (Complete(context) is { } value)
            {
                collector.Add(steps.ToArray(), value, false, Rules.Length > 0 ? Rules[0].Location : Syntax.Location.None);
            }

            return;
        }

        RunAll(context);
        foreach (var child in Ordered)
        {
            child.Collect(context, collector);
        }

        collector.AddEmpty(steps, IsPartialSet);
    }

    private ObjectValue Merged(Context context)
    {
        context.CheckStack();
        var map = context.Scope.Base(Path) as ObjectValue;
        var builder = map is null ? new ObjectBuilder(Ordered.Length) : new ObjectBuilder(map);
        foreach (var child in Ordered)
        {
            if (child.Document(context) is { } value)
            {
                builder.Set(child.Path[^1], Merge(map?.Get(child.Path[^1]), value));
            }
        }

        return builder.ToObject();
    }

    /// <summary>Objects are merged; of two values at one place the base document is shown, as in OPA.</summary>
    private static Value Merge(Value? below, Value made)
    {
        if (below is null)
        {
            return made;
        }

        if (below is not ObjectValue map || made is not ObjectValue virtuals)
        {
            return below;
        }

        var builder = new ObjectBuilder(map);
        foreach (var (key, value) in virtuals)
        {
            builder.Set(key, Merge(map.Get(key), value));
        }

        return builder.ToObject();
    }
}
