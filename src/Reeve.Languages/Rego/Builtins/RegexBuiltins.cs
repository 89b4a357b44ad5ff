using System.Text;
using System.Text.RegularExpressions;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Regular expressions.</summary>
internal static class RegexBuiltins
{
    private static readonly RegoType Text = RegoType.String;

    public static IEnumerable<Builtin> All { get; } =
    [
        Of("regex.match", [Text, Text], RegoType.Boolean, static operands =>
            BooleanValue.Of(Pattern(operands, 0, "regex.match").IsMatch(Operand.String(operands, 1, "regex.match").Text))),
        Of("re_match", [Text, Text], RegoType.Boolean, static operands =>
            BooleanValue.Of(Pattern(operands, 0, "re_match").IsMatch(Operand.String(operands, 1, "re_match").Text))),
        Of("regex.is_valid", [RegoType.Any], RegoType.Boolean, static operands => BooleanValue.Of(IsValid(operands[0]))),
        Of("regex.split", [Text, Text], RegoType.ArrayOf(Text), static operands => Split(operands)),
        Of("regex.find_n", [Text, Text, RegoType.Number], RegoType.ArrayOf(Text), static operands => Find(operands)),
        Of("regex.find_all_string_submatch_n", [Text, Text, RegoType.Number], RegoType.Array, static operands => FindGroups(operands)),
        Of("regex.replace", [Text, Text, Text], Text, static operands => Replace(operands)),
        new()
        {
            Name = "regex.globs_match", Parameters = [Text, Text], Result = RegoType.Boolean,
            Invoke = static (context, operands) => BooleanValue.Of(GlobPair.Meet(
                Operand.String(operands, 0, "regex.globs_match").Text,
                Operand.String(operands, 1, "regex.globs_match").Text,
                context.Check)),
        },
        Of("regex.template_match", [Text, Text, Text, Text], RegoType.Boolean, static operands => TemplateMatch(operands)),
    ];

    private delegate Value? Function(ReadOnlySpan<Value> operands);

    private static Builtin Of(string name, IReadOnlyList<RegoType> parameters, RegoType result, Function invoke) => new()
    {
        Name = name,
        Parameters = parameters,
        Result = result,
        Deprecated = name == "re_match",
        Invoke = (_, operands) => invoke(operands),
    };

    private static Regex Pattern(ReadOnlySpan<Value> operands, int at, string name) =>
        RegexText.Of(Operand.String(operands, at, name).Text);

    private static bool IsValid(Value pattern)
    {
        try
        {
            return pattern is StringValue text && RegexText.Of(text.Text) is not null;
        }
        catch (BuiltinException)
        {
            return false;
        }
    }

    private static IEnumerable<Match> Matches(ReadOnlySpan<Value> operands, string name)
    {
        var most = Operand.Integer(operands, 2, name);
        var matches = Pattern(operands, 0, name).Matches(Operand.String(operands, 1, name).Text).Cast<Match>();
        return most < 0 ? matches : matches.Take((int)Math.Min(most, int.MaxValue));
    }

    private static ArrayValue Find(ReadOnlySpan<Value> operands) =>
        ArrayValue.Of(Matches(operands, "regex.find_n").Select(match => (Value)StringValue.Of(match.Value)));

    private static ArrayValue FindGroups(ReadOnlySpan<Value> operands) => ArrayValue.Of(
        Matches(operands, "regex.find_all_string_submatch_n").Select(match => (Value)ArrayValue.Of(
            match.Groups.Cast<Group>().Select(group => (Value)StringValue.Of(group.Value)))));

    private static ArrayValue Split(ReadOnlySpan<Value> operands)
    {
        var text = Operand.String(operands, 1, "regex.split").Text;
        var pieces = new List<Value>();
        var (from, last) = (0, 0);
        if (Operand.String(operands, 0, "regex.split").Text.Length > 0 && text.Length == 0)
        {
            return ArrayValue.Own([StringValue.Empty]);
        }

        foreach (Match match in Pattern(operands, 0, "regex.split").Matches(text))
        {
            // an empty match at the beginning or the end cuts nothing off
            if (match.Length == 0 && (match.Index == 0 || match.Index == text.Length))
            {
                continue;
            }

            last = match.Index;
            pieces.Add(StringValue.Of(text[from..last]));
            from = match.Index + match.Length;
        }

        pieces.Add(StringValue.Of(text[from..]));
        return ArrayValue.Of(pieces);
    }

    private static StringValue Replace(ReadOnlySpan<Value> operands)
    {
        var text = Operand.String(operands, 0, "regex.replace").Text;
        var regex = Pattern(operands, 1, "regex.replace");
        var by = Operand.String(operands, 2, "regex.replace").Text;
        return StringValue.Of(regex.Replace(text, match => Expand(by, match)));
    }

    /// <summary>Go's templates: <c>$1</c>, <c>$name</c>, <c>${name}</c>, <c>$$</c>; what is not there is empty.</summary>
    private static string Expand(string template, Match match)
    {
        var text = new StringBuilder();
        for (var at = 0; at < template.Length; at++)
        {
            if (template[at] != '$' || at + 1 == template.Length)
            {
                text.Append(template[at]);
                continue;
            }

            if (template[at + 1] == '$')
            {
                text.Append('$');
                at++;
                continue;
            }

            var braces = template[at + 1] == '{';
            var from = at + (braces ? 2 : 1);
            var end = from;
            while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] == '_'))
            {
                end++;
            }

            if (end == from || (braces && (end == template.Length || template[end] != '}')))
            {
                text.Append('$');
                continue;
            }

            text.Append(match.Groups[template[from..end]].Value);
            at = braces ? end : end - 1;
        }

        RunningLimits.Write(text.Length);
        return text.ToString();
    }

    private static BooleanValue TemplateMatch(ReadOnlySpan<Value> operands)
    {
        const string name = "regex.template_match";
        var (template, text) = (Operand.String(operands, 0, name).Text, Operand.String(operands, 1, name).Text);
        var (open, close) = (Operand.String(operands, 2, name).Text, Operand.String(operands, 3, name).Text);
        if (open.Length != 1 || close.Length != 1)
        {
            throw Operand.Failed($"{name}: delimiters must be one character long");
        }

        var pattern = new StringBuilder("^");
        var (depth, from) = (0, 0);
        for (var at = 0; at < template.Length; at++)
        {
            if (template[at] == open[0])
            {
                if (depth++ == 0)
                {
                    pattern.Append(Regex.Escape(template[from..at]));
                    from = at + 1;
                }
            }
            else if (template[at] == close[0] && --depth == 0)
            {
                pattern.Append('(').Append(template, from, at - from).Append(')');
                from = at + 1;
            }
            else if (depth < 0)
            {
                break;
            }
        }

        if (depth != 0)
        {
            throw Operand.Failed($"unbalanced braces in \"{template}\"");
        }

        pattern.Append(Regex.Escape(template[from..])).Append('$');
        return BooleanValue.Of(RegexText.Of(pattern.ToString()).IsMatch(text));
    }
}
