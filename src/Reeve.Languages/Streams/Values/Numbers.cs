using System.Numerics;
using System.Runtime.CompilerServices;
using Reeve.Languages.Streams.Events;

namespace Reeve.Languages.Streams.Values;

/// <summary>Between boxed numbers, as dynamic values have them, and <see cref="StreamNumber"/>.</summary>
internal static class Numbers
{
    private static readonly object[] Small = [.. Enumerable.Range(-128, 1152).Select(i => (object)(long)i)];

    /// <summary>A boxed long; small ones are shared.</summary>
    public static object Box(long value) => value is >= -128 and < 1024 ? Small[value + 128] : value;

    /// <summary>The number as a dynamic value; null for none.</summary>
    public static object? Box(in StreamNumber number) => number.Kind switch
    {
        NumberKind.Long => Box(number.Whole),
        NumberKind.Double => number.ToDouble(),
        NumberKind.None => null,
        _ => number,
    };

    public static bool IsNumber(object? value) => value is long or double or StreamNumber;

    /// <summary>The number, or none when it is something else.</summary>
    public static StreamNumber TryOf(object? value) => value switch
    {
        long whole => StreamNumber.Of(whole),
        double floating => StreamNumber.Of(floating),
        StreamNumber number => number,
        _ => StreamNumber.None,
    };

    /// <summary>The number; throws the language's errors for anything else.</summary>
    public static StreamNumber Of(object? value)
    {
        var number = TryOf(value);
        return number.HasValue ? number : throw StreamError.Cast(value, "a number");
    }

    /// <summary>An index or a count.</summary>
    public static long Whole(object? value)
    {
        var number = Of(value);
        return number.Kind switch
        {
            NumberKind.Long => number.Whole,
            NumberKind.Double => (long)number.ToDouble(),
            _ => BigInteger.Divide(number.Numerator, number.Denominator) is var whole && whole >= long.MinValue && whole <= long.MaxValue
                ? (long)whole
                : throw StreamError.Argument($"Value out of range for long: {Printer.Str(value)}"),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StreamNumber Add(in StreamNumber a, in StreamNumber b) =>
        StreamNumber.TryAdd(a, b, out var sum) ? sum : Guarded(a, b, '+');

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StreamNumber Subtract(in StreamNumber a, in StreamNumber b) =>
        StreamNumber.TrySubtract(a, b, out var difference) ? difference : Guarded(a, b, '-');

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StreamNumber Multiply(in StreamNumber a, in StreamNumber b) =>
        a.Kind == NumberKind.Double && b.Kind == NumberKind.Double
            ? StreamNumber.Of(a.ToDouble() * b.ToDouble())
            : Guarded(a, b, '*');

    public static StreamNumber Divide(in StreamNumber a, in StreamNumber b) => Guarded(a, b, '/');

    // the errors of the arithmetic are those of the language
    private static StreamNumber Guarded(in StreamNumber a, in StreamNumber b, char operation)
    {
        if (!a.HasValue || !b.HasValue)
        {
            throw StreamError.Nil();
        }

        try
        {
            return operation switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => a / b };
        }
        catch (OverflowException)
        {
            throw new StreamError(StreamError.Arithmetic, "integer overflow");
        }
        catch (DivideByZeroException)
        {
            throw new StreamError(StreamError.Arithmetic, "Divide by zero");
        }
    }
}
