using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>A rule ready to run: slot 0 of its frame is the result, behind it are the arguments.</summary>
internal sealed class CompiledRule
{
    public required string Name { get; init; }

    public required Location Location { get; init; }

    public Code Code { get; } = new();

    public CompiledRule? Else { get; set; }

    public int FrameSize { get; set; }

    /// <summary>The value when it is the same for each answer.</summary>
    public Value? Constant { get; set; }
}

/// <summary>The value of a complete rule or a function: all answers must agree.</summary>
internal sealed class ValueSink(Node value, bool isFunction, Location location) : Sink
{
    private readonly bool _isConstant = value is ConstantNode;

    public static EvaluationFailure Conflict(bool isFunction, Location location) => new(
        RegoError.ConflictError,
        isFunction ? "functions must not produce multiple outputs for same inputs" : "complete rules must not produce multiple outputs",
        location);

    public override bool Yield(Context context, Span<Value?> frame)
    {
        var result = value.Eval(context, frame);
        if (result is null)
        {
            return false;
        }

        if (frame[0] is { } before)
        {
            if (!before.Equals(result))
            {
                throw Conflict(isFunction, location);
            }
        }
        else
        {
            frame[0] = result;
        }

        return _isConstant;
    }
}

/// <summary>A member of a partial set.</summary>
internal sealed class MemberSink(Node key) : Sink
{
    public override bool Yield(Context context, Span<Value?> frame)
    {
        if (key.Eval(context, frame) is { } value)
        {
            var items = (SetBuilder)context.Collectors[^1];
            items.Add(value);
            context.CheckElements(items.Count);
        }

        return false;
    }
}

/// <summary>An entry of a partial object: the way to it, and a value or the member of a set.</summary>
internal sealed class EntrySink(Value[] path, Node[] tail, Node? key, Node? value, Location location) : Sink
{
    public override bool Yield(Context context, Span<Value?> frame)
    {
        var collector = (PartialCollector)context.Collectors[^1];
        var steps = new Value[path.Length - collector.Skip + tail.Length];
        Array.Copy(path, collector.Skip, steps, 0, path.Length - collector.Skip);
        var at = path.Length - collector.Skip;
        foreach (var step in tail)
        {
            if (step.Eval(context, frame) is not { } name)
            {
                return false;
            }

            steps[at++] = name;
        }

        if ((value ?? key)!.Eval(context, frame) is { } leaf)
        {
            collector.Add(steps, leaf, value is null, location);
            context.CheckElements(collector.Count);
        }

        return false;
    }
}
