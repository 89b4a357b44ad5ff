using System.Numerics;
using Reeve.Languages.Rego.Values;
using static Reeve.Languages.Rego.Builtins.ExtendedFloat;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Numbers: operators, rounding and ranges.</summary>
internal static class ArithmeticBuiltins
{
    private static readonly RegoType NumberOrSet = RegoType.Number | RegoType.Set;

    public static IEnumerable<Builtin> All { get; } =
    [
        Of("plus", Plus),
        new()
        {
            Name = "minus", Parameters = [NumberOrSet, NumberOrSet], Result = NumberOrSet, Invoke = static (_, operands) => Minus(operands),
        },
        Of("mul", Times),
        Of("div", Divide),
        Of("rem", Remainder),
        Of("abs", static number => Sign(number) < 0 ? ToNumber(Negated(number)) : number),
        Of("round", static number => Rounded(number, Rounding.Nearest)),
        Of("ceil", static number => Rounded(number, Rounding.Up)),
        Of("floor", static number => Rounded(number, Rounding.Down)),
        new()
        {
            Name = "numbers.range",
            Parameters = [RegoType.Number, RegoType.Number],
            Result = RegoType.ArrayOf(RegoType.Number),
            Invoke = static (context, operands) => Range(context, operands, BigInteger.One, "numbers.range"),
        },
        new()
        {
            Name = "numbers.range_step",
            Parameters = [RegoType.Number, RegoType.Number, RegoType.Number],
            Result = RegoType.ArrayOf(RegoType.Number),
            Invoke = static (context, operands) => Range(
                context,
                operands,
                Whole(operands, 2, "numbers.range_step") is { Sign: > 0 } step
                    ? step
                    : throw Operand.Failed("numbers.range_step: step must be a positive number above zero"),
                "numbers.range_step"),
        },
    ];

    private enum Rounding
    {
        Nearest,
        Up,
        Down,
    }

    /// <summary>The sum of two numbers.</summary>
    public static NumberValue Plus(NumberValue a, NumberValue b)
    {
        if (a.TryGetInt64(out var x) && b.TryGetInt64(out var y))
        {
            var sum = unchecked(x + y);
            if (((x ^ sum) & (y ^ sum)) >= 0)
            {
                return NumberValue.Of(sum);
            }
        }

        return ToNumber(Fraction.Of(a) + Fraction.Of(b));
    }

    /// <summary>The product of two numbers.</summary>
    public static NumberValue Times(NumberValue a, NumberValue b)
    {
        if (a.TryGetInt64(out var x) && b.TryGetInt64(out var y) && Math.BigMul(x, y, out var low) is var high && high == low >> 63)
        {
            return NumberValue.Of(low);
        }

        return ToNumber(Fraction.Of(a) * Fraction.Of(b));
    }

    private static Builtin Of(string name, Func<NumberValue, NumberValue, NumberValue> compute) => new()
    {
        Name = name,
        Parameters = [RegoType.Number, RegoType.Number],
        Result = RegoType.Number,
        Invoke = (_, operands) => compute(Operand.Number(operands, 0, name), Operand.Number(operands, 1, name)),
    };

    private static Builtin Of(string name, Func<NumberValue, NumberValue> compute) => new()
    {
        Name = name,
        Parameters = [RegoType.Number],
        Result = RegoType.Number,
        Invoke = (_, operands) => compute(Operand.Number(operands, 0, name)),
    };

    internal static Value Minus(ReadOnlySpan<Value> operands)
    {
        if (operands[0] is NumberValue a)
        {
            var b = operands[1] as NumberValue ?? throw Operand.Type($"operand 2 must be number but got {operands[1].TypeName}");
            return a.TryGetInt64(out var x) && b.TryGetInt64(out var y) && unchecked(x - y) is var difference
                && ((x ^ y) & (x ^ difference)) >= 0
                ? NumberValue.Of(difference)
                : ToNumber(Fraction.Of(a) - Fraction.Of(b));
        }

        if (operands[0] is not SetValue from)
        {
            throw Operand.Type($"operand 1 must be one of {{number, set}} but got {operands[0].TypeName}");
        }

        var without = operands[1] as SetValue ?? throw Operand.Type($"operand 2 must be set but got {operands[1].TypeName}");
        var builder = new SetBuilder(from.Count);
        foreach (var item in from)
        {
            if (!without.Contains(item))
            {
                builder.Add(item);
            }
        }

        return builder.ToSet();
    }

    private static NumberValue Divide(NumberValue a, NumberValue b) => Sign(b) == 0
        ? throw Operand.Failed("divide by zero")
        : a.TryGetInt64(out var x) && b.TryGetInt64(out var y) && y is not (0 or -1) && x % y == 0
            ? NumberValue.Of(x / y)
            : ToNumber(Fraction.Of(a) / Fraction.Of(b));

    private static NumberValue Remainder(NumberValue a, NumberValue b)
    {
        if (!a.TryGetWhole(out var x) || !b.TryGetWhole(out var y))
        {
            throw Operand.Failed("modulo on floating-point number");
        }

        return y.IsZero ? throw Operand.Failed("modulo by zero") : NumberValue.Of(BigInteger.Remainder(x, y));
    }

    private static int Sign(NumberValue number) => number.ToDecimal().Digits.Sign;

    private static Fraction Negated(NumberValue number)
    {
        var value = Fraction.Of(number);
        return value with { Top = -value.Top };
    }

    private static NumberValue Rounded(NumberValue number, Rounding rounding)
    {
        if (number.TryGetInt64(out _))
        {
            return number;
        }

        var (digits, exponent) = number.ToDecimal();
        if (exponent >= 0)
        {
            return number;
        }

        var scale = BigInteger.Pow(10, -exponent);
        var floor = BigInteger.DivRem(digits, scale, out var rest);
        if (rest.Sign < 0)
        {
            floor -= 1;
            rest += scale;
        }

        var up = rounding switch
        {
            Rounding.Up => !rest.IsZero,
            Rounding.Down => false,

            // away from zero at the half
            _ => digits.Sign < 0 ? rest * 2 > scale : rest * 2 >= scale,
        };
        return NumberValue.Of(up ? floor + 1 : floor);
    }

    private static BigInteger Whole(ReadOnlySpan<Value> operands, int at, string name) =>
        Operand.Number(operands, at, name).TryGetWhole(out var whole)
            ? whole
            : throw Operand.Type($"{name}: operand {at + 1} must be integer number but got floating-point number");

    private static ArrayValue Range(BuiltinContext context, ReadOnlySpan<Value> operands, BigInteger step, string name)
    {
        var (from, to) = (Whole(operands, 0, name), Whole(operands, 1, name));
        var count = BigInteger.Abs(to - from) / step + 1;
        if (count > 50_000_000)
        {
            throw Operand.Failed($"{name}: the range has more than 50000000 numbers");
        }

        var items = new Value[(int)count];
        var by = to < from ? -step : step;
        for (var at = 0; at < items.Length; at++)
        {
            items[at] = NumberValue.Of(from);
            from += by;
            if ((at & 0xFFFF) == 0xFFFF)
            {
                context.Check();
            }
        }

        return ArrayValue.Own(items);
    }
}
