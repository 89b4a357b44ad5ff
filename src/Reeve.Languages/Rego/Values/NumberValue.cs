using System.Globalization;
using System.Numerics;
using System.Text;

namespace Reeve.Languages.Rego.Values;

/// <summary>
/// A number, exact: what fits into 64 bits as such, everything else as digits and a power of ten. It is printed as it was written;
/// two numbers are equal when they mean the same.
/// </summary>
public sealed class NumberValue : Value
{
    private const int LongestText = 20_000;
    private const int FirstKept = -256;
    private const int LastKept = 1024;

    // INVARIANT: a power beyond this is no number that anybody computes with; it bounds what a short text can cost
    private const int LargestExponent = 100_000;

    private static readonly NumberValue[] Kept = [.. Enumerable.Range(FirstKept, LastKept - FirstKept + 1).Select(n => new NumberValue(n))];

    private readonly long _whole;
    private readonly string? _text;
    private readonly Wide? _wide;

    private NumberValue(long whole) => _whole = whole;

    private NumberValue(long whole, string text) => (_whole, _text) = (whole, text);

    private NumberValue(Wide wide, string text) => (_wide, _text) = (wide, text);

    /// <inheritdoc/>
    public override string TypeName => "number";

    /// <summary>The number as JSON writes it.</summary>
    public string Text => _text ?? _whole.ToString(CultureInfo.InvariantCulture);

    /// <summary>Was it, or would it be, written without a point and an exponent?</summary>
    public bool IsWrittenWhole => _text is null || _text.AsSpan().IndexOfAny('.', 'e', 'E') < 0;

    /// <summary>Is there nothing behind the point?</summary>
    public bool IsWhole => _wide is null || _wide.Exponent >= 0;

    internal override int Rank => 2;

    /// <summary>Is it a whole number of 64 bits, written as one?</summary>
    internal bool IsPlain => _text is null;

    /// <summary>The value of a whole number.</summary>
    public static NumberValue Of(long whole) => whole is >= FirstKept and <= LastKept ? Kept[whole - FirstKept] : new NumberValue(whole);

