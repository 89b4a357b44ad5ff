using System.Globalization;
using System.Numerics;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary><c>sprintf</c> with Go's verbs.</summary>
internal static class FormatBuiltin
{
    private const int WidestField = 100_000;

    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "sprintf", Parameters = [RegoType.String, RegoType.Array], Result = RegoType.String,
            Invoke = static (_, operands) => StringValue.Of(
                Format(Operand.String(operands, 0, "sprintf").Text, Operand.Array(operands, 1, "sprintf"))),
        },
    ];

    private static string Format(string format, ArrayValue operands)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                text.Append(format[at]);
                continue;
            }

            var verb = Verb.Read(format, ref at, operands, ref next);
            if (verb is null)
            {
                text.Append("%!(NOVERB)");
                break;
            }

            if (verb.Letter == '%')
            {
                text.Append('%');
                continue;
            }

            var written = next < operands.Count ? verb.Write(operands[next++]) : $"%!{verb.Letter}(MISSING)";
            RunningLimits.Write(written.Length);
            text.Append(written);
        }

        if (next < operands.Count)
        {
            text.Append("%!(EXTRA ");
            for (var at = next; at < operands.Count; at++)
            {
                text.Append(at > next ? ", " : "").Append(GoType(operands[at])).Append('=').Append(Plain(operands[at]));
            }

            text.Append(')');
        }

        return text.ToString();
    }

    private static string Plain(Value value) => value switch
    {
        StringValue text => text.Text,
        NumberValue number => number.Text,
        _ => value.ToString(),
    };

    private static string GoType(Value value) => value switch
    {
        NumberValue { IsWhole: true } number => number.TryGetInt64(out _) ? "int" : "*big.Int",
        NumberValue => "float64",
        BooleanValue => "bool",
        _ => "string",
    };

    private sealed record Verb(string Flags, int? Width, int? Precision, char Letter)
    {
        public static Verb? Read(string format, ref int at, ArrayValue operands, ref int next)
        {
            var from = ++at;
            while (at < format.Length && "+-# 0".Contains(format[at]))
            {
                at++;
            }

            var flags = format[from..Math.Min(at, format.Length)];
            var width = Number(format, ref at, operands, ref next);
            int? precision = null;
            if (at < format.Length && format[at] == '.')
            {
                at++;
                precision = Number(format, ref at, operands, ref next) ?? 0;
            }

            return at < format.Length ? new(flags, width, precision, format[at]) : null;
        }

        public string Write(Value value)
        {
            var body = Body(value);
            if (Width is not { } width || body.Length >= width)
            {
                return body;
            }

            if (Flags.Contains('-'))
            {
                return body.PadRight(width);
            }

            if (!Flags.Contains('0') || value is not NumberValue)
            {
                return body.PadLeft(width);
            }

            var sign = body[0] is '-' or '+' ? body[..1] : "";
            return sign + body[sign.Length..].PadLeft(width - sign.Length, '0');
        }

        private static int? Number(string format, ref int at, ArrayValue operands, ref int next)
        {
            if (at < format.Length && format[at] == '*')
            {
                at++;
                return next < operands.Count && operands[next++] is NumberValue given && given.TryGetInt64(out var whole)
                    && whole is >= 0 and <= WidestField
                    ? (int)whole
                    : null;
            }

            var from = at;
            while (at < format.Length && char.IsAsciiDigit(format[at]))
            {
                at++;
            }

            return at == from ? null
                : int.TryParse(format.AsSpan(from, at - from), out var number) && number <= WidestField ? number
                : throw Operand.Failed("sprintf: a field is too wide");
        }

        private string Body(Value value)
        {
            var isNumber = value is NumberValue;
            switch (Letter)
            {
                case 'v' or 's' when Letter == 'v' || !isNumber || value is NumberValue { IsWhole: true }:
                    return Cut(Plain(value));
                case 's':
                    return Plain(value);
                case 'T':
                    return GoType(value);
                case 't' when value is BooleanValue:
                    return value.ToString();
                case 'q' when value is StringValue text:
                    var quoted = new StringBuilder();
                    ValueText.Quote(text.Text, quoted);
                    return quoted.ToString();
                case 'q':
                    var outer = new StringBuilder();
                    ValueText.Quote(Plain(value), outer);
                    return outer.ToString();
                case 'd' or 'b' or 'o' or 'x' or 'X' or 'c' or 'U' when value is NumberValue number && number.TryGetWhole(out var whole):
                    return Whole(whole);
                case 'x' or 'X' when value is StringValue bytes:
                    var hex = Convert.ToHexString(Encoding.UTF8.GetBytes(bytes.Text));
                    return Letter == 'x' ? hex.ToLowerInvariant() : hex;
                case 'e' or 'E' or 'f' or 'F' or 'g' or 'G' when value is NumberValue number:
                    return Signed(Float(number));
                default:
                    return $"%!{Letter}({GoType(value)}={Plain(value)})";
            }
        }

        private string Cut(string text)
        {
            if (Precision is not { } most || text.Length <= most)
            {
                return text;
            }

            return string.Concat(text.EnumerateRunes().Take(most));
        }

        private string Signed(string text) => Flags.Contains('+') && text[0] != '-' ? "+" + text
            : Flags.Contains(' ') && text[0] != '-' ? " " + text : text;

        private string Whole(BigInteger whole)
        {
            if (Letter is 'c' or 'U')
            {
                var code = whole >= 0 && whole <= 0x10FFFF && Rune.IsValid((int)whole) ? (int)whole : 0xFFFD;
                return Letter == 'c' ? new Rune(code).ToString() : $"U+{code:X4}";
            }

            var digits = Letter switch
            {
                'b' => BigInteger.Abs(whole).ToString("B", CultureInfo.InvariantCulture).TrimStart('0'),
                'x' => BigInteger.Abs(whole).ToString("x", CultureInfo.InvariantCulture).TrimStart('0'),
                'X' => BigInteger.Abs(whole).ToString("X", CultureInfo.InvariantCulture).TrimStart('0'),
                'o' => StringBuiltins.Octal(BigInteger.Abs(whole)),
                _ => BigInteger.Abs(whole).ToString(CultureInfo.InvariantCulture),
            };
            digits = digits.Length == 0 ? "0" : digits;
            digits = Precision is { } least ? digits.PadLeft(least, '0') : digits;
            if (Flags.Contains('#'))
            {
                digits = Letter switch { 'x' => "0x", 'X' => "0X", 'o' => "0", 'b' => "0b", _ => "" } + digits;
            }

            return Signed((whole.Sign < 0 ? "-" : "") + digits);
        }

        private string Float(NumberValue number)
        {
            var value = number.ToDouble();
            var places = Precision ?? 6;
            switch (Letter)
            {
                case 'f' or 'F':
                    return value.ToString("F" + places, CultureInfo.InvariantCulture);
                case 'e' or 'E':
                    var digits = places == 0 ? "0" : "0." + new string('0', places);
                    return value.ToString(digits + Letter + "+00", CultureInfo.InvariantCulture);
                default:
                    var shortest = Precision is { } most
                        ? value.ToString("G" + Math.Max(1, most), CultureInfo.InvariantCulture)
                        : value.ToString("R", CultureInfo.InvariantCulture);
                    return shortest.Replace("E", Letter == 'g' ? "e" : "E", StringComparison.Ordinal);
            }
        }
    }
}
