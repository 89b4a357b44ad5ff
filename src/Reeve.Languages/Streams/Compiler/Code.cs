using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Compiler;

/// <summary>The local values of one call.</summary>
internal sealed class Frame(StreamRun run, int slots)
{
    public readonly StreamRun Run = run;
    public readonly object?[] Slots = new object?[slots];
    public object?[] Captured = [];
}

/// <summary>A compiled piece of a program.</summary>
internal abstract class Code
{
    /// <summary>Its value.</summary>
    public abstract object? Eval(Frame frame);

    /// <summary>Is its value neither nil nor false? Without making the value where that can be saved.</summary>
    public virtual bool Test(Frame frame) => Truth.Of(Eval(frame));

    /// <summary>Its value as a number, unboxed where that can be saved.</summary>
    public virtual StreamNumber Number(Frame frame) => Numbers.Of(Eval(frame));
}

internal sealed class ConstantCode(object? value) : Code
{
    private readonly StreamNumber _number = Numbers.TryOf(value);

    public object? Value => value;

    public override object? Eval(Frame frame) => value;

    public override StreamNumber Number(Frame frame) => _number.HasValue ? _number : Numbers.Of(value);
}

internal sealed class SlotCode(int slot) : Code
{
    public override object? Eval(Frame frame) => frame.Slots[slot];
}

internal sealed class CapturedCode(int index) : Code
{
    public override object? Eval(Frame frame) => frame.Captured[index];
}

internal sealed class GlobalCode(int index, string name) : Code
{
    public override object? Eval(Frame frame) => frame.Run.Globals[index] is var value && !ReferenceEquals(value, Unset)
        ? value
        : throw new StreamError(StreamError.IllegalState, $"`{name}` is used before it is defined");

    public static readonly object Unset = new();
}

internal sealed class DefineCode(int index, Code value) : Code
{
    public override object? Eval(Frame frame) => frame.Run.Globals[index] = value.Eval(frame);
}

internal sealed class BuiltinCode(int index) : Code
{
    public override object? Eval(Frame frame) => frame.Run.Builtins[index];
}

internal sealed class IfCode(Code condition, Code then, Code otherwise) : Code
{
    public override object? Eval(Frame frame) => condition.Test(frame) ? then.Eval(frame) : otherwise.Eval(frame);

    public override bool Test(Frame frame) => condition.Test(frame) ? then.Test(frame) : otherwise.Test(frame);
}

internal sealed class AndCode(Code[] parts) : Code
{
    public override object? Eval(Frame frame)
    {
        object? value = Truth.True;
        foreach (var part in parts)
        {
            if (!Truth.Of(value = part.Eval(frame)))
            {
                break;
            }
        }

        return value;
    }

    public override bool Test(Frame frame)
    {
        foreach (var part in parts)
        {
            if (!part.Test(frame))
            {
                return false;
            }
        }

        return true;
    }
}

internal sealed class OrCode(Code[] parts) : Code
{
    public override object? Eval(Frame frame)
    {
        object? value = null;
        foreach (var part in parts)
        {
            if (Truth.Of(value = part.Eval(frame)))
            {
                break;
            }
        }

        return value;
    }

    public override bool Test(Frame frame)
    {
        foreach (var part in parts)
        {
            if (part.Test(frame))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Steps one after the other; the value is that of the last.</summary>
internal sealed class DoCode(Code[] steps) : Code
{
    public override object? Eval(Frame frame)
    {
        object? value = null;
        foreach (var step in steps)
        {
            value = step.Eval(frame);
        }

        return value;
    }
}

internal sealed class SetSlotCode(int slot, Code value) : Code
{
    public override object? Eval(Frame frame) => frame.Slots[slot] = value.Eval(frame);
}

internal sealed class LetCode(Code[] bindings, Code body) : Code
{
    public override object? Eval(Frame frame)
    {
        foreach (var binding in bindings)
        {
            binding.Eval(frame);
        }

        return body.Eval(frame);
    }
}

/// <summary>Goes back to the nearest loop or function with other values.</summary>
internal sealed class RecurCode(int[] slots, Code[] values) : Code
{
    public static readonly object Again = new();

    public override object? Eval(Frame frame)
    {
        if (values.Length == 1)
        {
            frame.Slots[slots[0]] = values[0].Eval(frame);
            return Again;
        }

        // all are worked out before any is set
        var all = new object?[values.Length];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = values[i].Eval(frame);
        }

        for (var i = 0; i < all.Length; i++)
        {
            frame.Slots[slots[i]] = all[i];
        }

        return Again;
    }

    public override bool Test(Frame frame) => throw new InvalidOperationException("recur is not in tail position");
}

internal sealed class LoopCode(Code[] bindings, Code body) : Code
{
    public override object? Eval(Frame frame)
    {
        foreach (var binding in bindings)
        {
            binding.Eval(frame);
        }

        while (true)
        {
            frame.Run.Step();
            var value = body.Eval(frame);
            if (!ReferenceEquals(value, RecurCode.Again))
            {
                return value;
            }
        }
    }
}

internal sealed class VectorCode(Code[] items) : Code
{
    public override object? Eval(Frame frame) => PVec.Own(EvalAll(items, frame));

    public static object?[] EvalAll(Code[] items, Frame frame)
    {
        var values = new object?[items.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = items[i].Eval(frame);
        }

        return values;
    }
}

internal sealed class SetCode(Code[] items) : Code
{
    public override object? Eval(Frame frame) => PSet.Of(VectorCode.EvalAll(items, frame));
}

internal sealed class MapCode(Code[] keysAndValues) : Code
{
    public override object? Eval(Frame frame)
    {
        var map = PMap.Empty;
        for (var i = 0; i < keysAndValues.Length; i += 2)
        {
            map = map.Set(keysAndValues[i].Eval(frame), keysAndValues[i + 1].Eval(frame));
        }

        return map;
    }
}

internal sealed class ThrowCode(Code value) : Code
{
    public override object? Eval(Frame frame)
    {
        var thrown = value.Eval(frame);
        throw thrown as StreamError ?? StreamError.Cast(thrown, "an exception");
    }
}

internal sealed record CatchClause(string Kind, int Slot, Code Body)
{
    public bool Takes(StreamError error) => Kind switch
    {
        "Throwable" or "java.lang.Throwable" => true,
        "Exception" or "java.lang.Exception" or "RuntimeException" or "java.lang.RuntimeException" => error.Kind != StreamError.Assertion,
        _ => error.Kind == Kind || error.Kind.EndsWith("." + Kind, StringComparison.Ordinal),
    };
}

internal sealed class TryCode(Code body, CatchClause[] clauses, Code? last) : Code
{
    public override object? Eval(Frame frame)
    {
        try
        {
            return body.Eval(frame);
        }
        catch (StreamError error) when (Array.Find(clauses, c => c.Takes(error)) is { } clause)
        {
            frame.Slots[clause.Slot] = error;
            return clause.Body.Eval(frame);
        }
        finally
        {
            last?.Eval(frame);
        }
    }
}

/// <summary>Compares with constants (case).</summary>
internal sealed class CaseCode(Code value, Dictionary<object, Code> cases, Code? otherwise) : Code
{
    public override object? Eval(Frame frame)
    {
        var found = value.Eval(frame);
        return cases.TryGetValue(found ?? NilKey.Instance, out var chosen)
            ? chosen.Eval(frame)
            : otherwise is not null
                ? otherwise.Eval(frame)
                : throw StreamError.Argument($"No matching clause: {Printer.Str(found)}");
    }
}