    /// <summary>The value of a whole number of any size.</summary>
    public static NumberValue Of(BigInteger whole)
    {
        if (whole >= long.MinValue && whole <= long.MaxValue)
        {
            return Of((long)whole);
        }

        return new NumberValue(Wide.Of(whole, 0), whole.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The value of a floating point number, written the shortest way that means it; null for what is no number.</summary>
    public static NumberValue? Of(double number)
    {
        if (!double.IsFinite(number))
        {
            return null;
        }

        return Math.Abs(number) < 1e15 && number == Math.Floor(number)
            ? Of((long)number)
            : TryParse(number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'), out var value) ? value : null;
    }

    /// <summary>The number that a text spells as JSON does.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NumberValue? value)
    {
        value = null;
        if (text.Length is 0 or > LongestText || !IsNumber(text))
        {
            return false;
        }

        if (text.Length < 19 && text.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            var whole = long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            value = whole == 0 && text[0] == '-' ? new NumberValue(0, text) : Of(whole);
            return true;
        }

        var wide = Wide.Parse(text);
        if (wide is null)
        {
            return false;
        }

        value = wide.Exponent >= 0 && wide.TryWhole(out var exact)
            ? IsPlainText(text) ? Of(exact) : new NumberValue(exact, text)
            : new NumberValue(wide, text);
        return true;
    }

    /// <summary>The number that a JSON reader found valid.</summary>
    public static NumberValue? Parse(ReadOnlySpan<byte> json) => TryParse(Encoding.ASCII.GetString(json), out var value) ? value : null;

    /// <summary>The whole number, when it is one of 64 bits.</summary>
    public bool TryGetInt64(out long whole)
    {
        whole = _whole;
        return _wide is null;
    }

    /// <summary>The whole number, when it is one.</summary>
    public bool TryGetWhole(out BigInteger whole)
    {
        whole = _wide is null ? _whole : IsWhole ? _wide.Digits * BigInteger.Pow(10, _wide.Exponent) : default;
        return IsWhole;
    }

    /// <summary>The digits and the power of ten that it is.</summary>
    public (BigInteger Digits, int Exponent) ToDecimal() => _wide is null ? (_whole, 0) : (_wide.Digits, _wide.Exponent);

    /// <summary>The nearest floating point number; infinite for what is beyond.</summary>
    public double ToDouble() =>
        _wide is null ? _whole : double.Parse(_text!, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool IsPlainText(string text) => text.AsSpan().IndexOfAny('.', 'e', 'E') < 0;

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        var at = text[0] == '-' ? 1 : 0;
        var begin = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (at == begin || (text[begin] == '0' && at > begin + 1))
        {
            return false;
        }

        if (at < text.Length && text[at] == '.')
        {
            begin = ++at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            if (at == begin)
            {
                return false;
            }
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at++;
            at += at < text.Length && text[at] is '+' or '-' ? 1 : 0;
            begin = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            return at > begin && at == text.Length;
        }

        return at == text.Length;
    }

    private protected override int CompareSame(Value other)
    {
        var number = (NumberValue)other;
        return _wide is null && number._wide is null
            ? _whole.CompareTo(number._whole)
            : Wide.Compare(_wide ?? Wide.Of(_whole, 0), number._wide ?? Wide.Of(number._whole, 0));
    }

    // INVARIANT: what fits into 64 bits is never wide, and wide digits end in no zero, so equal numbers have equal parts
    private protected override bool EqualsSame(Value other)
    {
        var number = (NumberValue)other;
        return _wide is null
            ? number._wide is null && _whole == number._whole
            : number._wide is not null && _wide.Exponent == number._wide.Exponent && _wide.Digits == number._wide.Digits;
    }

    private protected override int Hash() => _wide is null ? _whole.GetHashCode() : HashCode.Combine(_wide.Digits, _wide.Exponent);

    /// <summary>Digits without zeros at the end, and a power of ten.</summary>
    private sealed record Wide(BigInteger Digits, int Exponent)
    {
        public static Wide Of(BigInteger digits, int exponent)
        {
            if (digits.IsZero)
            {
                return new Wide(0, 0);
            }

            while (true)
            {
                var less = BigInteger.DivRem(digits, 10, out var rest);
                if (!rest.IsZero)
                {
                    return new Wide(digits, exponent);
                }

                (digits, exponent) = (less, exponent + 1);
            }
        }

        public static Wide? Parse(string text)
        {
            var e = text.AsSpan().IndexOfAny('e', 'E');
            var mantissa = e < 0 ? text : text[..e];
            var exponent = 0;
            if (e >= 0 && (!int.TryParse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs(exponent) > LargestExponent))
            {
                // a zero is one whatever the power
                return mantissa.AsSpan().IndexOfAnyInRange('1', '9') < 0 ? new Wide(0, 0) : null;
            }

            var point = mantissa.IndexOf('.', StringComparison.Ordinal);
            if (point >= 0)
            {
                // zeros behind the point say nothing, and taking them off the digits one by one is dear
                var fraction = mantissa[(point + 1)..].TrimEnd('0');
                exponent -= fraction.Length;
                mantissa = mantissa[..point] + fraction;
            }

            return Of(BigInteger.Parse(mantissa, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), exponent);
        }

        public static int Compare(Wide one, Wide other)
        {
            if (one.Digits.Sign != other.Digits.Sign)
            {
                return one.Digits.Sign.CompareTo(other.Digits.Sign);
            }

            if (one.Digits.IsZero)
            {
                return 0;
            }

            // numbers of very different size are told apart without writing them out
            var size = Size(one) - Size(other);
            if (Math.Abs(size) > 2)
            {
                return size > 0 ? one.Digits.Sign : -one.Digits.Sign;
            }

            var least = Math.Min(one.Exponent, other.Exponent);
            return (one.Digits * BigInteger.Pow(10, one.Exponent - least)).CompareTo(
                other.Digits * BigInteger.Pow(10, other.Exponent - least));
        }

        public bool TryWhole(out long whole)
        {
            whole = 0;
            if (Exponent > 18)
            {
                return false;
            }

            var exact = Digits * BigInteger.Pow(10, Exponent);
            if (exact < long.MinValue || exact > long.MaxValue)
            {
                return false;
            }

            whole = (long)exact;
            return true;
        }

        private static double Size(Wide number) => BigInteger.Log10(BigInteger.Abs(number.Digits)) + number.Exponent;
    }
}
