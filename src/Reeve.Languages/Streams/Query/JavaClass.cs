using System.Text;
using System.Text.RegularExpressions;

namespace Reeve.Languages.Streams.Query;

/// <summary>
/// Classes of characters as Java writes them: unions <c>[a[bc]]</c>, intersections <c>[a-z&amp;&amp;[^b]]</c>, ASCII sets.
/// </summary>
internal static class JavaClass
{
    private static readonly Dictionary<string, string> _ascii = new(StringComparer.Ordinal)
    {
        ["Lower"] = "a-z",
        ["Upper"] = "A-Z",
        ["ASCII"] = @"\x00-\x7F",
        ["Alpha"] = "A-Za-z",
        ["Digit"] = "0-9",
        ["Alnum"] = "0-9A-Za-z",
        ["Punct"] = @"!-/:-@\[-`{-~",
        ["Graph"] = "!-~",
        ["Print"] = @"\x20-~",
        ["Blank"] = @"\t\x20",
        ["Cntrl"] = @"\x00-\x1F\x7F",
        ["XDigit"] = "0-9A-Fa-f",
        ["Space"] = @"\t-\r\x20",
    };

    private static readonly Dictionary<string, string> _unicode = new(StringComparer.Ordinal)
    {
        ["IsAlphabetic"] = @"\p{L}\p{Nl}",
        ["IsLetter"] = @"\p{L}",
        ["IsDigit"] = @"\p{Nd}",
        ["IsUppercase"] = @"\p{Lu}",
        ["IsLowercase"] = @"\p{Ll}",
        ["IsPunctuation"] = @"\p{P}",
        ["IsWhite_Space"] = @"\s",
        ["javaLowerCase"] = @"\p{Ll}",
        ["javaUpperCase"] = @"\p{Lu}",
        ["javaWhitespace"] = @"\s",
    };

    /// <summary>The inside of a .NET class for <c>\d</c> and the like; null when the letter names no set.</summary>
    public static string? OfLetter(char letter) => letter switch
    {
        'd' => "0-9",
        'D' => @"\x00-/:-\uFFFF",
        'w' => "0-9A-Z_a-z",
        'W' => @"\x00-/:-@\[-\^`{-\uFFFF",
        's' => @"\t-\r\x20",
        'S' => @"\x00-\x08\x0E-\x1F!-\uFFFF",
        'v' => @"\n-\r\u0085\u2028\u2029",
        'V' => @"\x00-\t\x0E-\u0084\u0086-\u2027\u202A-\uFFFF",
        'h' => @"\t\x20\u00A0\u1680\u180E\u2000-\u200A\u202F\u205F\u3000",
        'H' => @"\x00-\x08\n-\x1F!-\u009F\u00A1-\u167F\u1681-\u180D\u180F-\u1FFF\u200B-\u202E\u2030-\u205E\u2060-\u2FFF\u3001-\uFFFF",
        _ => null,
    };

    /// <summary>The inside of a .NET class for <c>\p{…}</c>; null when there is no such property.</summary>
    public static string? OfProperty(string name, bool negated)
    {
        if (_ascii.TryGetValue(name, out var ascii))
        {
            return negated ? Complement(ascii) : ascii;
        }

        if (_unicode.TryGetValue(name, out var known))
        {
            return negated ? Complement(known) : known;
        }

        foreach (var candidate in (ReadOnlySpan<string>)[name, name.StartsWith("Is", StringComparison.Ordinal) ? name[2..] : name,
            name.StartsWith("In", StringComparison.Ordinal) ? $"Is{name[2..]}" : name])
        {
            var set = $@"\{(negated ? 'P' : 'p')}{{{candidate}}}";
            if (candidate.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && IsClass(set))
            {
                return set;
            }
        }

        return null;
    }

    /// <summary>Translates the class that begins at a place; gives the place of its <c>]</c>.</summary>
    public static int Translate(string pattern, int at, StringBuilder output, int depth)
    {
        at = Read(pattern, at, out var set, depth);
        output.Append(set.Pattern);
        return at;
    }

