using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Compiler;

internal sealed class CallCode(Code function, Code[] arguments) : Code
{
    public override object? Eval(Frame frame)
    {
        var callee = function.Eval(frame) as Fn ?? throw StreamError.Cast(function.Eval(frame), "a function");
        frame.Run.Step();
        if (arguments.Length == 1)
        {
            return callee.Invoke(arguments[0].Eval(frame));
        }

        return callee.Invoke(VectorCode.EvalAll(arguments, frame));
    }
}

/// <summary>A keyword asked of something: a field of an event without a detour.</summary>
internal sealed class FieldCode(Keyword field, Code from) : Code
{
    public override object? Eval(Frame frame) => Lookup.Get(from.Eval(frame), field);

    public override StreamNumber Number(Frame frame)
    {
        var value = from.Eval(frame);
        if (value is StreamEvent seen)
        {
            var number = field.Field switch
            {
                EventField.Metric => seen.Metric,
                EventField.Time => seen.Time,
                EventField.Ttl => seen.Ttl,
                _ => StreamNumber.None,
            };
            if (number.HasValue)
            {
                return number;
            }
        }

        return Numbers.Of(Lookup.Get(value, field));
    }

    /// <summary>The field's text, when it is one and is held directly.</summary>
    public object? Text(Frame frame, out bool isDirect)
    {
        var value = from.Eval(frame);
        isDirect = true;
        if (value is StreamEvent seen)
        {
            switch (field.Field)
            {
                case EventField.Host when seen.Host is not null:
                    return seen.Host;
                case EventField.Service when seen.Service is not null:
                    return seen.Service;
                case EventField.State when seen.State is not null:
                    return seen.State;
            }
        }

        isDirect = false;
        return Lookup.Get(value, field);
    }
}

/// <summary>Is a field equal to a text? The commonest question of all.</summary>
internal sealed class FieldIsTextCode(FieldCode field, string text) : Code
{
    public override object? Eval(Frame frame) => Truth.Box(Test(frame));

    public override bool Test(Frame frame) => field.Text(frame, out _) is string said && said == text;
}

internal enum Comparison : byte
{
    Less,
    AtMost,
    Greater,
    AtLeast,
    Same,
}

/// <summary>Compares two numbers.</summary>
internal sealed class CompareCode(Comparison comparison, Code left, Code right) : Code
{
    public override object? Eval(Frame frame) => Truth.Box(Test(frame));

    public override bool Test(Frame frame)
    {
        var a = left.Number(frame);
        var b = right.Number(frame);
        return comparison switch
        {
            Comparison.Less => StreamNumber.IsLess(a, b),
            Comparison.AtMost => StreamNumber.IsAtMost(a, b),
            Comparison.Greater => StreamNumber.IsLess(b, a),
            Comparison.AtLeast => StreamNumber.IsAtMost(b, a),
            _ => StreamNumber.AreSame(a, b),
        };
    }
}

internal sealed class EqualCode(Code left, Code right) : Code
{
    public override object? Eval(Frame frame) => Truth.Box(Test(frame));

    public override bool Test(Frame frame) => Equality.AreEqual(left.Eval(frame), right.Eval(frame));
}

internal sealed class NotCode(Code value) : Code
{
    public override object? Eval(Frame frame) => Truth.Box(!value.Test(frame));

    public override bool Test(Frame frame) => !value.Test(frame);
}

/// <summary>Adds, subtracts, multiplies or divides two numbers.</summary>
internal sealed class ArithmeticCode(char operation, Code left, Code right) : Code
{
    public override object? Eval(Frame frame) => Numbers.Box(Number(frame));

    public override StreamNumber Number(Frame frame)
    {
        var a = left.Number(frame);
        var b = right.Number(frame);
        return operation switch
        {
            '+' => Numbers.Add(a, b),
            '-' => Numbers.Subtract(a, b),
            '*' => Numbers.Multiply(a, b),
            _ => Numbers.Divide(a, b),
        };
    }
}

/// <summary>One arity of a function.</summary>
internal sealed class Arity
{
    public required int Fixed { get; init; }

    public required bool HasRest { get; init; }

