using System.Globalization;
using System.Numerics;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Reader;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.BuiltinDefinition;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Arithmetic and comparisons.</summary>
internal static class NumberFunctions
{
    private const int Any = NativeFn.Any;
    private static readonly StreamNumber One = StreamNumber.Of(1L);

    public static IEnumerable<BuiltinDefinition> All =>
    [
        Plain("+", 0, Any, args => Folded(args, StreamNumber.Zero, (a, b) => Numbers.Add(a, b))),
        Plain("*", 0, Any, args => Folded(args, One, (a, b) => Numbers.Multiply(a, b))),
        Plain("-", 1, Any, args => args.Length == 1
            ? Numbers.Box(Numbers.Subtract(StreamNumber.Zero, Numbers.Of(args[0])))
            : Folded(args[1..], Numbers.Of(args[0]), (a, b) => Numbers.Subtract(a, b))),
        Plain("/", 1, Any, args => args.Length == 1
            ? Numbers.Box(Numbers.Divide(One, Numbers.Of(args[0])))
            : Folded(args[1..], Dividend(args[0], args[1]), (a, b) => Numbers.Divide(a, b))),
        Ordered("<", (a, b) => StreamNumber.IsLess(a, b)),
        Ordered("<=", (a, b) => StreamNumber.IsAtMost(a, b)),
        Ordered(">", (a, b) => StreamNumber.IsLess(b, a)),
        Ordered(">=", (a, b) => StreamNumber.IsAtMost(b, a)),
        Ordered("==", (a, b) => StreamNumber.AreSame(a, b)),
        Plain("=", 1, Any, args => Truth.Box(AllEqual(args))),
        Plain("not=", 1, Any, args => Truth.Box(!AllEqual(args))),
        Two("identical?", (a, b) => Truth.Box(ReferenceEquals(a, b) || (a is not (PVec or PMap or StreamEvent) && Equality
            .AreEqual(a, b)))),
        Two("compare", (a, b) => Numbers.Box(Equality.Compare(a, b))),
        Plain("max", 1, Any, args => Extreme(args, 1)),
        Plain("min", 1, Any, args => Extreme(args, -1)),
        BuiltinDefinition.One("inc", a => Numbers.Box(Numbers.Add(Numbers.Of(a), One))),
        BuiltinDefinition.One("dec", a => Numbers.Box(Numbers.Subtract(Numbers.Of(a), One))),
        Two("mod", (a, b) => Divided(a, b, (x, y) => StreamNumber.Mod(x, y))),
        Two("rem", (a, b) => Divided(a, b, (x, y) => StreamNumber.Remainder(x, y))),
        Two("quot", (a, b) => Divided(a, b, (x, y) => StreamNumber.Quotient(x, y))),
        BuiltinDefinition.One("long", a => Numbers.Box(Whole(a))),
        BuiltinDefinition.One("int", a => Numbers.Box(Whole(a))),
        BuiltinDefinition.One("bigint", a => StreamNumber.Of((BigInteger)Whole(a))),
        BuiltinDefinition.One("double", a => Numbers.Of(a).ToDouble()),
        BuiltinDefinition.One("float", a => (double)(float)Numbers.Of(a).ToDouble()),
        BuiltinDefinition.One("num", a => Numbers.Box(Numbers.Of(a))),
        BuiltinDefinition.One("rationalize", a => Numbers.Box(Rational(Numbers.Of(a)))),
        BuiltinDefinition.One("numerator", a => Numbers.Box(Shrink(Numbers.Of(a).Numerator))),
        BuiltinDefinition.One("denominator", a => Numbers.Box(Shrink(Numbers.Of(a).Denominator))),
        Two("bit-and", (a, b) => Numbers.Box(Numbers.Whole(a) & Numbers.Whole(b))),
        Two("bit-or", (a, b) => Numbers.Box(Numbers.Whole(a) | Numbers.Whole(b))),
        Two("bit-xor", (a, b) => Numbers.Box(Numbers.Whole(a) ^ Numbers.Whole(b))),
        Two("bit-shift-left", (a, b) => Numbers.Box(Numbers.Whole(a) << (int)Numbers.Whole(b))),
        Two("bit-shift-right", (a, b) => Numbers.Box(Numbers.Whole(a) >> (int)Numbers.Whole(b))),
        BuiltinDefinition.One("abs", Absolute),
        BuiltinDefinition.One("Math/abs", Absolute),
        BuiltinDefinition.One("round", a => Rounded(Numbers.Of(a))),
        BuiltinDefinition.One("Math/round", a => Rounded(Numbers.Of(a))),
        Real("Math/floor", Math.Floor),
        Real("Math/ceil", Math.Ceiling),
        Real("Math/sqrt", Math.Sqrt),
        Real("Math/log", Math.Log),
        Real("Math/log10", Math.Log10),
        Real("Math/exp", Math.Exp),
        Real("Math/sin", Math.Sin),
        Real("Math/cos", Math.Cos),
        Real("Math/tan", Math.Tan),
        Real("Math/signum", x => double.IsNaN(x) ? x : Math.Sign(x)),
        Two("Math/pow", (a, b) => Math.Pow(Numbers.Of(a).ToDouble(), Numbers.Of(b).ToDouble())),
        Two("Math/max", (a, b) => Extreme([a, b], 1)),
        Two("Math/min", (a, b) => Extreme([a, b], -1)),
        BuiltinDefinition.One("Long/parseLong", a => Numbers.Box(ParseLong(a))),
        BuiltinDefinition.One("Double/parseDouble", a => ParseDouble(a)),
        BuiltinDefinition.One("Double/isNaN", a => Truth.Box(double.IsNaN(Numbers.Of(a).ToDouble()))),
        BuiltinDefinition.One("parse-long", a => a is string text && NumberText.TryRead(Signed(text), out var n) && n is long ? n : null),
        BuiltinDefinition.One("parse-double", a => double.TryParse(
            a as string, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null),
    ];

    private delegate StreamNumber Operation(StreamNumber a, StreamNumber b);

    private delegate bool Relation(StreamNumber a, StreamNumber b);

    private static object? Folded(ReadOnlySpan<object?> args, StreamNumber first, Operation operation)
    {
        foreach (var arg in args)
        {
            first = operation(first, Numbers.Of(arg));
        }

        return Numbers.Box(first);
    }

    private static BuiltinDefinition Ordered(string name, Relation holds) => Plain(name, 1, Any, args =>
    {
        for (var i = 1; i < args.Length; i++)
        {
            if (!holds(Numbers.Of(args[i - 1]), Numbers.Of(args[i])))
            {
                return Truth.False;
            }
        }

        return Truth.True;
    });

    private static BuiltinDefinition Real(string name, Func<double, double> function) =>
        BuiltinDefinition.One(name, a => function(Numbers.Of(a).ToDouble()));

    private static bool AllEqual(ReadOnlySpan<object?> args)
    {
        for (var i = 1; i < args.Length; i++)
        {
            if (!Equality.AreEqual(args[i - 1], args[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static object? Extreme(ReadOnlySpan<object?> args, int sign)
    {
        if (args.Length == 1)
        {
            // whatever it is
            return args[0];
        }

        var best = Numbers.Of(args[0]);
        foreach (var arg in args[1..])
        {
            var other = Numbers.Of(arg);
            if (double.IsNaN(other.ToDouble()) || (!double.IsNaN(best.ToDouble()) && StreamNumber.Compare(other, best) * sign > 0))
            {
                best = other;
            }
        }

        return Numbers.Box(best);
    }

    /// <summary>Clojure looks at the divisor first: nil by 0 is a division by zero, and folds tell it apart from a nil metric.</summary>
    private static StreamNumber Dividend(object? value, object? divisor) =>
        !Numbers.IsNumber(value) && Numbers.IsNumber(divisor) && Numbers.Of(divisor).Sign == 0
            ? throw new StreamError(StreamError.Arithmetic, "Divide by zero")
            : Numbers.Of(value);

    private static object? Divided(object? a, object? b, Operation operation)
    {
        try
        {
            return Numbers.Box(operation(Numbers.Of(a), Numbers.Of(b)));
        }
        catch (DivideByZeroException)
        {
            throw new StreamError(StreamError.Arithmetic, "Divide by zero");
        }
    }

    private static long Whole(object? value) => value is char letter ? letter : Numbers.Whole(value);

    private static object? Absolute(object? value)
    {
        var number = Numbers.Of(value);
        return number.Sign < 0 || (number.Kind == NumberKind.Double && number.ToDouble() == 0)
            ? Numbers.Box(number.Kind == NumberKind.Double
                ? StreamNumber.Of(Math.Abs(number.ToDouble()))
                : Numbers.Subtract(StreamNumber.Zero, number))
            : value;
    }

    // half goes up, as on the JVM
    private static object? Rounded(in StreamNumber number) => number.Kind switch
    {
        NumberKind.Long or NumberKind.Big => Numbers.Box(number),
        _ => Numbers.Box((long)Math.Floor(number.ToDouble() + 0.5)),
    };

    private static StreamNumber Rational(in StreamNumber number)
    {
        if (number.Kind != NumberKind.Double)
        {
            return number;
        }

        var value = (decimal)number.ToDouble();
        BigInteger below = 1;
        while (value != decimal.Truncate(value) && below < BigInteger.Pow(10, 20))
        {
            value *= 10;
            below *= 10;
        }

        return StreamNumber.OfRatio((BigInteger)value, below);
    }

    private static StreamNumber Shrink(BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue ? StreamNumber.Of((long)value) : StreamNumber.Of(value);

    private static string Signed(string text) => text.Length > 0 && (char.IsAsciiDigit(text[^1])) && char.IsAsciiDigit(text[0]) ? text
        : text + "?";

    private static long ParseLong(object? value)
    {
        var text = value as string ?? throw StreamError.Cast(value, "a text");
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? whole
            : throw new StreamError(StreamError.NumberFormat, $"For input string: \"{text}\"");
    }

    private static double ParseDouble(object? value)
    {
        var text = (value as string ?? throw StreamError.Cast(value, "a text")).Trim();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var floating)
            ? floating
            : throw new StreamError(StreamError.NumberFormat, $"For input string: \"{text}\"");
    }
}
