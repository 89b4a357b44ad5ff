using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Reeve.Languages.Streams.Query;

/// <summary>
/// Patterns as Java writes them, put into the words of .NET: ASCII classes, possessive quantifiers, <c>\Q…\E</c>, unions and
/// intersections of classes, line breaks as Java knows them. A search that takes longer than a moment counts as not found.
/// </summary>
public static class JavaPattern
{
    /// <summary>How long a search that can go back may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    internal const string LineBreaks = @"\n\r\u0085\u2028\u2029";
    internal const string NoLineBreak = $"[^{LineBreaks}]";
    private const int MaxLength = 10_000;
    private const int MaxDepth = 100;

    /// <summary>Compiles a pattern; false, with the reason, when it is none. Never throws.</summary>
    public static bool TryCompile(string pattern, [NotNullWhen(true)] out Regex? regex, [NotNullWhen(false)] out string? reason)
    {
        (regex, reason) = (null, null);
        try
        {
            if (pattern.Length > MaxLength)
            {
                reason = $"a pattern is at most {MaxLength} characters long";
                return false;
            }

            regex = Compile(pattern, Translate(pattern));
            return true;
        }
        catch (FormatException wrong)
        {
            reason = wrong.Message;
        }
        catch (RegexParseException wrong)
        {
            reason = Own(wrong.Error);
        }
        catch (ArgumentException)
        {
            reason = "it is malformed";
        }

        return false;
    }

