using System.Globalization;
using System.Numerics;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Quantities written with units.</summary>
internal static class UnitBuiltins
{
    private const int LargestPower = 400;

    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "units.parse", Parameters = [RegoType.String], Result = RegoType.Number,
            Invoke = static (_, operands) => Parse(Operand.String(operands, 0, "units.parse").Text),
        },
        new()
        {
            Name = "units.parse_bytes", Parameters = [RegoType.String], Result = RegoType.Number,
            Invoke = static (_, operands) => ParseBytes(Operand.String(operands, 0, "units.parse_bytes").Text),
        },
    ];

    private static NumberValue Parse(string text)
    {
        var (digits, power, unit) = Cut(text, "units.parse", "no amount provided", "could not parse amount to a number");

        // only behind its first letter: m and M mean different things
        unit = unit.Length > 1 ? unit[..1] + unit[1..].ToLowerInvariant() : unit;
        if (unit == "m")
        {
            return Exact(digits, power - 3);
        }

        var factor = Factor(unit, false) ?? throw Operand.Failed($"units.parse: unit {unit} not recognized");
        return Exact(digits * factor, power);
    }

    private static NumberValue ParseBytes(string text)
    {
        var (digits, power, unit) = Cut(
            text.ToLowerInvariant(), "units.parse_bytes", "no byte amount provided", "could not parse byte amount to a number");
        var factor = Factor(unit, true) ?? throw Operand.Failed($"units.parse_bytes: byte unit {unit} not recognized");
        digits *= factor;
        return NumberValue.Of(power >= 0 ? digits * BigInteger.Pow(10, power) : BigInteger.Divide(digits, BigInteger.Pow(10, -power)));
    }

    private static BigInteger? Factor(string unit, bool bytes)
    {
        if (unit.Length == 0)
        {
            return BigInteger.One;
        }

        var power = "kmgtpe".IndexOf(char.ToLowerInvariant(unit[0]), StringComparison.Ordinal) + 1;
        var rest = unit[1..];
        return power == 0 ? null
            : rest == "" || (bytes && rest == "b") ? BigInteger.Pow(1000, power)
            : rest == "i" || (bytes && rest == "ib") ? BigInteger.Pow(1024, power)
            : null;
    }

    private static NumberValue Exact(BigInteger digits, int power)
    {
        if (power >= 0)
        {
            return NumberValue.Of(digits * BigInteger.Pow(10, power));
        }

        var (whole, rest) = BigInteger.DivRem(digits, BigInteger.Pow(10, -power));
        if (rest.IsZero)
        {
            return NumberValue.Of(whole);
        }

        // ten places behind the point, as OPA writes them
        var scaled = BigInteger.DivRem(BigInteger.Abs(digits) * BigInteger.Pow(10, 10) * 2 + BigInteger.Pow(10, -power),
            BigInteger.Pow(10, -power) * 2, out _);
        var text = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(11, '0');
        return NumberValue.TryParse($"{text[..^10]}.{text[^10..].TrimEnd('0').PadRight(1, '0')}", out var value)
            ? value
            : NumberValue.Of(whole);
    }

    /// <summary>The digits, the power of ten and the unit of a text.</summary>
    private static (BigInteger Digits, int Power, string Unit) Cut(string text, string name, string nothing, string wrong)
    {
        text = text.Replace("\"", "", StringComparison.Ordinal);
        if (text.Contains(' ', StringComparison.Ordinal))
        {
            throw Operand.Failed($"{name}: spaces not allowed in resource strings");
        }

        var at = 0;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
        {
            at++;
        }

        var amount = text[..at];
        var power = 0;
        if (at > 0 && at + 1 < text.Length && (text[at] is 'e' or 'E'))
        {
            var end = at + 1;
            end += text[end] is '+' or '-' ? 1 : 0;
            var first = end;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (end > first)
            {
                var written = text.AsSpan(at + 1, end - at - 1);
                power = int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given)
                    && Math.Abs(given) <= LargestPower
                    ? given
                    : throw Operand.Failed($"{name}: {wrong}");
                at = end;
            }
        }

        if (amount.Length == 0)
        {
            throw Operand.Failed($"{name}: {nothing}");
        }

        var point = amount.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? amount : amount.Remove(point, 1);
        if (digits.Length is 0 or > 5000 || digits.Contains('.', StringComparison.Ordinal))
        {
            throw Operand.Failed($"{name}: {wrong}");
        }

        return (
            BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture),
            power - (point < 0 ? 0 : amount.Length - 1 - point),
            text[at..]);
    }
}
