using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Query;
using Reeve.Languages.Streams.Compiler;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.BuiltinDefinition;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Texts, names and patterns.</summary>
internal static class TextFunctions
{
    private const int Any = NativeFn.Any;
    private const int Longest = 1_000_000;

    public static IEnumerable<BuiltinDefinition> All =>
    [
        Plain("str", 0, Any, args => Limited(string.Concat(args.ToArray().Select(Printer.Str)))),
        Plain("pr-str", 0, Any, args => string.Join(' ', args.ToArray().Select(Printer.Write))),
        Plain("prn-str", 0, Any, args => string.Join(' ', args.ToArray().Select(Printer.Write)) + "\n"),
        Plain("format", 1, Any, args => Format(Text(args[0]), args[1..])),
        One("name", a => a switch
        {
            string text => text,
            Keyword word => word.Name[(word.Name.IndexOf('/', StringComparison.Ordinal) + 1)..],
            Symbol symbol => symbol.Name,
            _ => throw StreamError.Cast(a, "a keyword, a symbol or a text"),
        }),
        One("namespace", a => a is Keyword word && word.Name.IndexOf('/', StringComparison.Ordinal) is > 0 and var at ? word.Name[..at]
            : null),
        One("keyword", a => a switch { string text => Keyword.Of(text), Symbol symbol => Keyword.Of(symbol.Name), _ => a }),
        One("symbol", a => new Symbol(a is Keyword word ? word.Name : Printer.Str(a))),
        Plain("subs", 2, 3, args =>
        {
            var text = Text(args[0]);
            var (from, to) = (Numbers.Whole(args[1]), args.Length == 3 ? Numbers.Whole(args[2]) : text.Length);
            return from >= 0 && from <= to && to <= text.Length
                ? text[(int)from..(int)to]
                : throw new StreamError("java.lang.StringIndexOutOfBoundsException", $"begin {from}, end {to}, length {text.Length}");
        }),
        Two("re-find", (re, a) => Found(Pattern(re).Match(Text(a)))),
        Two("re-matches", (re, a) => Pattern(re) is var pattern && pattern.Match(Text(a)) is { Success: true, Index: 0 } match
            && match.Length == Text(a).Length ? Found(match) : null),
        Two("re-seq", (re, a) => PSeq.Of(Pattern(re).Matches(Text(a)).Select(m => Found(m)))),
        One("re-pattern", a => a is Regex ? a : Compiled(Text(a))),
        Plain("string/join", 1, 2, args => Limited(string.Join(
            args.Length == 2 ? Printer.Str(args[0]) : "", Sequences.List(args[^1]).Select(Printer.Str)))),
        Plain("string/split", 2, 3, Split),
        One("string/split-lines", a => PVec.Of(Text(a).Split(["\r\n", "\n"], StringSplitOptions.None))),
        One("string/lower-case", a => Printer.Str(a ?? throw StreamError.Nil()).ToLowerInvariant()),
        One("string/upper-case", a => Printer.Str(a ?? throw StreamError.Nil()).ToUpperInvariant()),
        One("string/capitalize", a => Text(a) is { Length: > 0 } text ? text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant() : ""),
        One("string/trim", a => Text(a).Trim()),
        One("string/triml", a => Text(a).TrimStart()),
        One("string/trimr", a => Text(a).TrimEnd()),
        One("string/trim-newline", a => Text(a).TrimEnd('\r', '\n')),
        One("string/reverse", a => new string([.. Text(a).Reverse()])),
        Question("string/blank?", a => a is null || string.IsNullOrWhiteSpace(Text(a))),
        Two("string/starts-with?", (a, b) => Truth.Box(Text(a).StartsWith(Text(b), StringComparison.Ordinal))),
        Two("string/ends-with?", (a, b) => Truth.Box(Text(a).EndsWith(Text(b), StringComparison.Ordinal))),
        Two("string/includes?", (a, b) => Truth.Box(Text(a).Contains(Text(b), StringComparison.Ordinal))),
        Plain("string/index-of", 2, 3, args => IndexOf(Text(args[0]).IndexOf(
            Printer.Str(args[1]), args.Length == 3 ? (int)Numbers.Whole(args[2]) : 0, StringComparison.Ordinal))),
        Two("string/last-index-of", (a, b) => IndexOf(Text(a).LastIndexOf(Printer.Str(b), StringComparison.Ordinal))),
        Plain("string/replace", 3, 3, args => Replace(args, first: false)),
        Plain("string/replace-first", 3, 3, args => Replace(args, first: true)),
        One(".getMessage", a => a is StreamError error ? error.Message : throw StreamError.Cast(a, "an exception")),
        One(".toString", a => Printer.Str(a)),
        One(".toLowerCase", a => Text(a).ToLowerInvariant()),
        One(".toUpperCase", a => Text(a).ToUpperInvariant()),
        One(".trim", a => Text(a).Trim()),
        One(".length", a => Numbers.Box((long)Text(a).Length)),
        Two(".contains", (a, b) => Truth.Box(Text(a).Contains(Text(b), StringComparison.Ordinal))),
        Two(".startsWith", (a, b) => Truth.Box(Text(a).StartsWith(Text(b), StringComparison.Ordinal))),
        Two(".endsWith", (a, b) => Truth.Box(Text(a).EndsWith(Text(b), StringComparison.Ordinal))),
        Two(".indexOf", (a, b) => Numbers.Box((long)Text(a).IndexOf(Printer.Str(b), StringComparison.Ordinal))),
        Plain(".replace", 3, 3, args => Text(args[0]).Replace(Printer.Str(args[1]), Printer.Str(args[2]), StringComparison.Ordinal)),
        Two("string/escape", (a, map) => string.Concat(
            Text(a).Select(c => Lookup.TryGet(map, c, out var other) ? Printer.Str(other) : c.ToString()))),
        One("char", a => Numbers.Whole(a) is >= 0 and <= char.MaxValue and var code
            ? (object)(char)code
            : throw StreamError.Argument($"Value out of range for char: {Printer.Str(a)}")),
        One("read-string", Analyzer.ReadData),
        One("ex-data", a => (a as StreamError)?.Carried),
        Plain("ex-info", 2, 3, args => new StreamError(StreamError.Info, Printer.Str(args[0]), args[1])),
        Exception("Exception.", StreamError.Plain),
        Exception("RuntimeException.", "java.lang.RuntimeException"),
        Exception("IllegalArgumentException.", StreamError.IllegalArgument),
        Exception("IllegalStateException.", StreamError.IllegalState),
        Exception("AssertionError.", StreamError.Assertion),
        One("no-clause*", a => throw StreamError.Argument($"No matching clause: {Printer.Str(a)}")),
    ];

