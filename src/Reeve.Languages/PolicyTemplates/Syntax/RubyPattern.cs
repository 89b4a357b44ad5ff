using System.Text;
using System.Text.RegularExpressions;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>Regular expressions as Ruby reads them, matched by .NET with a limit on time.</summary>
public static class RubyPattern
{
    private const int Longest = 10_000;
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(2);

    private static readonly Dictionary<string, string> _classes = new(StringComparer.Ordinal)
    {
        ["alpha"] = "a-zA-Z",
        ["digit"] = "0-9",
        ["alnum"] = "a-zA-Z0-9",
        ["upper"] = "A-Z",
        ["lower"] = "a-z",
        ["space"] = @"\s",
        ["punct"] = "!-/:-@\\[-`{-~",
        ["xdigit"] = "0-9a-fA-F",
        ["word"] = @"\w",
        ["blank"] = @" \t",
        ["cntrl"] = @"\x00-\x1f\x7f",
        ["graph"] = "!-~",
        ["print"] = " -~",
    };

    /// <summary>Reads an expression; null when it is not one, and then <paramref name="why"/> says what is wrong with it.</summary>
    public static Regex? TryRead(string pattern, string flags, out string why)
    {
        why = "";
        if (pattern.Length > Longest)
        {
            why = $"longer than {Longest} characters";
            return null;
        }

        // `^` and `$` are the ends of a line in Ruby, whatever the modifiers; its `m` lets a dot match the end of a line
        var options = RegexOptions.CultureInvariant | RegexOptions.Multiline
            | (flags.Contains('i', StringComparison.Ordinal) ? RegexOptions.IgnoreCase : 0)
            | (flags.Contains('m', StringComparison.Ordinal) ? RegexOptions.Singleline : 0);
        try
        {
            return new Regex(Translate(pattern), options, _limit);
        }
        catch (ArgumentException e)
        {
            // the message names the expression first, then what is wrong
            why = e.Message[(e.Message.LastIndexOf("'. ", StringComparison.Ordinal) is var cut and >= 0 ? cut + 3 : 0)..].TrimEnd('.');
            why = why.Length > 0 ? char.ToLowerInvariant(why[0]) + why[1..] : "not a regular expression";
            return null;
        }
    }

    private static string Translate(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 8);
        var isInClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (pattern[i] == '\\' && i + 1 < pattern.Length)
            {
                result.Append(Escape(pattern[++i], isInClass));
            }
            else if (isInClass && rest.StartsWith("[:") && rest.IndexOf(":]") is var end and > 2
                && _classes.TryGetValue(rest[2..end].ToString(), out var members))
            {
                result.Append(members);
                i += end + 1;
            }
            else
            {
                isInClass = pattern[i] == '[' || (isInClass && pattern[i] != ']');
                result.Append(pattern[i]);
            }
        }

        return result.ToString();
    }

    // digits are those of ASCII, and `\h` is a hexadecimal one
    private static string Escape(char c, bool isInClass) => c switch
    {
        'd' => isInClass ? "0-9" : "[0-9]",
        'D' when !isInClass => "[^0-9]",
        'h' => isInClass ? "0-9a-fA-F" : "[0-9a-fA-F]",
        'H' when !isInClass => "[^0-9a-fA-F]",
        'R' when !isInClass => @"(?:\r\n|[\n\v\f\r\u0085\u2028\u2029])",
        _ => "\\" + c,
    };
}
