using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>Work on strings; places and lengths count code points.</summary>
internal static class Texts
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(2);

    public static string ToText(object? value) => value as string ?? JsonData.Write(value);

    public static List<object?> Split(string text, string by, Run run)
    {
        List<object?> parts = text.Length == 0 ? [] : by.Length == 0
            ? [.. text.EnumerateRunes().Select(r => r.ToString())] : [.. text.Split(by)];
        run.Budget.Make(parts.Count);
        return parts;
    }

    public static string Slice(
        string text, OrderedDictionary<string, object?> slice, Func<OrderedDictionary<string, object?>, int, (int From, int To)> bounds)
    {
        var runes = text.EnumerateRunes().ToArray();
        var (from, to) = bounds(slice, runes.Length);
        return string.Concat(runes[from..to].Select(r => r.ToString()));
    }

    public static object? ToNumber(object? value) => value switch
    {
        double => value,
        string text when text.Length > 0 && (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
            && double.TryParse(
                text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture, out var number) => number,
        string => throw new JqFault($"Cannot be parsed as a number: {Operators.Describe(value)}"),
        _ => throw new JqFault($"{Operators.Describe(value)} cannot be parsed as a number"),
    };

    public static List<object?> Indices(string text, string part)
    {
        var found = new List<object?>();
        for (var at = part.Length == 0 ? -1 : text.IndexOf(part, StringComparison.Ordinal); at >= 0;
            at = text.IndexOf(part, at + 1, StringComparison.Ordinal))
        {
            found.Add((double)Points(text, at));
        }

        return found;
    }

    public static string OfPoints(List<object?> points)
    {
        var text = new StringBuilder();
        foreach (var point in points)
        {
            text.Append(point is double p && Rune.IsValid((int)Math.Clamp(p, -1, 0x110000)) ? new Rune((int)p).ToString()
                : point is double ? "\uFFFD" : throw new JqFault("Unicode codepoint must be numeric"));
        }

        return text.ToString();
    }

    /// <summary>The matches of a regular expression, as <c>match</c> gives them.</summary>
    public static IEnumerable<OrderedDictionary<string, object?>> Match(object? on, object? pattern, object? flags, Run run)
    {
        if (on is not string text)
        {
            throw new JqFault($"{Operators.Describe(on)} cannot be matched, as it is not a string");
        }

        if (pattern is not string written)
        {
            throw new JqFault($"{Operators.Describe(pattern)} cannot be matched, as it is not a string");
        }

        var (regex, isGlobal, skipsEmpty) = Compile(written, flags);
        Match match;
        try
        {
            match = regex.Match(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new JqFault($"{written} takes too long to match");
        }

        while (match.Success)
        {
            run.Step();
            if (!skipsEmpty || match.Length > 0)
            {
                yield return Found(text, match);
            }

            if (!isGlobal)
            {
                yield break;
            }

            try
            {
                match = match.NextMatch();
            }
            catch (RegexMatchTimeoutException)
            {
                throw new JqFault($"{written} takes too long to match");
            }
        }
    }

    private static (Regex Regex, bool IsGlobal, bool SkipsEmpty) Compile(string pattern, object? flags)
    {
        var options = RegexOptions.CultureInvariant;
        var (isGlobal, skipsEmpty) = (false, false);
        foreach (var flag in flags switch
        {
            null => "",
            string text => text,
            _ => throw new JqFault($"{Operators.Describe(flags)} is not a string")
        })
        {
            switch (flag)
            {
                case 'g':
                    isGlobal = true;
                    break;
                case 'i':
                    options |= RegexOptions.IgnoreCase;
                    break;
                case 'x':
                    options |= RegexOptions.IgnorePatternWhitespace;
                    break;
                case 's':
                    options |= RegexOptions.Singleline;
                    break;
                case 'p':
                    options |= RegexOptions.Singleline | RegexOptions.Multiline;
                    break;
                case 'n':
                    skipsEmpty = true;
                    break;
                case 'l':
                    break;
                default:
                    throw new JqFault($"{flags} is not a valid modifier string");
            }
        }

        try
        {
            return (new Regex(pattern, options, _limit), isGlobal, skipsEmpty);
        }
        catch (ArgumentException)
        {
            throw new JqFault($"{pattern} (at offset 0) is not a valid regex");
        }
    }

    private static OrderedDictionary<string, object?> Found(string text, Match match)
    {
        var captures = new List<object?>();
        foreach (var group in match.Groups.Cast<Group>().Skip(1))
        {
            captures.Add(Of(
                ("offset", group.Success ? Points(text, group.Index) : -1d), ("length", group.Success ? Points(group.Value) : 0d),
                ("string", group.Success ? group.Value : null), ("name", char.IsAsciiDigit(group.Name[0]) ? null : group.Name)));
        }

        return Of(
            ("offset", Points(text, match.Index)), ("length", Points(match.Value)), ("string", match.Value), ("captures", captures));
    }

    private static double Points(string text) => Points(text, text.Length);

    private static double Points(string text, int upTo)
    {
        var count = upTo;
        for (var i = 0; i < upTo; i++)
        {
            count -= char.IsLowSurrogate(text[i]) && i > 0 && char.IsHighSurrogate(text[i - 1]) ? 1 : 0;
        }

        return count;
    }

    private static OrderedDictionary<string, object?> Of(params (string Name, object? Value)[] fields)
    {
        var map = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            map[name] = value;
        }

        return map;
    }
}