    private static int Read(string pattern, int at, out Set result, int depth)
    {
        if (depth == 0)
        {
            throw new FormatException("its classes are nested too deeply");
        }

        at++;
        var negated = at < pattern.Length && pattern[at] == '^';
        at += negated ? 1 : 0;
        var operands = new List<Set>();
        var simple = new StringBuilder();
        var nested = new List<string>();
        var isEmpty = true;
        while (true)
        {
            if (at >= pattern.Length)
            {
                throw new FormatException("a `[` is not closed");
            }

            var c = pattern[at];
            if (c == ']' && !(isEmpty && operands.Count == 0))
            {
                break;
            }

            if (c == '&' && at + 1 < pattern.Length && pattern[at + 1] == '&')
            {
                operands.Add(Union(simple, nested));
                simple.Clear();
                nested = [];
                isEmpty = true;
                at += 2;
                continue;
            }

            isEmpty = false;
            if (c == '[')
            {
                at = Read(pattern, at, out var inner, depth - 1) + 1;
                if (inner.Inside is { } inside)
                {
                    simple.Append(inside);
                }
                else
                {
                    nested.Add(inner.Pattern);
                }

                continue;
            }

            at = Item(pattern, at, simple) + 1;
        }

        if (!isEmpty || operands.Count == 0)
        {
            operands.Add(Union(simple, nested));
        }

        result = Meet(operands, negated);
        return at;
    }

    // one character, a range of them, or an escape; gives the place of its last character
    private static int Item(string pattern, int at, StringBuilder simple)
    {
        at = Point(pattern, at, out var ranges, out var low);
        if (ranges is not null)
        {
            simple.Append(ranges);
            return at;
        }

        if (at + 2 < pattern.Length && pattern[at + 1] == '-' && pattern[at + 2] is not (']' or '['))
        {
            var end = Point(pattern, at + 2, out var set, out var high);
            if (set is null)
            {
                if (high < low)
                {
                    throw new FormatException($"the range `{pattern[at..(end + 1)]}` goes backwards");
                }

                simple.Append(Unit(low)).Append('-').Append(Unit(high));
                return end;
            }
        }

        simple.Append(Unit(low));
        return at;
    }

    private static int Point(string pattern, int at, out string? ranges, out int single)
    {
        ranges = null;
        single = pattern[at];
        if (pattern[at] != '\\')
        {
            return at;
        }

        at = JavaEscape.Set(pattern, at, out ranges, out var escaped);
        single = escaped ?? 0;
        return at;
    }

    private static string Unit(int codePoint) =>
        codePoint <= 0xFFFF ? $@"\u{codePoint:X4}" : throw new FormatException("a class holds no characters above U+FFFF here");

    private static Set Union(StringBuilder simple, List<string> nested)
    {
        if (nested.Count == 0)
        {
            return simple.Length == 0 ? new Set(null, "(?!)") : new Set(simple.ToString(), $"[{simple}]");
        }

        var parts = simple.Length == 0 ? nested : [$"[{simple}]", .. nested];
        return new Set(null, $"(?:{string.Join('|', parts)})");
    }

    private static Set Meet(List<Set> operands, bool negated)
    {
        if (operands is [{ Inside: { } inside }])
        {
            return negated ? new Set(null, $"[^{inside}]") : operands[0];
        }

        var all = operands.Count == 1
            ? operands[0].Pattern
            : $"(?:{string.Concat(operands.SkipLast(1).Select(o => $"(?={o.Pattern})"))}{operands[^1].Pattern})";
        return new Set(null, negated ? $@"(?:(?!{all})[\s\S])" : all);
    }

    private static string Complement(string inside)
    {
        var set = new Regex($"[{inside}]", RegexOptions.CultureInvariant);
        var ranges = new StringBuilder();
        var start = -1;
        for (var unit = 0; unit <= 0x10000; unit++)
        {
            var outside = unit <= 0xFFFF && !set.IsMatch(((char)unit).ToString());
            if (outside && start < 0)
            {
                start = unit;
            }
            else if (!outside && start >= 0)
            {
                ranges.Append($@"\u{start:X4}-\u{unit - 1:X4}");
                start = -1;
            }
        }

        return ranges.ToString();
    }

    private static bool IsClass(string set)
    {
        try
        {
            _ = new Regex($"[{set}]", RegexOptions.CultureInvariant);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>A set as the inside of a class, where it can be written so, and as a pattern of one character.</summary>
    private readonly record struct Set(string? Inside, string Pattern);
}