    internal static string Text(object? value) => value as string ?? throw StreamError.Cast(value, "a text");

    internal static Regex Pattern(object? value) => value as Regex ?? throw StreamError.Cast(value, "a pattern");

    /// <summary>What a search gives: the text found, or a vector of it and its groups.</summary>
    internal static object? Found(Match match)
    {
        if (!match.Success)
        {
            return null;
        }

        return match.Groups.Count == 1
            ? match.Value
            : PVec.Own([.. match.Groups.Cast<Group>().Select(g => g.Success ? (object?)g.Value : null)]);
    }

    private static BuiltinDefinition Exception(string name, string kind) =>
        Plain(name, 0, 2, args => new StreamError(kind, args.Length == 0 ? "" : Printer.Str(args[0])));

    private static object? IndexOf(int at) => at < 0 ? null : Numbers.Box((long)at);

    private static string Limited(string text) =>
        text.Length <= Longest ? text : throw new StreamLimitException($"a text is longer than {Longest} characters");

    private static Regex Compiled(string pattern) => JavaPattern.TryCompile(pattern, out var regex, out var reason)
        ? regex
        : throw new StreamError("java.util.regex.PatternSyntaxException", reason);

    private static object? Split(ReadOnlySpan<object?> args)
    {
        var limit = args.Length == 3 ? (int)Numbers.Whole(args[2]) : 0;
        var text = Text(args[0]);
        var parts = new List<object?>();
        var start = 0;
        foreach (var match in Pattern(args[1]).Matches(text).Cast<Match>())
        {
            if (limit > 0 && parts.Count == limit - 1)
            {
                break;
            }

            // a match of nothing at the very beginning makes no part
            if (match.Length == 0 && (match.Index == 0 || match.Index == text.Length))
            {
                continue;
            }

            parts.Add(text[start..match.Index]);
            start = match.Index + match.Length;
        }

        parts.Add(text[start..]);
        while (limit == 0 && parts.Count > 1 && parts[^1] is "")
        {
            parts.RemoveAt(parts.Count - 1);
        }

        return PVec.Own([.. parts]);
    }

    private static object Replace(ReadOnlySpan<object?> args, bool first)
    {
        var text = Text(args[0]);
        var by = args[2];
        if (args[1] is Regex pattern)
        {
            var count = first ? 1 : -1;
            return Limited(by is string with
                ? pattern.Replace(text, m => Expanded(with, m), count)
                : pattern.Replace(text, m => Printer.Str(Rescue.Function(by).Invoke(Found(m))), count));
        }

        var old = Printer.Str(args[1]);
        if (first)
        {
            var at = text.IndexOf(old, StringComparison.Ordinal);
            return at < 0 ? text : Limited(text[..at] + Printer.Str(by) + text[(at + old.Length)..]);
        }

        return old.Length == 0 ? text : Limited(text.Replace(old, Printer.Str(by), StringComparison.Ordinal));
    }

