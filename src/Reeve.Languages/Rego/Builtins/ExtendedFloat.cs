using System.Globalization;
using System.Numerics;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>
/// Arithmetic with a mantissa of 64 bits, rounded to the nearest even, as OPA computes; results are printed with the fewest digits that
/// mean them.
/// </summary>
internal static class ExtendedFloat
{
    private const int Bits = 64;

    // computing with numbers of such a size takes as long as very many statements
    private const int DearBits = 8192;

    /// <summary>A quotient of whole numbers, rounded; the divisor is positive.</summary>
    public readonly record struct Fraction(BigInteger Top, BigInteger Bottom)
    {
        public static Fraction Of(NumberValue number)
        {
            var (digits, exponent) = number.ToDecimal();
            return Round(exponent >= 0
                ? new(digits * BigInteger.Pow(10, exponent), BigInteger.One)
                : new(digits, BigInteger.Pow(10, -exponent)));
        }

        public static Fraction operator +(Fraction a, Fraction b) => Round(new(a.Top * b.Bottom + b.Top * a.Bottom, a.Bottom * b.Bottom));

        public static Fraction operator -(Fraction a, Fraction b) => Round(new(a.Top * b.Bottom - b.Top * a.Bottom, a.Bottom * b.Bottom));

        public static Fraction operator *(Fraction a, Fraction b) => Round(new(a.Top * b.Top, a.Bottom * b.Bottom));

        public static Fraction operator /(Fraction a, Fraction b) =>
            Round(b.Top.Sign < 0 ? new(-a.Top * b.Bottom, a.Bottom * -b.Top) : new(a.Top * b.Bottom, a.Bottom * b.Top));
    }

    public static NumberValue ToNumber(Fraction value)
    {
        value = Round(value);
        if (value.Bottom.IsOne)
        {
            if (value.Top.GetBitLength() <= Bits)
            {
                return NumberValue.Of(value.Top);
            }
        }

        var negative = value.Top.Sign < 0;
        var (digits, exponent) = Shortest(new(BigInteger.Abs(value.Top), value.Bottom));
        var text = Write(digits, exponent);
        return NumberValue.TryParse(negative ? "-" + text : text, out var number)
            ? number
            : throw new BuiltinException(RegoError.BuiltinError, "the number is too large");
    }

    /// <summary>Rounds to the mantissa.</summary>
    private static Fraction Round(Fraction value)
    {
        if (value.Top.IsZero)
        {
            return new(BigInteger.Zero, BigInteger.One);
        }

        var top = BigInteger.Abs(value.Top);
        if (top.GetBitLength() + value.Bottom.GetBitLength() > DearBits)
        {
            RunningLimits.Check();
        }

        // scaled so that the quotient has the bits of the mantissa and one or two more
        var shift = Bits + 1 - (int)(top.GetBitLength() - value.Bottom.GetBitLength());
        var quotient = BigInteger.DivRem(shift >= 0 ? top << shift : top, shift >= 0 ? value.Bottom : value.Bottom << -shift, out var rest);
        var extra = (int)quotient.GetBitLength() - Bits;
        var mantissa = quotient >> extra;
        var cut = quotient - (mantissa << extra);
        var half = BigInteger.One << (extra - 1);
        var order = cut.CompareTo(half);
        if (order > 0 || (order == 0 && (!rest.IsZero || !mantissa.IsEven)))
        {
            mantissa += BigInteger.One;
        }

        var power = extra - shift;
        while (power < 0 && mantissa.IsEven)
        {
            mantissa >>= 1;
            power++;
        }

        mantissa = value.Top.Sign < 0 ? -mantissa : mantissa;
        return power >= 0 ? new(mantissa << power, BigInteger.One) : new(mantissa, BigInteger.One << -power);
    }

    /// <summary>The fewest digits that are rounded to the value again.</summary>
    private static (BigInteger Digits, int Exponent) Shortest(Fraction value)
    {
        var magnitude = (int)Math.Floor(BigInteger.Log10(value.Top) - BigInteger.Log10(value.Bottom));
        for (var count = 1; count <= 22; count++)
        {
            var exponent = magnitude - count + 1;
            var scaled = exponent >= 0
                ? new Fraction(value.Top, value.Bottom * BigInteger.Pow(10, exponent))
                : new Fraction(value.Top * BigInteger.Pow(10, -exponent), value.Bottom);
            var digits = BigInteger.DivRem(scaled.Top * 2 + scaled.Bottom, scaled.Bottom * 2, out _);
            var again = Round(exponent >= 0
                ? new(digits * BigInteger.Pow(10, exponent), BigInteger.One)
                : new(digits, BigInteger.Pow(10, -exponent)));
            if (again.Top * value.Bottom == value.Top * again.Bottom)
            {
                return (digits, exponent);
            }
        }

        return (value.Top / value.Bottom, 0);
    }

    private static string Write(BigInteger digits, int exponent)
    {
        var text = digits.ToString(CultureInfo.InvariantCulture);
        var trimmed = text.TrimEnd('0');
        exponent += text.Length - trimmed.Length;
        text = trimmed;
        var point = text.Length + exponent;
        if (point is < -4 or > 21)
        {
            var mantissa = text.Length == 1 ? text : $"{text[0]}.{text[1..]}";
            var power = point - 1;
            return $"{mantissa}e{(power < 0 ? '-' : '+')}{Math.Abs(power):00}";
        }

        return exponent >= 0 ? text + new string('0', exponent)
            : point > 0 ? $"{text[..point]}.{text[point..]}"
            : $"0.{new string('0', -point)}{text}";
    }
}
