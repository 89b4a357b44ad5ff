using System.Globalization;
using System.Numerics;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Reader;

/// <summary>Numbers as Clojure writes them: 12, -3, 0x1f, 2r101, 10N, 1.5, 1e3, 1M, 1/2.</summary>
internal static class NumberText
{
    private const int Longest = 400;

    public static bool TryRead(string token, out object? number)
    {
        number = null;
        if (token.Length > Longest)
        {
            return false;
        }

        var isNegative = token[0] == '-';
        var digits = token.AsSpan(token[0] is '+' or '-' ? 1 : 0);
        if (digits.IndexOf('/') is var slash && slash > 0)
        {
            if (!TryDigits(digits[..slash], 10, out var above) || !TryDigits(digits[(slash + 1)..], 10, out var below) || below.IsZero)
            {
                return false;
            }

            number = Numbers.Box(StreamNumber.OfRatio(isNegative ? -above : above, below));
            return true;
        }

        var isBig = digits[^1] == 'N';
        var whole = isBig ? digits[..^1] : digits;
        if (TryInteger(whole, out var value))
        {
            value = isNegative ? -value : value;
            number = !isBig && value >= long.MinValue && value <= long.MaxValue
                ? Numbers.Box((long)value)
                : StreamNumber.Of(value);
            return true;
        }

        var floating = digits[^1] == 'M' ? digits[..^1] : digits;
        const NumberStyles styles = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!isBig && floating.IndexOfAnyExcept("0123456789.eE+-") < 0
            && double.TryParse(floating, styles, CultureInfo.InvariantCulture, out var point))
        {
            number = isNegative ? -point : point;
            return true;
        }

        return false;
    }

    private static bool TryInteger(ReadOnlySpan<char> digits, out BigInteger value)
    {
        if (digits.Length > 2 && digits[0] == '0' && digits[1] is 'x' or 'X')
        {
            return TryDigits(digits[2..], 16, out value);
        }

        var radix = digits.IndexOfAny('r', 'R');
        if (radix > 0 && int.TryParse(digits[..radix], NumberStyles.None, CultureInfo.InvariantCulture, out var basis)
            && basis is >= 2 and <= 36)
        {
            return TryDigits(digits[(radix + 1)..], basis, out value);
        }

        // a leading 0 means base 8
        return digits.Length > 1 && digits[0] == '0' ? TryDigits(digits[1..], 8, out value) : TryDigits(digits, 10, out value);
    }

    private static bool TryDigits(ReadOnlySpan<char> digits, int basis, out BigInteger value)
    {
        value = BigInteger.Zero;
        foreach (var letter in digits)
        {
            var digit = char.IsAsciiDigit(letter) ? letter - '0' : char.IsAsciiLetter(letter) ? (letter | 0x20) - 'a' + 10 : 99;
            if (digit >= basis)
            {
                return false;
            }

            value = (value * basis) + digit;
        }

        return digits.Length > 0;
    }
}
