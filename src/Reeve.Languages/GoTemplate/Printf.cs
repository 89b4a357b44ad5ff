using System.Globalization;
using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Languages.GoTemplate;

/// <summary>Go's formatted printing: flags, width, precision and verbs.</summary>
internal static class Printf
{
    private const int Widest = 10_000;

    public static string Format(string format, object?[] arguments, EvaluationBudget budget)
    {
        var text = new StringBuilder();
        var next = 0;
        var isReordered = false;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            var flags = new HashSet<char>();
            for (i++; i < format.Length && format[i] is '+' or '-' or '#' or ' ' or '0'; i++)
            {
                flags.Add(format[i]);
            }

            var isBad = !Place(format, ref i, arguments.Length, ref next, ref isReordered);
            var width = Count(format, ref i, arguments, ref next);
            int? precision = null;
            if (i < format.Length && format[i] == '.')
            {
                i++;
                precision = Count(format, ref i, arguments, ref next) ?? 0;
            }

            isBad |= !Place(format, ref i, arguments.Length, ref next, ref isReordered);

            if (i >= format.Length)
            {
                text.Append("%!(NOVERB)");
                break;
            }

            if (format[i] == '%')
            {
                text.Append('%');
                continue;
            }

            var verb = char.IsSurrogate(format[i]) ? '?' : format[i];
            if (isBad)
            {
                text.Append("%!").Append(verb).Append("(BADINDEX)");
                continue;
            }

            if (verb == 'v')
            {
                // it asks for the names of fields, not for a sign
                flags.Remove('+');
            }

            if (next >= arguments.Length)
            {
                text.Append("%!").Append(verb).Append("(MISSING)");
                continue;
            }

            var one = Pad(One(arguments[next++], verb, flags, precision), width, flags, verb);
            budget.Make(one.Length);
            text.Append(one);
        }

        if (next < arguments.Length && !isReordered)
        {
            var left = arguments[next..].Select(a => a is null ? "<nil>" : $"{Texts.TypeOf(a)}={Texts.Inner(a)}");
            text.Append("%!(EXTRA ").AppendJoin(", ", left).Append(')');
        }

