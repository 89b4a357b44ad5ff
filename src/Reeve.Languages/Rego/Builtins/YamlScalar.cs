using System.Text.RegularExpressions;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>How a text may be written in YAML (YAML 1.1, chapters 5 and 9).</summary>
internal readonly partial struct YamlScalar
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF", "<<",
    };

    /// <summary>What may be done with a text of one line or more.</summary>
    public YamlScalar(string text)
    {
        if (text.Length == 0)
        {
            (AllowsPlain, AllowsSingle) = (false, true);
            return;
        }

        var marks = text.StartsWith("---", StringComparison.Ordinal) || text.StartsWith("...", StringComparison.Ordinal);
        var special = false;
        for (var at = 0; at < text.Length; at++)
        {
            var one = text[at];
            var followed = at + 1 == text.Length || text[at + 1] is ' ' or '\n' or '\t';
            marks |= at == 0 && ("#,[]{}&*!|>'\"%@`".Contains(one, StringComparison.Ordinal) || (one is '-' or '?' or ':' && followed))
                || (at > 0 && one == ':' && followed)
                || (at > 0 && one == '#' && text[at - 1] is ' ' or '\n' or '\t');
            special |= one is (< ' ' and not '\n') or '\x7f' or '\ufeff' or '\ufffe' or '\uffff'
                or (>= '\u0080' and < '\u00a0' and not '\u0085');
        }

        var edges = text[0] is ' ' or '\n' || text[^1] is ' ' or '\n';
        var spaceBreak = text.Contains(" \n", StringComparison.Ordinal);
        AllowsPlain = !marks && !edges && !special && !text.Contains('\n', StringComparison.Ordinal);
        AllowsSingle = !special && !spaceBreak && !text.Contains("\n ", StringComparison.Ordinal);
        AllowsBlock = !special && !spaceBreak && text[^1] != ' ';
    }

    public bool AllowsPlain { get; }

    public bool AllowsSingle { get; }

    public bool AllowsBlock { get; }

    /// <summary>True of a text that without quotes would be read as something else.</summary>
    public static bool MeansSomethingElse(string text) =>
        ValueYaml.Legacy(text) is not StringValue || Words.Contains(text) || Others().IsMatch(text);

    // numbers to the base of 60, numbers that are none, times, and numbers with marks between the digits
    [GeneratedRegex(
        @"^([-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"
            + @"|[-+]?0b[01_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?[0-9][0-9_]*(\.[0-9_]*)?)$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Others();
}
