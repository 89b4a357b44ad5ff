using System.Runtime.CompilerServices;
using Reeve.Languages.Rego.Builtins;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Room for the operands of a call on the stack.</summary>
[InlineArray(Capacity)]
internal struct Operands
{
    public const int Capacity = 8;

    private Value? _first;
}

/// <summary>A call of a built-in or a function with one result.</summary>
internal abstract class CallNode(string name, Node[] arguments, Location location) : Node
{
    public string Name => name;

    protected Location Location => location;

    protected Node[] Arguments => arguments;

    public override Value? Eval(Context context, Span<Value?> frame)
    {
        if (context.Scope.Mocks is { } mocks && mocks.TryGetValue(name, out var mock))
        {
            return EvalMock(context, frame, mock);
        }

        return EvalReal(context, frame);
    }

    protected abstract Value? EvalReal(Context context, Span<Value?> frame);

    private Value? EvalMock(Context context, Span<Value?> frame, Mock mock)
    {
        if (mock.Function is null && mock.Builtin is null)
        {
            // the operands must be defined all the same
            foreach (var argument in arguments)
            {
                if (argument.Eval(context, frame) is null)
                {
                    return null;
                }
            }

            return mock.Value;
        }

        var values = new Value?[arguments.Length];
        for (var at = 0; at < values.Length; at++)
        {
            if ((values[at] = arguments[at].Eval(context, frame)) is null)
            {
                return null;
            }
        }

        // inside the replacement the name means the real function again
        var outer = context.Scope;
        var scope = new Scope(outer) { Mocks = new(outer.Mocks!) };
        scope.Mocks.Remove(name);
        context.EnterScope(scope);
        var result = mock.Function is null
            ? Invoke(context, mock.Builtin!, values.AsSpan()!, location)
            : Call(context, mock.Function, values);
        context.EnterScope(outer);
        return result;
    }

    private static Value? Call(Context context, CompiledNode function, Value?[] values)
    {
        if (function.Arity != values.Length)
        {
            return null;
        }

        var frame = context.Frame(function.FrameSize, out var mark);
        values.CopyTo(frame[1..]);
        var result = function.Complete(context, frame);
        context.Release(mark);
        return result;
    }

    protected static Value? Invoke(Context context, Builtin builtin, ReadOnlySpan<Value> operands, Location location)
    {
        try
        {
            var result = builtin.Invoke(context.Builtins, operands);
            if (result is ArrayValue { Count: > 256 } or SetValue { Count: > 256 } or ObjectValue { Count: > 256 } or
                StringValue { Text.Length: > 4096 })
            {
                context.Check();
            }

            return result;
        }
        catch (BuiltinException failure)
        {
            if (failure.Halts)
            {
                throw new EvaluationFailure(failure.Code, failure.Message, location);
            }

            context.Failed(failure.Code, failure.Message, location);
            return null;
        }
        catch (InsufficientExecutionStackException)
        {
            throw new EvaluationFailure(RegoError.CancelError, $"{builtin.Name}: the operand is nested too deeply", location);
        }
        catch (OutOfMemoryException)
        {
            throw new EvaluationFailure(RegoError.CancelError, $"{builtin.Name}: the result does not fit into memory", location);
        }
    }
}

internal sealed class BuiltinNode(Builtin builtin, Node[] arguments, Location location) : CallNode(builtin.Name, arguments, location)
{
    protected override Value? EvalReal(Context context, Span<Value?> frame)
    {
        Operands room = default;
        Span<Value?> operands = Arguments.Length <= Operands.Capacity
            ? ((Span<Value?>)room)[..Arguments.Length]
            : new Value?[Arguments.Length];
        for (var at = 0; at < Arguments.Length; at++)
        {
            if ((operands[at] = Arguments[at].Eval(context, frame)) is null)
            {
                return null;
            }
        }

        return Invoke(context, builtin, operands!, Location);
    }
}

internal sealed class FunctionNode(CompiledNode function, Node[] arguments, Location location)
    : CallNode(function.Name, arguments, location)
{
    protected override Value? EvalReal(Context context, Span<Value?> frame)
    {
        if (context.Scope.Targets is not null && context.Scope.IsReplaced(function.Path))
        {
            return context.Scope.Base(function.Path);
        }

        var inner = context.Frame(function.FrameSize, out var mark);
        for (var at = 0; at < Arguments.Length; at++)
        {
            if ((inner[at + 1] = Arguments[at].Eval(context, frame)) is null)
            {
                context.Release(mark);
                return null;
            }
        }

        var result = function.Complete(context, inner);
        context.Release(mark);
        return result;
    }
}

/// <summary>A built-in with many results: each is bound in turn.</summary>
internal sealed class RelationStep(Builtin builtin, Node[] arguments, int result, Location location) : IteratingStep
{
    public override bool Run(Context context, Span<Value?> frame, Code code, int next)
    {
        Guard(context, next);
        var operands = new Value[arguments.Length];
        for (var at = 0; at < operands.Length; at++)
        {
            if (arguments[at].Eval(context, frame) is not { } value)
            {
                return false;
            }

            operands[at] = value;
        }

        try
        {
            foreach (var item in builtin.Results!(context.Builtins, operands))
            {
                context.Tick();
                frame[result] = item;
                if (code.Run(context, frame, next))
                {
                    return true;
                }
            }
        }
        catch (BuiltinException failure)
        {
            context.Failed(failure.Code, failure.Message, location);
        }

        return false;
    }
}

/// <summary>Joins the parts of an interpolated string; each part that is not text is a set of at most one value.</summary>
internal sealed class TemplateNode(Node parts, Location location) : Node
{
    public override Value? Eval(Context context, Span<Value?> frame)
    {
        if (parts.Eval(context, frame) is not ArrayValue pieces)
        {
            return null;
        }

        var text = new System.Text.StringBuilder();
        for (var at = 0; at < pieces.Count; at++)
        {
            switch (pieces[at])
            {
                case StringValue piece:
                    RunningLimits.Write(piece.Text.Length);
                    text.Append(piece.Text);
                    break;
                case SetValue { Count: 0 }:
                    text.Append("<undefined>");
                    break;
                case SetValue { Count: 1 } one:
                    foreach (var value in one)
                    {
                        var written = value is StringValue inner ? inner.Text : value.ToString();
                        RunningLimits.Write(written.Length);
                        text.Append(written);
                    }

                    break;
                default:
                    throw new EvaluationFailure(RegoError.ConflictError, "template-strings must not produce multiple outputs", location);
            }
        }

        return StringValue.Of(text.ToString());
    }
}

/// <summary>Prints when there is somebody to print to.</summary>
internal sealed class PrintStep(Node[] operands, Location location) : Step
{
    public override bool Test(Context context, Span<Value?> frame)
    {
        if (context.Print is { } print)
        {
            var texts = new List<string>();
            foreach (var operand in operands)
            {
                var values = operand.Eval(context, frame) as SetValue ?? SetValue.Empty;
                texts.Add(values.Count == 0 ? "<undefined>" : string.Join(' ', Texts(values)));
            }

            print(location, string.Join(' ', texts));
        }

        return true;
    }

    private static List<string> Texts(SetValue values)
    {
        var texts = new List<string>();
        foreach (var value in values)
        {
            texts.Add(value is StringValue text ? text.Text : value.ToString());
        }

        return texts;
    }
}
