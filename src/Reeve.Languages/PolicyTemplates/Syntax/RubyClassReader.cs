using System.Globalization;
using System.Text;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>
/// What stands between <c>[</c> and <c>]</c> in a regular expression of Ruby, and escapes for one character or a kind of it.
/// </summary>
internal sealed class RubyClassReader(string pattern, int at)
{
    private const int Deepest = 50;

    private int _depth;

    public int At { get; private set; } = at;

    public string? Problem { get; private set; }

    private char Now => At < pattern.Length ? pattern[At] : '\0';

    /// <summary>An escape outside of brackets: an expression for one character.</summary>
    public string ReadEscape()
    {
        var piece = Escape();
        return piece.Set.Length > 0 && piece.Single < 0 ? $"[{piece.Set}]" : piece.Set.Length > 0 ? piece.Set : piece.Other;
    }

    /// <summary>A class: an expression for one character.</summary>
    public string Read()
    {
        if (++_depth > Deepest)
        {
            Problem = $"classes are nested more than {Deepest} deep";
        }

        At++;
        var isNegated = Now == '^';
        At += isNegated ? 1 : 0;
        var all = new List<string>();
        var isPlain = true;
        var set = new StringBuilder();
        var others = new List<string>();
        var isFirst = true;
        while (Problem is null)
        {
            if (At >= pattern.Length)
            {
                Problem = "a `[` has no `]`";
                break;
            }

            if (Now == ']' && (!isFirst || pattern.IndexOf(']', At + 1) < 0))
            {
                Problem = isFirst ? "an empty class" : null;
                At++;
                break;
            }

            if (pattern.AsSpan(At).StartsWith("&&"))
            {
                At += 2;
                isPlain = false;
                all.Add(Union(set, others));
                set.Clear();
                others.Clear();
            }
            else
            {
                Item(set, others);
            }

            isFirst = false;
        }

        _depth--;
        if (isPlain && others.Count == 0)
        {
            return $"[{(isNegated ? "^" : "")}{set}]";
        }

        all.Add(Union(set, others));
        var inAll = string.Concat(all.SkipLast(1).Select(a => $"(?={a})")) + all[^1];
        return isNegated ? $"(?:(?!{inAll})[\\s\\S])" : $"(?:{inAll})";
    }

    private static string Union(StringBuilder set, List<string> others)
    {
        var parts = set.Length > 0 ? others.Prepend($"[{set}]").ToList() : others;
        return parts.Count switch { 0 => "(?!)", 1 => parts[0], _ => $"(?:{string.Join('|', parts)})" };
    }

    private void Item(StringBuilder set, List<string> others)
    {
        if (Now == '[')
        {
            if (pattern.AsSpan(At).StartsWith("[:") && pattern.IndexOf(":]", At + 2, StringComparison.Ordinal) is var end and > 0
                && pattern.AsSpan(At + 2, end - At - 2).IndexOfAny('[', ']') < 0)
            {
                Posix(pattern[(At + 2)..end], set, others);
                At = end + 2;
            }
            else
            {
                others.Add(Read());
            }

            return;
        }

        var piece = Now == '\\' ? Escape(true) : Character();
        if (Now != '-' || At + 1 >= pattern.Length || pattern[At + 1] is ']' or '[' || pattern.AsSpan(At + 1).StartsWith("&&"))
        {
            Take(piece, set, others);
            return;
        }

        if (piece.Single < 0)
        {
            Problem = "a range begins with a kind of characters";
            return;
        }

        At++;
        var last = Now == '\\' ? Escape(true) : Character();
        if (last.Single < 0 || last.Single < piece.Single)
        {
            Problem ??= last.Single < 0 ? "a range ends with a kind of characters" : "a range whose end comes before its beginning";
        }
        else if (last.Single > 0xFFFF)
        {
            Problem ??= "a range beyond U+FFFF is not supported";
        }
        else
        {
            set.Append(piece.Set).Append('-').Append(last.Set);
        }
    }

    private static void Take(Piece piece, StringBuilder set, List<string> others)
    {
        if (piece.Set.Length > 0)
        {
            set.Append(piece.Set);
        }
        else if (piece.Other.Length > 0)
        {
            others.Add(piece.Other);
        }
    }

    private Piece Character()
    {
        var code = CodeAt(At);
        At += code > 0xFFFF ? 2 : 1;
        return Piece.Of(code);
    }

    private int CodeAt(int index) =>
        char.IsHighSurrogate(pattern[index]) && index + 1 < pattern.Length && char.IsLowSurrogate(pattern[index + 1])
            ? char.ConvertToUtf32(pattern[index], pattern[index + 1]) : pattern[index];

