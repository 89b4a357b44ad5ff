using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Reeve.Languages.Streams.Events;

/// <summary>Which of Clojure's numbers a <see cref="StreamNumber"/> is.</summary>
public enum NumberKind : byte
{
    /// <summary>No number at all: nil.</summary>
    None,

    /// <summary>A 64-bit integer.</summary>
    Long,

    /// <summary>A 64-bit floating-point number.</summary>
    Double,

    /// <summary>An integer of any size.</summary>
    Big,

    /// <summary>A fraction in lowest terms.</summary>
    Ratio,
}

/// <summary>
/// A number of the stream language, unboxed where it is a long or a double; its arithmetic is Clojure's: integers stay integers and
/// overflow is an error, division makes fractions, a double makes everything a double.
/// </summary>
public readonly struct StreamNumber : IEquatable<StreamNumber>
{
    private readonly long _bits;
    private readonly object? _exact;

    private StreamNumber(NumberKind kind, long bits, object? exact = null)
    {
        Kind = kind;
        _bits = bits;
        _exact = exact;
    }

    /// <summary>No number.</summary>
    public static StreamNumber None => default;

    /// <summary>0.</summary>
    public static StreamNumber Zero => Of(0L);

    /// <summary>Which kind it is.</summary>
    public NumberKind Kind { get; }

    /// <summary>Is it a number?</summary>
    public bool HasValue => Kind != NumberKind.None;

    internal long Whole => _bits;

    /// <summary>A number kept in parts; the exact part of a big one is in its place of a table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static StreamNumber Unpack(NumberKind kind, long bits, object? exact, int place) =>
        new(kind, bits, kind >= NumberKind.Big ? ((object?[])exact!)[place] : null);

    /// <summary>Its parts, and the table with its exact part when it has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal object? Pack(out NumberKind kind, out long bits, object? exact, int place)
    {
        kind = Kind;
        bits = _bits;
        if (kind < NumberKind.Big)
        {
            return exact;
        }

        // an event is made once, so nobody else sees the table yet
        var table = (object?[]?)exact ?? new object?[3];
        table[place] = _exact;
        return table;
    }

    /// <summary>The sum of two of the same simple kind; false when it takes more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryAdd(in StreamNumber a, in StreamNumber b, out StreamNumber sum)
    {
        if (a.Kind == NumberKind.Double && b.Kind == NumberKind.Double)
        {
            sum = Of(BitConverter.Int64BitsToDouble(a._bits) + BitConverter.Int64BitsToDouble(b._bits));
            return true;
        }

        var whole = unchecked(a._bits + b._bits);
        sum = Of(whole);
        return a.Kind == NumberKind.Long && b.Kind == NumberKind.Long && ((a._bits ^ whole) & (b._bits ^ whole)) >= 0;
    }

    /// <summary>The difference of two of the same simple kind; false when it takes more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TrySubtract(in StreamNumber a, in StreamNumber b, out StreamNumber difference)
    {
        if (a.Kind == NumberKind.Double && b.Kind == NumberKind.Double)
        {
            difference = Of(BitConverter.Int64BitsToDouble(a._bits) - BitConverter.Int64BitsToDouble(b._bits));
            return true;
        }

        var whole = unchecked(a._bits - b._bits);
        difference = Of(whole);
        return a.Kind == NumberKind.Long && b.Kind == NumberKind.Long && ((a._bits ^ b._bits) & (a._bits ^ whole)) >= 0;
    }

    internal BigInteger Numerator => Kind switch
    {
        NumberKind.Long => _bits,
        NumberKind.Big => (BigInteger)_exact!,
        _ => ((Fraction)_exact!).Numerator,
    };

    internal BigInteger Denominator => Kind == NumberKind.Ratio ? ((Fraction)_exact!).Denominator : BigInteger.One;

    /// <summary>An integer.</summary>
    public static StreamNumber Of(long value) => new(NumberKind.Long, value);

    /// <summary>A floating-point number.</summary>
    public static StreamNumber Of(double value) => new(NumberKind.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>An integer of any size.</summary>
    public static StreamNumber Of(BigInteger value) => new(NumberKind.Big, 0, value);

    /// <summary>A fraction, or the integer that it comes to.</summary>
    public static StreamNumber OfRatio(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        if (denominator.Sign < 0)
        {
            divisor = -divisor;
        }

        (numerator, denominator) = (numerator / divisor, denominator / divisor);
        return denominator.IsOne ? Shrunk(numerator) : new(NumberKind.Ratio, 0, new Fraction(numerator, denominator));
    }

    /// <summary>The number as a double; NaN when it is none.</summary>
    public double ToDouble() => Kind switch
    {
        NumberKind.Long => _bits,
        NumberKind.Double => BitConverter.Int64BitsToDouble(_bits),
        NumberKind.Big => (double)(BigInteger)_exact!,
        NumberKind.Ratio => ((Fraction)_exact!).ToDouble(),
        _ => double.NaN,
    };

    /// <summary>The number when it is an integer that fits.</summary>
    public bool TryToInt64(out long whole)
    {
        whole = _bits;
        return Kind == NumberKind.Long;
    }

    /// <summary>Compares by value; 0 also when one of them is NaN.</summary>
    public static int Compare(in StreamNumber a, in StreamNumber b)
    {
        if (a.Kind == NumberKind.Long && b.Kind == NumberKind.Long)
        {
            return a._bits.CompareTo(b._bits);
        }

        if (a.Kind == NumberKind.Double || b.Kind == NumberKind.Double)
        {
            var (x, y) = (a.ToDouble(), b.ToDouble());
            return x < y ? -1 : x > y ? 1 : 0;
        }

        return (a.Numerator * b.Denominator).CompareTo(b.Numerator * a.Denominator);
    }

    /// <summary>Clojure's <c>&lt;</c>; false for NaN.</summary>
    public static bool IsLess(in StreamNumber a, in StreamNumber b) =>
        a.Kind == NumberKind.Double || b.Kind == NumberKind.Double ? a.ToDouble() < b.ToDouble() : Compare(a, b) < 0;

    /// <summary>Clojure's <c>&lt;=</c>; false for NaN.</summary>
    public static bool IsAtMost(in StreamNumber a, in StreamNumber b) =>
        a.Kind == NumberKind.Double || b.Kind == NumberKind.Double ? a.ToDouble() <= b.ToDouble() : Compare(a, b) <= 0;

    /// <summary>Clojure's <c>==</c>: the same value, whatever the kind.</summary>
    public static bool AreSame(in StreamNumber a, in StreamNumber b) =>
        a.Kind == NumberKind.Double || b.Kind == NumberKind.Double ? a.ToDouble() == b.ToDouble() : Compare(a, b) == 0;

    /// <summary>The sum.</summary>
    public static StreamNumber operator +(in StreamNumber a, in StreamNumber b)
    {
        if (a.Kind == NumberKind.Long && b.Kind == NumberKind.Long)
        {
            return Of(checked(a._bits + b._bits));
        }

        return AnyDouble(a, b)
            ? Of(a.ToDouble() + b.ToDouble())
            : Exact(a, b, (a.Numerator * b.Denominator) + (b.Numerator * a.Denominator));
    }

    /// <summary>The difference.</summary>
    public static StreamNumber operator -(in StreamNumber a, in StreamNumber b)
    {
        if (a.Kind == NumberKind.Long && b.Kind == NumberKind.Long)
        {
            return Of(checked(a._bits - b._bits));
        }

        return AnyDouble(a, b)
            ? Of(a.ToDouble() - b.ToDouble())
            : Exact(a, b, (a.Numerator * b.Denominator) - (b.Numerator * a.Denominator));
    }

    /// <summary>The product.</summary>
    public static StreamNumber operator *(in StreamNumber a, in StreamNumber b)
    {
        if (a.Kind == NumberKind.Long && b.Kind == NumberKind.Long)
        {
            return Of(checked(a._bits * b._bits));
        }

        return AnyDouble(a, b) ? Of(a.ToDouble() * b.ToDouble()) : Exact(a, b, a.Numerator * b.Numerator);
    }

    /// <summary>The quotient, exact where both are; throws <see cref="DivideByZeroException"/> for an exact 0.</summary>
    public static StreamNumber operator /(in StreamNumber a, in StreamNumber b)
    {
        if (AnyDouble(a, b))
        {
            // of boxed numbers, which all of a program's are, not even doubles can be divided by 0
            return b.IsZero && !double.IsNaN(a.ToDouble())
                ? throw new DivideByZeroException()
                : Of(a.ToDouble() / b.ToDouble());
        }

        if (b.IsZero)
        {
            throw new DivideByZeroException();
        }

        if (a.Kind == NumberKind.Long && b.Kind == NumberKind.Long && b._bits != -1 && a._bits % b._bits == 0)
        {
            return Of(a._bits / b._bits);
        }

        return OfRatio(a.Numerator * b.Denominator, a.Denominator * b.Numerator);
    }

    /// <summary>Is it 0?</summary>
    public bool IsZero => Kind switch
    {
        NumberKind.Double => ToDouble() == 0,
        NumberKind.Long => _bits == 0,
        NumberKind.Big => ((BigInteger)_exact!).IsZero,
        _ => false,
    };

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => Kind switch
    {
        NumberKind.Double => ToDouble() is var value && value > 0 ? 1 : value < 0 ? -1 : 0,
        NumberKind.None => 0,
        _ => Numerator.Sign,
    };

    /// <summary>Clojure's <c>mod</c>: the sign of the divisor.</summary>
    public static StreamNumber Mod(in StreamNumber a, in StreamNumber b)
    {
        var rest = Remainder(a, b);
        return rest.IsZero || rest.Sign == b.Sign ? rest : rest + b;
    }

    /// <summary>Clojure's <c>rem</c>: the sign of the dividend.</summary>
    public static StreamNumber Remainder(in StreamNumber a, in StreamNumber b) => a - (b * Quotient(a, b));

    /// <summary>Clojure's <c>quot</c>: towards 0.</summary>
    public static StreamNumber Quotient(in StreamNumber a, in StreamNumber b)
    {
        if (b.IsZero)
        {
            throw new DivideByZeroException();
        }

        if (AnyDouble(a, b))
        {
            return Of(Math.Truncate(a.ToDouble() / b.ToDouble()));
        }

        return Shrunk(BigInteger.Divide(a.Numerator * b.Denominator, a.Denominator * b.Numerator));
    }

    /// <summary>Clojure's <c>=</c>: integers are equal to integers, doubles to doubles, fractions to fractions.</summary>
    public bool Equals(StreamNumber other)
    {
        if (Kind == NumberKind.Double || other.Kind == NumberKind.Double)
        {
            return Kind == other.Kind && ToDouble() == other.ToDouble();
        }

        return HasValue == other.HasValue
            && (!HasValue || (Kind == NumberKind.Ratio) == (other.Kind == NumberKind.Ratio) && Compare(this, other) == 0);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StreamNumber other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Kind switch
    {
        NumberKind.Long => _bits.GetHashCode(),
        NumberKind.Double => ToDouble().GetHashCode(),
        NumberKind.None => 0,
        NumberKind.Big => (BigInteger)_exact! is var big && big >= long.MinValue && big <= long.MaxValue
            ? ((long)big).GetHashCode()
            : big.GetHashCode(),
        _ => _exact!.GetHashCode(),
    };

    /// <summary>Clojure's way of writing it.</summary>
    public override string ToString() => Kind switch
    {
        NumberKind.Long => _bits.ToString(CultureInfo.InvariantCulture),
        NumberKind.Double => Text(ToDouble()),
        NumberKind.Big => ((BigInteger)_exact!).ToString(CultureInfo.InvariantCulture),
        NumberKind.Ratio => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}"),
        _ => "nil",
    };

    private static string Text(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "Infinity" : "-Infinity";
        }

        // the JVM writes 1.0E7 from there on, and 1.0E-4 below a thousandth
        var size = Math.Abs(value);
        if (size != 0 && (size >= 1e7 || size < 1e-3))
        {
            var digits = value.ToString("E16", CultureInfo.InvariantCulture);
            var shortest = value.ToString("R", CultureInfo.InvariantCulture);
            var exponent = int.Parse(digits.AsSpan(digits.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
            var figures = new string([.. shortest.Split('E')[0].Where(char.IsDigit)]).TrimStart('0').TrimEnd('0');
            var sign = value < 0 ? "-" : "";
            return $"{sign}{figures[..1]}.{(figures.Length > 1 ? figures[1..] : "0")}E{exponent.ToString(CultureInfo.InvariantCulture)}";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }

    private static bool AnyDouble(in StreamNumber a, in StreamNumber b) => a.Kind == NumberKind.Double || b.Kind == NumberKind.Double;

    private static StreamNumber Exact(in StreamNumber a, in StreamNumber b, BigInteger numerator)
    {
        var whole = OfRatio(numerator, a.Denominator * b.Denominator);

        // what was made of a big integer stays one
        return whole.Kind == NumberKind.Long && (a.Kind == NumberKind.Big || b.Kind == NumberKind.Big) ? Of((BigInteger)whole._bits)
            : whole;
    }

    private static StreamNumber Shrunk(BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue ? Of((long)value) : Of(value);

    /// <inheritdoc cref="Equals(StreamNumber)"/>
    public static bool operator ==(StreamNumber left, StreamNumber right) => left.Equals(right);

    /// <inheritdoc cref="Equals(StreamNumber)"/>
    public static bool operator !=(StreamNumber left, StreamNumber right) => !left.Equals(right);

    private sealed record Fraction(BigInteger Numerator, BigInteger Denominator)
    {
        public double ToDouble()
        {
            var value = (double)Numerator / (double)Denominator;
            if (double.IsFinite(value) && value != 0)
            {
                return value;
            }

            // beyond what a double can hold: shift both down by the same number of bits
            var shift = (int)Math.Max(0, Math.Max(Numerator.GetBitLength(), Denominator.GetBitLength()) - 1000);
            return (double)(Numerator >> shift) / (double)(Denominator >> shift);
        }
    }
}