    /// <summary>Is the pattern found anywhere in the text? A search that takes too long counts as no.</summary>
    public static bool Finds(Regex regex, string text)
    {
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    // without going back a search is linear in the text; what that cannot do (looking around, references) is bounded in time
    private static JavaRegex Compile(string source, string translated)
    {
        const RegexOptions Options = RegexOptions.CultureInvariant;
        try
        {
            return new JavaRegex(source, translated, Options | RegexOptions.NonBacktracking, Timeout.InfiniteTimeSpan);
        }
        catch (NotSupportedException)
        {
            return new JavaRegex(source, translated, Options, Patience);
        }
    }

    private static string Own(RegexParseError error) =>
        string.Concat(error.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"))
            .ToLowerInvariant();

    private static string Translate(string pattern)
    {
        var output = new StringBuilder(pattern.Length + 16);
        var opened = new Stack<(int At, bool DotAll, bool Multiline, bool Comments)>();
        bool dotAll = false, multiline = false, comments = false;
        var atom = -1;
        for (var at = 0; at < pattern.Length; at++)
        {
            var c = pattern[at];
            switch (c)
            {
                case '\\':
                    atom = output.Length;
                    at = JavaEscape.Translate(pattern, at, output);
                    break;
                case '[':
                    atom = output.Length;
                    at = JavaClass.Translate(pattern, at, output, MaxDepth);
                    break;
                case '.':
                    atom = output.Length;
                    output.Append(dotAll ? @"[\s\S]" : NoLineBreak);
                    break;
                case '^':
                    atom = -1;
                    output.Append(multiline ? $@"(?<=\A|[{LineBreaks}])" : @"\A");
                    break;
                case '$':
                    atom = -1;
                    output.Append(multiline ? $@"(?=[{LineBreaks}]|\z)" : End(last: at == pattern.Length - 1));
                    break;
                case '(':
                    if (opened.Count == MaxDepth)
                    {
                        throw new FormatException($"it is nested more than {MaxDepth} deep");
                    }

                    opened.Push((output.Length, dotAll, multiline, comments));
                    atom = -1;
                    at = Open(pattern, at, output, opened, ref dotAll, ref multiline, ref comments);
                    break;
                case ')':
                    if (opened.Count == 0)
                    {
                        throw new FormatException("there is no `(` for a `)`");
                    }

                    (atom, dotAll, multiline, comments) = opened.Pop();
                    output.Append(')');
                    break;
                case '|':
                    atom = -1;
                    output.Append('|');
                    break;
                case '*' or '+' or '?' or '{':
                    at = Repeat(pattern, at, output, atom);
                    atom = -1;
                    break;
                case '#' when comments:
                    while (at + 1 < pattern.Length && pattern[at + 1] != '\n')
                    {
                        at++;
                    }

                    break;
                case ' ' or '\t' or '\n' or '\r' or '\f' or '\v' when comments:
                    break;
                default:
                    atom = output.Length;
                    output.Append(Regex.Escape(c.ToString()));
                    break;
            }
        }

        return opened.Count == 0 ? output.ToString() : throw new FormatException("a `(` is not closed");
    }

    // at the very end it may take the line break with it: whether it is found is the same, and needs no looking ahead
    private static string End(bool last) =>
        last ? $@"(?:\r\n|[{LineBreaks}])?\z" : $@"(?=(?:\r\n|(?<!\r)\n|[\r\u0085\u2028\u2029])?\z)";

    private static int Repeat(string pattern, int at, StringBuilder output, int atom)
    {
        var end = at + 1;
        if (pattern[at] == '{')
        {
            end = pattern.IndexOf('}', at) + 1;
            var bounds = end > 0 ? pattern[(at + 1)..(end - 1)].Split(',') : [];
            if (bounds.Length is 0 or > 2 || !bounds[0].All(char.IsAsciiDigit) || bounds[0].Length is 0 or > 9
                || (bounds.Length == 2 && (!bounds[1].All(char.IsAsciiDigit) || bounds[1].Length > 9)))
            {
                throw new FormatException("a `{` begins no number of times");
            }
        }

        if (atom < 0)
        {
            throw new FormatException($"there is nothing that `{pattern[at]}` could repeat");
        }

        output.Append(pattern, at, end - at);
        if (end < pattern.Length && pattern[end] == '+')
        {
            output.Insert(atom, "(?>").Append(')');
            return end;
        }

        if (end < pattern.Length && pattern[end] == '?')
        {
            output.Append('?');
            return end;
        }

        return end - 1;
    }

    private static int Open(
        string pattern, int at, StringBuilder output, Stack<(int At, bool DotAll, bool Multiline, bool Comments)> opened,
        ref bool dotAll, ref bool multiline, ref bool comments)
    {
        if (at + 1 >= pattern.Length || pattern[at + 1] != '?')
        {
            output.Append('(');
            return at;
        }

        foreach (var head in (ReadOnlySpan<string>)["(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!"])
        {
            if (string.CompareOrdinal(pattern, at, head, 0, head.Length) == 0)
            {
                output.Append(head);
                return at + head.Length - 1;
            }
        }

        if (at + 2 < pattern.Length && pattern[at + 2] == '<')
        {
            var close = pattern.IndexOf('>', at);
            var name = close < 0 ? "" : pattern[(at + 3)..close];
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(char.IsAsciiLetterOrDigit))
            {
                throw new FormatException("a group has no proper name");
            }

            output.Append(pattern, at, close - at + 1);
            return close;
        }

        var end = at + 2;
        var on = true;
        var ignoreCase = (bool?)null;
        for (; end < pattern.Length && pattern[end] is not (':' or ')'); end++)
        {
            switch (pattern[end])
            {
                case '-':
                    on = false;
                    break;
                case 'i':
                    ignoreCase = on;
                    break;
                case 's':
                    dotAll = on;
                    break;
                case 'm':
                    multiline = on;
                    break;
                case 'x':
                    comments = on;
                    break;
                case 'd' or 'u' or 'U':
                    break;
                default:
                    throw new FormatException($"there is no group of the kind `(?{pattern[end]}`");
            }
        }

        if (end >= pattern.Length)
        {
            throw new FormatException("a `(` is not closed");
        }

        var flags = ignoreCase switch { true => "i", false => "-i", null => "" };
        if (pattern[end] == ':')
        {
            output.Append($"(?{flags}:");
        }
        else
        {
            // flags up to the end of the group around: the same group goes on, and what it had comes back when it closes
            opened.Pop();
            output.Append(flags.Length == 0 ? "" : $"(?{flags})");
        }

        return end;
    }
}

/// <summary>A pattern that is printed as it was written.</summary>
internal sealed class JavaRegex(string source, string translated, RegexOptions options, TimeSpan patience)
    : Regex(translated, options, patience)
{
    /// <inheritdoc/>
    public override string ToString() => source;
}