    private void Posix(string name, StringBuilder set, List<string> others)
    {
        var isNegated = name.StartsWith('^');
        if (RubyProperties.Posix(isNegated ? name[1..] : name) is not { } members)
        {
            Problem = $"there is no class `[:{name}:]`";
        }
        else if (isNegated)
        {
            others.Add($"[^{members}]");
        }
        else
        {
            set.Append(members);
        }
    }

    private Piece Escape(bool isInside = false)
    {
        At++;
        var c = Now;
        At++;
        switch (c)
        {
            case '\0' when At > pattern.Length:
                Problem = "a `\\` at the end";
                return new Piece("", "", -1);
            case 'd' or 'w' or 's' or 'h':
                return new Piece(RubyProperties.Kind(c), "", -1);
            case 'D' or 'W' or 'S' or 'H':
                return new Piece("", $"[^{RubyProperties.Kind(char.ToLowerInvariant(c))}]", -1);
            case 'p' or 'P' when Now == '{':
                return Property(c == 'P');
            case 'n' or 't' or 'r' or 'f' or 'v' or 'a' or 'e':
                return Piece.Of("\n\t\r\f\v\a\u001B"["ntrfvae".IndexOf(c, StringComparison.Ordinal)]);
            case 'b' when isInside:
                return Piece.Of('\b');
            case 'x':
                return Code(2, 1, "hexadecimal");
            case 'u' when Now == '{':
                var end = pattern.IndexOf('}', At);
                var digits = end < 0 ? "" : pattern[(At + 1)..end].Trim();
                At = end < 0 ? pattern.Length : end + 1;
                return Parsed(digits, "Unicode");
            case 'u':
                return Code(4, 4, "Unicode");
            case 'c' when At < pattern.Length:
                return Piece.Of(pattern[At++] & 0x1F);
            case 'C' when Now == '-' && At + 1 < pattern.Length:
                At += 2;
                return Piece.Of(pattern[At - 1] & 0x1F);
            case 'c' or 'C' or 'M':
                Problem = $"an escape `\\{c}` that means nothing";
                return new Piece("", "", -1);
            case >= '0' and <= '7' when isInside || c == '0':
                At--;
                return Octal();
            default:
                At--;
                return Character();
        }
    }

    private Piece Octal()
    {
        var value = 0;
        for (var digits = 0; digits < 3 && Now is >= '0' and <= '7'; digits++, At++)
        {
            value = (value * 8) + (Now - '0');
        }

        return Piece.Of(value);
    }

    private Piece Code(int most, int least, string what)
    {
        var length = 0;
        while (length < most && At + length < pattern.Length && char.IsAsciiHexDigit(pattern[At + length]))
        {
            length++;
        }

        var digits = pattern.Substring(Math.Min(At, pattern.Length), length);
        At += length;
        return Parsed(length < least ? "" : digits, what);
    }

    private Piece Parsed(string digits, string what)
    {
        if (digits.Length is 0 or > 6
            || !int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code > 0x10FFFF || code is >= 0xD800 and <= 0xDFFF)
        {
            Problem = $"a {what} escape without a character";
            return new Piece("", "", -1);
        }

        return Piece.Of(code);
    }

    private Piece Property(bool isNegated)
    {
        var end = pattern.IndexOf('}', At);
        var name = end < 0 ? "" : pattern[(At + 1)..end];
        At = end < 0 ? pattern.Length : end + 1;
        if (name.StartsWith('^'))
        {
            name = name[1..];
            isNegated = !isNegated;
        }

        if (RubyProperties.Property(name) is not { } members)
        {
            Problem = $"there is no property `{name}`";
            return new Piece("", "", -1);
        }

        return isNegated ? new Piece("", $"[^{members}]", -1) : new Piece(members, "", -1);
    }

    /// <summary>
    /// Members of a class as .NET writes them, or an expression that cannot stand in one; and the character, when it is one.
    /// </summary>
    private readonly record struct Piece(string Set, string Other, int Single)
    {
        public static Piece Of(int code)
        {
            if (code > 0xFFFF)
            {
                return new Piece("", $"(?:{char.ConvertFromUtf32(code)})", code);
            }

            var c = (char)code;
            var text = char.IsAsciiLetterOrDigit(c) || c == '_' || c > 0x7F ? c.ToString() : $"\\x{code:x2}";
            return new Piece(text, "", code);
        }
    }
}