        return text.ToString();
    }

    // `[2]`: the argument that is next; false when there is none
    private static bool Place(string format, ref int at, int count, ref int next, ref bool isReordered)
    {
        if (at >= format.Length || format[at] != '[')
        {
            return true;
        }

        var end = format.IndexOf(']', at);
        if (end < 0)
        {
            return false;
        }

        var isNumber = int.TryParse(format.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var place);
        isReordered = true;
        at = end + 1;
        if (!isNumber || place < 1 || place > count)
        {
            return false;
        }

        next = place - 1;
        return true;
    }

    private static int? Count(string format, ref int at, object?[] arguments, ref int next)
    {
        if (at < format.Length && format[at] == '*')
        {
            at++;
            return next < arguments.Length && arguments[next++] is long given ? (int)Math.Clamp(given, 0, Widest) : null;
        }

        var start = at;
        while (at < format.Length && char.IsAsciiDigit(format[at]))
        {
            at++;
        }

        return at == start ? null
            : int.TryParse(format.AsSpan(start, at - start), CultureInfo.InvariantCulture, out var count) ? Math.Min(count, Widest)
                : Widest;
    }

    private static string Pad(string text, int? width, HashSet<char> flags, char verb)
    {
        var missing = (width ?? 0) - text.EnumerateRunes().Count();
        if (missing <= 0)
        {
            return text;
        }

        if (flags.Contains('-'))
        {
            return text + new string(' ', missing);
        }

        if (!flags.Contains('0'))
        {
            return new string(' ', missing) + text;
        }

        // zeros stand behind the sign of a number
        var sign = verb is not ('s' or 'q') && text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        return text[..sign] + new string('0', missing) + text[sign..];
    }

    private static string One(object? value, char verb, HashSet<char> flags, int? precision)
    {
        value = value is Data.Rows.RowList rows ? rows.Whole : value;
        switch (verb)
        {
            case 'T':
                return value is null ? "<nil>" : Texts.TypeOf(value);
            case 'v' when value is null:
                return "<nil>";
            case 'v' when flags.Contains('#') && value is string quoted:
                return Quote(quoted);
            case 'v' when value is string or bool or List<object?> or OrderedDictionary<string, object?>:
                return Texts.Inner(value);
        }

        return value switch
        {
            List<object?> list => $"[{string.Join(' ', list.Select(i => i is null ? "<nil>" : One(i, verb, flags, precision)))}]",
            OrderedDictionary<string, object?> map => $"map[{string.Join(' ', map.Keys.Order(StringComparer.Ordinal)
                .Select(k => $"{One(k, verb, flags, precision)}:{(map[k] is null ? "<nil>" : One(map[k], verb, flags, precision))}"))}]",
            bool boolean when verb == 't' => boolean ? "true" : "false",
            string text => OfText(text, verb, flags, precision),
            long number => OfInteger(number, verb, flags),
            double number => OfNumber(number, verb, flags, precision),
            _ => Wrong(value, verb),
        };
    }

    private static string Wrong(object? value, char verb) =>
        value is null ? $"%!{verb}(<nil>)" : $"%!{verb}({Texts.TypeOf(value)}={Texts.Inner(value)})";

    private static string OfText(string text, char verb, HashSet<char> flags, int? precision)
    {
        var cut = precision is { } most ? string.Concat(text.EnumerateRunes().Take(most).Select(r => r.ToString())) : text;
        return verb switch
        {
            's' => cut,
            'q' => Quote(cut),
            'x' => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(cut)),
            'X' => Convert.ToHexString(Encoding.UTF8.GetBytes(cut)),
            _ => Wrong(text, verb),
        };
    }

    private static string OfInteger(long number, char verb, HashSet<char> flags)
    {
        var digits = verb switch
        {
            'd' or 'v' => Math.Abs((decimal)number).ToString(CultureInfo.InvariantCulture),
            'x' => (flags.Contains('#') ? "0x" : "") + Positive(number).ToString("x", CultureInfo.InvariantCulture),
            'X' => (flags.Contains('#') ? "0X" : "") + Positive(number).ToString("X", CultureInfo.InvariantCulture),
            'o' => (flags.Contains('#') ? "0" : "") + Convert.ToString((long)Positive(number), 8),
            'b' => Convert.ToString((long)Positive(number), 2),
            'c' when number is >= 0 and <= 0x10ffff && Rune.IsValid((int)number) => new Rune((int)number).ToString(),
            'q' when number is >= 0 and <= 0x10ffff && Rune.IsValid((int)number) => $"'{new Rune((int)number)}'",
            'U' when number >= 0 => $"U+{number:X4}",
            _ => null,
        };
        return digits is null ? Wrong(number, verb) : verb is 'c' or 'q' or 'U' ? digits : Sign(number < 0, flags) + digits;
    }

    private static ulong Positive(long number) => number < 0 ? (ulong)-(number + 1) + 1 : (ulong)number;

    private static string OfNumber(double number, char verb, HashSet<char> flags, int? precision)
    {
        var size = Math.Abs(number);
        var digits = verb switch
        {
            _ when !double.IsFinite(number) => double.IsNaN(number) ? "NaN" : "Inf",
            'v' or 'g' or 'G' when precision is null => Texts.Number(size),
            'g' or 'G' or 'v' => General(size, precision!.Value),
            'f' or 'F' => size.ToString("F" + Math.Min(precision ?? 6, 300), CultureInfo.InvariantCulture),
            'e' => Exponent(size, precision ?? 6),
            'E' => Exponent(size, precision ?? 6).ToUpperInvariant(),
            _ => null,
        };
        return digits is null ? Wrong(number, verb)
            : Sign(number < 0 || (number == 0 && double.IsNegative(number)), flags) + (verb == 'G' ? digits.ToUpperInvariant() : digits);
    }

    private static string Sign(bool isNegative, HashSet<char> flags) =>
        isNegative ? "-" : flags.Contains('+') ? "+" : flags.Contains(' ') ? " " : "";

    private static string Exponent(double number, int precision)
    {
        var text = number.ToString("E" + Math.Min(precision, 300), CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var power = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{text[..mark]}e{(power < 0 ? "-" : "+")}{Math.Abs(power):00}";
    }

    private static string General(double number, int precision)
    {
        precision = Math.Clamp(precision, 1, 300);
        var exponent = Exponent(number, precision - 1);
        var mark = exponent.IndexOf('e', StringComparison.Ordinal);
        var power = int.Parse(exponent.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (power < -4 || power >= precision)
        {
            return Bare(exponent[..mark]) + exponent[mark..];
        }

        return Bare(number.ToString("F" + Math.Max(precision - 1 - power, 0), CultureInfo.InvariantCulture));
    }

    private static string Bare(string digits) =>
        digits.Contains('.', StringComparison.Ordinal) ? digits.TrimEnd('0').TrimEnd('.') : digits;

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                < ' ' or '\u007f' => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
