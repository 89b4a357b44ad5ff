using System.Globalization;
using System.Numerics;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>-1.5s</c>.</summary>
internal static class GoDuration
{
    private const int Longest = 1000;

    /// <summary>The nanoseconds of a duration; fails in Go's words for the built-in of a name.</summary>
    public static long Parse(string text, string name)
    {
        var shown = StringValue.Of(text).ToString();
        var invalid = Operand.Failed($"{name}: time: invalid duration {shown}");
        var at = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        if (text[at..] == "0")
        {
            return 0;
        }

        if (at == text.Length || text.Length > Longest)
        {
            throw invalid;
        }

        var total = BigInteger.Zero;
        while (at < text.Length)
        {
            var whole = Digits(text, ref at);
            var fraction = "";
            if (at < text.Length && text[at] == '.')
            {
                at++;
                fraction = Digits(text, ref at);
            }

            if (whole.Length + fraction.Length == 0)
            {
                throw invalid;
            }

            var start = at;
            while (at < text.Length && text[at] != '.' && !char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            var unit = text[start..at];
            var scale = unit switch
            {
                "" => throw Operand.Failed($"{name}: time: missing unit in duration {shown}"),
                "ns" => 1L,
                "us" or "\u00b5s" or "\u03bcs" => 1_000,
                "ms" => 1_000_000,
                "s" => 1_000_000_000,
                "m" => 60_000_000_000,
                "h" => 3_600_000_000_000,
                _ => throw Operand.Failed($"{name}: time: unknown unit {StringValue.Of(unit)} in duration {shown}"),
            };
            total += BigInteger.Parse("0" + whole + fraction, NumberStyles.None, CultureInfo.InvariantCulture) * scale
                / BigInteger.Pow(10, fraction.Length);
        }

        total = text[0] == '-' ? -total : total;
        return total >= long.MinValue && total <= long.MaxValue ? (long)total : throw invalid;
    }

    private static string Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return text[start..at];
    }
}
