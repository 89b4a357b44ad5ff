using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>RE2's expressions as .NET's, always matched in linear time.</summary>
internal static class RegexText
{
    private const int MostKept = 1000;

    private static readonly ConcurrentDictionary<string, Regex> Kept = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, string> Classes = new()
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = "\\x00-\\x7F",
        ["blank"] = "\\t ",
        ["cntrl"] = "\\x00-\\x1F\\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = "!-/:-@\\[-`{-~",
        ["space"] = "\\t\\n\\v\\f\\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>The expression; fails with <c>eval_builtin_error</c> when it is none.</summary>
    public static Regex Of(string pattern)
    {
        if (Kept.TryGetValue(pattern, out var known))
        {
            return known;
        }

        Regex regex;
        try
        {
            regex = new Regex(Translate(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw Operand.Failed($"error parsing regexp: {e.Message}");
        }

        if (Kept.Count < MostKept)
        {
            Kept[pattern] = regex;
        }

        return regex;
    }

    public static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 8);
        var inClass = false;
        for (var at = 0; at < pattern.Length; at++)
        {
            var c = pattern[at];
            if (c == '\\' && at + 1 < pattern.Length)
            {
                at = Escape(pattern, at, inClass, text);
            }
            else if (inClass)
            {
                at = InClass(pattern, at, text, ref inClass);
            }
            else if (c == '[')
            {
                inClass = true;
                text.Append(c);
                if (at + 1 < pattern.Length && pattern[at + 1] == '^')
                {
                    text.Append('^');
                    at++;
                }

                if (at + 1 < pattern.Length && pattern[at + 1] == ']')
                {
                    text.Append("\\]");
                    at++;
                }
            }
            else if (c == '(' && string.CompareOrdinal(pattern, at, "(?P<", 0, 4) == 0)
            {
                text.Append("(?<");
                at += 3;
            }
            else if (c == '$')
            {
                // without (?m) it is the very end, not the line break before it
                text.Append(Multiline(pattern) ? "$" : "\\z");
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    private static bool Multiline(string pattern)
    {
        var at = pattern.IndexOf("(?", StringComparison.Ordinal);
        if (at < 0)
        {
            return false;
        }

        var end = pattern.AsSpan(at).IndexOfAny(')', ':');
        return end > 0 && pattern.AsSpan(at + 2, end - 2) is var flags && flags.IndexOf('m') >= 0 && flags.IndexOfAnyExcept("imsU-") < 0;
    }

    private static int Escape(string pattern, int at, bool inClass, StringBuilder text)
    {
        var c = pattern[at + 1];
        switch (c)
        {
            case 'd':
                text.Append(inClass ? "0-9" : "[0-9]");
                break;
            case 'D':
                text.Append(inClass ? "\\x00-/:-\\uFFFF" : "[^0-9]");
                break;
            case 'w':
                text.Append(inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]");
                break;
            case 'W' when !inClass:
                text.Append("[^0-9A-Za-z_]");
                break;
            case 's':
                text.Append(inClass ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]");
                break;
            case 'S' when !inClass:
                text.Append("[^\\t\\n\\f\\r ]");
                break;
            case 'Q':
                var end = pattern.IndexOf("\\E", at + 2, StringComparison.Ordinal);
                end = end < 0 ? pattern.Length : end;
                text.Append(Regex.Escape(pattern[(at + 2)..end]));
                return Math.Min(end + 1, pattern.Length - 1);
            case 'x' when at + 2 < pattern.Length && pattern[at + 2] == '{':
                var close = pattern.IndexOf('}', at);
                if (close < 0 || !int.TryParse(
                        pattern.AsSpan(at + 3, close - at - 3), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code) ||
                    !Rune.IsValid(code))
                {
                    throw Operand.Failed("error parsing regexp: invalid escape sequence");
                }

                text.Append(Regex.Escape(new Rune(code).ToString()));
                return close;
            case '1' or '2' or '3' or '4' or '5' or '6' or '7' or '8' or '9' or 'k' or 'G' or 'Z':
                throw Operand.Failed($"error parsing regexp: invalid escape sequence: `\\{c}`");
            default:
                text.Append('\\').Append(c);
                break;
        }

        return at + 1;
    }

    private static int InClass(string pattern, int at, StringBuilder text, ref bool inClass)
    {
        if (pattern[at] == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
        {
            var close = pattern.IndexOf(":]", at + 2, StringComparison.Ordinal);
            if (close > 0 && Classes.TryGetValue(pattern[(at + 2)..close], out var members))
            {
                text.Append(members);
                return close + 1;
            }
        }

        if (pattern[at] == ']')
        {
            inClass = false;
            text.Append(']');
        }
        else
        {
            text.Append(pattern[at] == '[' ? "\\[" : pattern[at].ToString());
        }

        return at;
    }
}
