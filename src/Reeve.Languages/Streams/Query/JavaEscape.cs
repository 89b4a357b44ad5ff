using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Reeve.Languages.Streams.Query;

/// <summary>What a backslash means in a pattern of Java.</summary>
internal static class JavaEscape
{
    /// <summary>Translates the escape outside a class; gives the place of its last character.</summary>
    public static int Translate(string pattern, int at, StringBuilder output)
    {
        if (at + 1 >= pattern.Length)
        {
            throw new FormatException("it ends in a backslash");
        }

        var c = pattern[at + 1];
        switch (c)
        {
            case 'Q':
                var close = pattern.IndexOf(@"\E", at + 2, StringComparison.Ordinal);
                var quoted = close < 0 ? pattern[(at + 2)..] : pattern[(at + 2)..close];
                output.Append("(?:").Append(Regex.Escape(quoted)).Append(')');
                return close < 0 ? pattern.Length - 1 : close + 1;
            case 'R':
                output.Append(@"(?:\r\n|[\n\x0B\f\r\u0085\u2028\u2029])");
                return at + 1;
            case 'Z':
                output.Append($@"(?=(?:\r\n|(?<!\r)\n|[\r\u0085\u2028\u2029])?\z)");
                return at + 1;
            case 'A' or 'z' or 'G' or 'b' or 'B':
                output.Append('\\').Append(c);
                return at + 1;
            case 'k':
                var end = pattern.IndexOf('>', at);
                if (end < 0 || at + 2 >= pattern.Length || pattern[at + 2] != '<')
                {
                    throw new FormatException("`\\k` is to be followed by `<name>`");
                }

                output.Append(pattern, at, end - at + 1);
                return end;
            case >= '1' and <= '9':
                output.Append("(?:\\").Append(c).Append(')');
                return at + 1;
            default:
                var last = Set(pattern, at, out var ranges, out var single);
                output.Append(ranges is null ? Literal(single!.Value) : $"[{ranges}]");
                return last;
        }
    }

    /// <summary>
    /// Reads an escape that stands for characters, inside or outside a class: either the inside of a .NET class, or one code point.
    /// Gives the place of its last character.
    /// </summary>
    public static int Set(string pattern, int at, out string? ranges, out int? single)
    {
        (ranges, single) = (null, null);
        if (at + 1 >= pattern.Length)
        {
            throw new FormatException("it ends in a backslash");
        }

        var c = pattern[at + 1];
        if (JavaClass.OfLetter(c) is { } set)
        {
            ranges = set;
            return at + 1;
        }

        switch (c)
        {
            case 'p' or 'P':
                return Property(pattern, at, out ranges);
            case 'n' or 'r' or 't' or 'f' or 'a' or 'e':
                single = c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'f' => '\f', 'a' => '\a', _ => '\u001b' };
                return at + 1;
            case 'x' when at + 2 < pattern.Length && pattern[at + 2] == '{':
                var close = pattern.IndexOf('}', at);
                single = close < 0 ? throw Number("x{") : Hexadecimal(pattern[(at + 3)..close], "x{");
                return single <= 0x10FFFF ? close : throw Number("x{");
            case 'x':
                single = Hexadecimal(Slice(pattern, at + 2, 2), "x");
                return at + 3;
            case 'u':
                single = Hexadecimal(Slice(pattern, at + 2, 4), "u");
                return at + 5;
            case '0':
                return Octal(pattern, at, out single);
            case 'c' when at + 2 < pattern.Length:
                single = pattern[at + 2] ^ 64;
                return at + 2;
            case (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '1' and <= '9'):
                throw new FormatException($"there is no `\\{c}` here");
            default:
                single = c;
                return at + 1;
        }
    }

    /// <summary>One code point, as a part of a pattern.</summary>
    public static string Literal(int codePoint) => codePoint > 0xFFFF ? $"(?:{char.ConvertFromUtf32(codePoint)})" : $@"\u{codePoint:X4}";

    private static int Property(string pattern, int at, out string? ranges)
    {
        if (at + 2 >= pattern.Length)
        {
            throw new FormatException("a `\\p` has no name");
        }

        var close = pattern[at + 2] == '{' ? pattern.IndexOf('}', at) : at + 2;
        if (close < 0)
        {
            throw new FormatException("a `\\p{` is not closed");
        }

        var name = pattern[at + 2] == '{' ? pattern[(at + 3)..close] : pattern[(at + 2)..(at + 3)];
        ranges = JavaClass.OfProperty(name, negated: pattern[at + 1] == 'P')
            ?? throw new FormatException($"there is no property `{name}`");
        return close;
    }

    private static int Octal(string pattern, int at, out int? single)
    {
        var end = at + 2;
        var value = 0;
        while (end < pattern.Length && end < at + 5 && pattern[end] is >= '0' and <= '7' && value * 8 + (pattern[end] - '0') <= 255)
        {
            value = value * 8 + (pattern[end] - '0');
            end++;
        }

        single = end > at + 2 ? value : throw Number("0");
        return end - 1;
    }

    private static string Slice(string pattern, int start, int length) =>
        start + length <= pattern.Length ? pattern.Substring(start, length) : "";

    private static int Hexadecimal(string digits, string after) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value >= 0
            ? value
            : throw Number(after);

    private static FormatException Number(string after) => new($"`\\{after}` is followed by no proper number");
}
