using System.Globalization;
using System.Text.RegularExpressions;
using Reeve.Flexera.Evaluation;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data;
using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Parameters;

/// <summary>The values of a template's parameters: those given, as text or as JSON, and the defaults of the others.</summary>
internal static class ParameterReader
{
    private const int MostItems = 100_000;

    /// <summary>
    /// A string stands for itself; a number is written as in JSON; a list is JSON. Every refused one is named in <paramref name="faults"/>.
    /// </summary>
    public static Dictionary<string, object?> Read(
        PolicyTemplate template, IReadOnlyDictionary<string, string> given, List<EvaluationFault> faults)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        var parameters = template.Tree.Definitions.Where(d => d is { Name: "parameter", Label: not null }).ToList();
        var names = parameters.ConvertAll(p => p.Label!);
        foreach (var name in given.Keys.Where(n => !names.Contains(n)))
        {
            var hint = Core.Errors.DidYouMean.Hint(name, names);
            faults.Add(new EvaluationFault($"parameter `{name}`: the template has no such parameter{hint}") { Parameter = name });
        }

        foreach (var parameter in parameters)
        {
            var name = parameter.Label!;
            try
            {
                var value = given.TryGetValue(name, out var text) ? Parse(parameter, text) : Default(parameter);
                Check(parameter, value);
                values[name] = value;
            }
            catch (TermFault fault)
            {
                var hint = parameter.Text("constraint_description") is { Length: > 0 } said ? $" ({said})" : "";
                faults.Add(new EvaluationFault($"parameter `{name}`: {fault.Message}{hint}")
                {
                    Parameter = name,
                    Line = parameter.At.Line,
                });
            }
        }

        return values;
    }

    /// <summary>The names of the parameters whose values are secret.</summary>
    public static IEnumerable<string> Secret(PolicyTemplate template) => template.Tree.Definitions
        .Where(d => d is { Name: "parameter", Label: not null } && d.Value("no_echo") is BooleanTerm { Value: true }).Select(d => d.Label!);

    private static object? Default(Definition parameter) => parameter.Value("default") is { } term
        ? Literal(term)
        : throw new TermFault("a value is needed, since it has no default");

    private static object? Literal(Term term) => term switch
    {
        StringTerm text => text.Value,
        NumberTerm number => number.Value,
        BooleanTerm boolean => boolean.Value,
        ArrayTerm array => array.Items.Select(Literal).ToList(),
        _ => null,
    };

    private static object? Parse(Definition parameter, string text)
    {
        switch (parameter.Text("type"))
        {
            case "number":
                return double.TryParse(
                        text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                        CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? number
                    : throw new TermFault($"`{Values.Short(text)}` is no number");
            case "list":
                if (!JsonData.TryParse(text, out var value, out _) || value is not List<object?> list)
                {
                    throw new TermFault($"`{Values.Short(text)}` is no list; write JSON, as `[\"a\", \"b\"]`");
                }

                return list.Find(i => i is not (string or double)) is var other && list.Exists(i => i is not (string or double))
                    ? throw new TermFault($"the items of a list are strings or numbers, not {Values.Describe(other)}")
                    : list.Count <= MostItems ? list : throw new TermFault($"the list has more than {MostItems} items");
            default:
                return text;
        }
    }

    private static void Check(Definition parameter, object? value)
    {
        var items = Values.Items(value);
        var allowed = parameter.Field("allowed_values") is not { } field ? []
            : (field.Arguments is [ArrayTerm array] ? array.Items : field.Arguments).Select(Literal).ToList();
        if (allowed.Count > 0 && items.FindIndex(i => !allowed.Exists(a => Values.AreEqual(a, i))) is var at and >= 0)
        {
            throw new TermFault(
                $"`{Values.Short(Values.Text(items[at]))}` is not allowed; there are "
                + string.Join(", ", allowed.Take(20).Select(a => $"`{Values.Short(Values.Text(a))}`")) + (allowed.Count > 20 ? " …" : ""));
        }

        if (parameter.Value("allowed_pattern") is RegexTerm { Expression: { } pattern } regex)
        {
            foreach (var item in items)
            {
                if (!Matches(pattern, Values.Text(item)))
                {
                    throw new TermFault($"`{Values.Short(Values.Text(item))}` does not match `/{regex.Pattern}/{regex.Flags}`");
                }
            }
        }

        CheckBounds(parameter, value);
    }

    private static void CheckBounds(Definition parameter, object? value)
    {
        var (size, what, least, most) = value switch
        {
            double number => (number, "the value is", "min_value", "max_value"),
            List<object?> list => (list.Count, "the number of items is", "min_length", "max_length"),
            _ => (Values.Text(value).EnumerateRunes().Count(), "the length is", "min_length", "max_length"),
        };
        if (parameter.Value(least) is NumberTerm min && size < min.Value)
        {
            throw new TermFault($"{what} {JsonData.NumberText(size)} and at least {JsonData.NumberText(min.Value)} is needed");
        }

        if (parameter.Value(most) is NumberTerm max && size > max.Value)
        {
            throw new TermFault($"{what} {JsonData.NumberText(size)} and at most {JsonData.NumberText(max.Value)} is allowed");
        }
    }

    private static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
