using System.Runtime.CompilerServices;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>A body: its steps in order and what is done with each answer.</summary>
internal sealed class Code
{
    public Step[] Steps { get; set; } = [];

    public Sink Sink { get; set; } = StopSink.Instance;

    /// <summary>Runs from a step on; true means that no further answers are wanted.</summary>
    public bool Run(Context context, Span<Value?> frame, int from)
    {
        var steps = Steps;
        for (var at = from; at < steps.Length; at++)
        {
            var step = steps[at];
            if (step.Iterates)
            {
                return step.Run(context, frame, this, at + 1);
            }

            context.Tick();
            if (!step.Test(context, frame))
            {
                return false;
            }
        }

        return Sink.Yield(context, frame);
    }
}

/// <summary>What is done with each answer of a body.</summary>
internal abstract class Sink
{
    /// <summary>Takes an answer; true means that no further one is wanted.</summary>
    public abstract bool Yield(Context context, Span<Value?> frame);
}

/// <summary>One answer is enough.</summary>
internal sealed class StopSink : Sink
{
    public static StopSink Instance { get; } = new();

    public override bool Yield(Context context, Span<Value?> frame) => true;
}

/// <summary>A statement, or a part of one.</summary>
internal abstract class Step
{
    /// <summary>True when it can hold more than once, or puts something around the rest of the body.</summary>
    public virtual bool Iterates => false;

    /// <summary>True when the statement holds.</summary>
    public virtual bool Test(Context context, Span<Value?> frame) => throw new InvalidOperationException("the step must be run");

    /// <summary>Runs the rest of the body for each way in which the statement holds.</summary>
    public virtual bool Run(Context context, Span<Value?> frame, Code code, int next) =>
        throw new InvalidOperationException("the step must be tested");
}

internal abstract class IteratingStep : Step
{
    public sealed override bool Iterates => true;

    /// <summary>Guards the stack: iterations are nested as deep as a body has of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Guard(Context context, int next)
    {
        if (next > 24)
        {
            context.CheckStack();
        }
    }
}

/// <summary>Holds when the value is defined and not false.</summary>
internal sealed class TruthStep(Node node) : Step
{
    public override bool Test(Context context, Span<Value?> frame)
    {
        var value = node.Eval(context, frame);
        return value is not null && !ReferenceEquals(value, BooleanValue.False);
    }
}

/// <summary>Binds a variable.</summary>
internal sealed class AssignStep(int slot, Node node) : Step
{
    public override bool Test(Context context, Span<Value?> frame)
    {
        var value = node.Eval(context, frame);
        frame[slot] = value;
        return value is not null;
    }
}

internal sealed class EqualStep(Node left, Node right) : Step
{
    public override bool Test(Context context, Span<Value?> frame)
    {
        var a = left.Eval(context, frame);
        if (a is null)
        {
            return false;
        }

        var b = right.Eval(context, frame);
        return b is not null && (ReferenceEquals(a, b) || a.Equals(b));
    }
}

internal sealed class EqualConstantStep(Node left, Value constant) : Step
{
    public override bool Test(Context context, Span<Value?> frame)
    {
        var value = left.Eval(context, frame);
        return value is not null && (ReferenceEquals(value, constant) || constant.Equals(value));
    }
}

/// <summary>The relations but for equality.</summary>
internal enum Relation
{
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
}

internal sealed class CompareStep(Relation relation, Node left, Node right) : Step
{
    public override bool Test(Context context, Span<Value?> frame)
    {
        if (left.Eval(context, frame) is not { } a || right.Eval(context, frame) is not { } b)
        {
            return false;
        }

        if (relation == Relation.NotEqual)
        {
            return !a.Equals(b);
        }

        var order = a.CompareTo(b);
        return relation switch
        {
            Relation.Less => order < 0,
            Relation.Greater => order > 0,
            Relation.LessOrEqual => order <= 0,
            _ => order >= 0,
        };
    }
}

/// <summary>Holds for an array of the length.</summary>
internal sealed class ArrayShapeStep(int slot, int length) : Step
{
    public override bool Test(Context context, Span<Value?> frame) => frame[slot] is ArrayValue array && array.Count == length;
}

/// <summary>Holds for an object with as many keys.</summary>
internal sealed class ObjectShapeStep(int slot, int count) : Step
{
    public override bool Test(Context context, Span<Value?> frame) => frame[slot] is ObjectValue map && map.Count == count;
}

/// <summary>Holds when the body does not.</summary>
internal sealed class NotStep(Code body) : Step
{
    public override bool Test(Context context, Span<Value?> frame) => !body.Run(context, frame, 0);
}

/// <summary>A statement that cannot hold.</summary>
internal sealed class NeverStep : Step
{
    public override bool Test(Context context, Span<Value?> frame) => false;
}

/// <summary>Holds when the body does for all elements; a domain that is no collection has no answer.</summary>
internal sealed class EveryStep(int domain, int key, int value, Code body) : Step
{
    public override bool Test(Context context, Span<Value?> frame)
    {
        switch (frame[domain])
        {
            case ArrayValue array:
                for (var at = 0; at < array.Count; at++)
                {
                    if (!One(context, frame, NumberValue.Of(at), array[at]))
                    {
                        return false;
                    }
                }

                return true;
            case ObjectValue map:
                foreach (var (name, item) in map)
                {
                    if (!One(context, frame, name, item))
                    {
                        return false;
                    }
                }

                return true;
            case SetValue set:
                foreach (var item in set)
                {
                    if (!One(context, frame, item, item))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }

    private bool One(Context context, Span<Value?> frame, Value name, Value item)
    {
        context.Tick();
        frame[key] = name;
        frame[value] = item;
        return body.Run(context, frame, 0);
    }
}