    // $1 is a group, \ takes the next letter as it is
    private static string Expanded(string with, Match match)
    {
        var into = new StringBuilder();
        for (var i = 0; i < with.Length; i++)
        {
            if (with[i] == '\\' && i + 1 < with.Length)
            {
                into.Append(with[++i]);
            }
            else if (with[i] == '$' && i + 1 < with.Length && char.IsAsciiDigit(with[i + 1]))
            {
                into.Append(match.Groups[with[++i] - '0'].Value);
            }
            else
            {
                into.Append(with[i]);
            }
        }

        return into.ToString();
    }

    // the conversions of Java that programs use: %s %d %f %.2f %e %x %o %c %b %n %% with flags and widths
    private static string Format(string pattern, ReadOnlySpan<object?> args)
    {
        var into = new StringBuilder();
        var next = 0;
        foreach (var part in Regex.Matches(
            pattern, @"%(?:(\d+)\$)?([-#+ 0,(]*)(\d{1,4})?(?:\.(\d{1,3}))?([a-zA-Z%])|[^%]+|%", RegexOptions.NonBacktracking).Cast<Match>())
        {
            if (part.Value[0] != '%')
            {
                into.Append(part.Value);
                continue;
            }

            var kind = part.Groups[5].Value;
            if (kind is "%" or "n")
            {
                into.Append(kind == "%" ? "%" : "\n");
                continue;
            }

            var at = part.Groups[1].Success ? int.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture) - 1 : next++;
            if (kind.Length == 0 || at < 0 || at >= args.Length)
            {
                throw new StreamError("java.util.MissingFormatArgumentException", $"Format specifier '{part.Value}'");
            }

            var flags = part.Groups[2].Value;
            var precision = part.Groups[4].Success ? int.Parse(part.Groups[4].Value, CultureInfo.InvariantCulture) : -1;
            var text = Converted(kind[0], flags, precision, args[at], part.Value);
            var width = part.Groups[3].Success ? int.Parse(part.Groups[3].Value, CultureInfo.InvariantCulture) : 0;
            into.Append(flags.Contains('-', StringComparison.Ordinal) ? text.PadRight(width)
                : flags.Contains('0', StringComparison.Ordinal) && text.Length < width
                    ? (text[0] is '-' or '+' ? text[..1] + text[1..].PadLeft(width - 1, '0') : text.PadLeft(width, '0'))
                : text.PadLeft(width));
        }

        return Limited(into.ToString());
    }

    private static string Converted(char kind, string flags, int precision, object? value, string specifier)
    {
        if (value is null && kind is not ('b' or 'B'))
        {
            return "null";
        }

        var number = Numbers.TryOf(value);
        var plus = flags.Contains('+', StringComparison.Ordinal) && number.Sign >= 0 ? "+" : "";
        switch (kind)
        {
            case 's' or 'S':
                var text = Printer.Str(value);
                text = precision >= 0 && precision < text.Length ? text[..precision] : text;
                return kind == 'S' ? text.ToUpperInvariant() : text;
            case 'd' when number.Kind is NumberKind.Long or NumberKind.Big:
                var digits = flags.Contains(',', StringComparison.Ordinal) ? "#,0" : "0";
                return plus + number.Numerator.ToString(digits, CultureInfo.InvariantCulture);
            case 'x' or 'X' or 'o' when number.Kind == NumberKind.Long:
                var converted = kind == 'o' ? Convert.ToString(number.Whole, 8) : number.Whole.ToString("x", CultureInfo.InvariantCulture);
                return kind == 'X' ? converted.ToUpperInvariant() : converted;
            case 'f' when number.Kind == NumberKind.Double:
                var style = (flags.Contains(',', StringComparison.Ordinal) ? "N" : "F") + (precision < 0 ? 6 : precision);
                return plus + Math.Round((decimal)number.ToDouble(), Math.Min(28, precision < 0 ? 6 : precision),
                    MidpointRounding.AwayFromZero)
                    .ToString(style, CultureInfo.InvariantCulture);
            case 'e' or 'E' when number.Kind == NumberKind.Double:
                var scientific = number.ToDouble().ToString("0." + new string('0', precision < 0 ? 6 : precision) + "e+00",
                    CultureInfo.InvariantCulture);
                return plus + (kind == 'E' ? scientific.ToUpperInvariant() : scientific);
            case 'g' or 'G' when number.Kind == NumberKind.Double:
                return plus + number.ToDouble().ToString("G" + (precision < 0 ? 6 : precision), CultureInfo.InvariantCulture);
            case 'c' when value is char letter:
                return letter.ToString();
            case 'b' or 'B':
                return value is bool flag ? (flag ? "true" : "false") : value is null ? "false" : "true";
            default:
                throw new StreamError("java.util.IllegalFormatConversionException", $"{specifier} and {Printer.Short(value)}");
        }
    }
}