    /// <summary>The slots of the arguments, the rest last; then what takes them apart.</summary>
    public required int[] Arguments { get; init; }

    public required int SelfSlot { get; init; }

    public Code Body { get; set; } = null!;

    public int Slots { get; set; }
}

internal sealed class FnCode(string name, Arity[] arities, List<Code> captured) : Code
{
    public override object? Eval(Frame frame) => Make(frame);

    public Closure Make(Frame frame)
    {
        var made = new Closure(frame.Run, name, arities, new object?[captured.Count]);
        Take(frame, made);
        return made;
    }

    /// <summary>Gives the function what it takes along, as it is now.</summary>
    public void Take(Frame frame, Closure closure)
    {
        for (var i = 0; i < captured.Count; i++)
        {
            closure.Captured[i] = captured[i].Eval(frame);
        }
    }
}

/// <summary>Functions that see each other.</summary>
internal sealed class LetfnCode(int[] slots, FnCode[] functions, Code body) : Code
{
    public override object? Eval(Frame frame)
    {
        var made = new Closure[functions.Length];
        for (var i = 0; i < made.Length; i++)
        {
            frame.Slots[slots[i]] = made[i] = functions[i].Make(frame);
        }

        for (var i = 0; i < made.Length; i++)
        {
            functions[i].Take(frame, made[i]);
        }

        return body.Eval(frame);
    }
}

/// <summary>A function of the program with the values that it took along.</summary>
internal sealed class Closure(StreamRun run, string name, Arity[] arities, object?[] captured) : Fn
{
    private readonly Arity? _one = Array.Find(arities, a => a is { Fixed: 1, HasRest: false });
    private Frame? _spare;
    private int _depth;

    public object?[] Captured => captured;

    // deep recursion of a program must not end the process
    private const int Deepest = 2000;

    public override object? Invoke(object? arg)
    {
        if (_one is null)
        {
            return Invoke([arg]);
        }

        var frame = Enter(_one);
        frame.Slots[_one.Arguments[0]] = arg;
        return Run(_one, frame);
    }

    public override bool Test(object? arg)
    {
        if (_one is null || _depth > 0)
        {
            return Truth.Of(Invoke(arg));
        }

        var frame = Enter(_one);
        frame.Slots[_one.Arguments[0]] = arg;
        return Truth.Of(Run(_one, frame));
    }

    public override object? Invoke(params ReadOnlySpan<object?> args)
    {
        var count = args.Length;
        Arity? chosen = null;
        foreach (var arity in arities)
        {
            if (arity.HasRest ? count >= arity.Fixed && chosen is null : count == arity.Fixed)
            {
                chosen = arity;
            }
        }

        if (chosen is null)
        {
            throw StreamError.Arity(name, count);
        }

        var frame = Enter(chosen);
        for (var i = 0; i < chosen.Fixed; i++)
        {
            frame.Slots[chosen.Arguments[i]] = args[i];
        }

        if (chosen.HasRest)
        {
            frame.Slots[chosen.Arguments[chosen.Fixed]] = count > chosen.Fixed ? PSeq.Of(args[chosen.Fixed..].ToArray()) : null;
        }

        return Run(chosen, frame);
    }

    public override string ToString() => name;

    private Frame Enter(Arity arity)
    {
        run.Step();
        if (++_depth > Deepest || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            _depth--;
            throw new StreamLimitException($"`{name}` calls itself too deeply");
        }

        var frame = _spare;
        _spare = null;
        if (frame is null || frame.Slots.Length < arity.Slots)
        {
            frame = new Frame(run, arity.Slots);
        }

        frame.Captured = captured;
        if (arity.SelfSlot >= 0)
        {
            frame.Slots[arity.SelfSlot] = this;
        }

        return frame;
    }

    private object? Run(Arity arity, Frame frame)
    {
        try
        {
            while (true)
            {
                var value = arity.Body.Eval(frame);
                if (!ReferenceEquals(value, RecurCode.Again))
                {
                    return value;
                }

                run.Step();
            }
        }
        finally
        {
            _depth--;
            _spare = frame;
        }
    }
}
