using System.Text.RegularExpressions;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>Regular expressions as Ruby reads them, matched by .NET with a limit on time.</summary>
public static class RubyPattern
{
    private const int Longest = 10_000;
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(2);

    /// <summary>Reads an expression; null when it is not one, and then <paramref name="why"/> says what is wrong with it.</summary>
    public static Regex? TryRead(string pattern, string flags, out string why)
    {
        why = "";
        if (pattern.Length > Longest)
        {
            why = $"longer than {Longest} characters";
            return null;
        }

        var reader = new RubyPatternReader(pattern);
        if (reader.Translate() is not { } translated)
        {
            why = reader.Problem!;
            return null;
        }

        // `^` and `$` are the ends of a line in Ruby, whatever the modifiers; its `m` lets a dot match the end of a line
        var options = RegexOptions.CultureInvariant | RegexOptions.Multiline
            | (flags.Contains('i', StringComparison.Ordinal) ? RegexOptions.IgnoreCase : 0)
            | (flags.Contains('m', StringComparison.Ordinal) ? RegexOptions.Singleline : 0)
            | (reader.HasNames ? RegexOptions.ExplicitCapture : 0);
        try
        {
            return new Regex(translated, options, _limit);
        }
        catch (ArgumentException e)
        {
            // the message names the expression first, then what is wrong
            why = e.Message[(e.Message.LastIndexOf(". ", StringComparison.Ordinal) is var cut and >= 0 ? cut + 2 : 0)..].TrimEnd('.');
            why = why.Length > 0 ? char.ToLowerInvariant(why[0]) + why[1..] : "not a regular expression";
            return null;
        }
    }
}
