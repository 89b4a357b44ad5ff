using System.Text.RegularExpressions;
using Reeve.Languages.Data;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>A parameter's type against its constraints, and both against its default.</summary>
internal sealed class ParameterChecker(Problems problems)
{
    private const string Invalid = "Invalid field value";
    private static readonly string[] _types = ["string", "number", "list"];

    public void Check(Definition parameter)
    {
        if (parameter.Value("label") is StringTerm { Value: var label } blank && string.IsNullOrWhiteSpace(label))
        {
            problems.Add(blank.At, Invalid, "`label` is blank", "write some text");
        }

        if (parameter.Value("type") is not StringTerm type)
        {
            return;
        }

        if (!_types.Contains(type.Value))
        {
            problems.Add(
                type.At, Invalid, $"{Texts.Quoted(type.Value)} is no type of parameter{Names.Hint(type.Value, _types)}",
                $"write {Names.List(_types)}");
            return;
        }

        CheckFieldsOf(type.Value, parameter);
        foreach (var length in parameter.Fields.Where(f => f.Name is "min_length" or "max_length").Select(f => f.Value(0))
            .OfType<NumberTerm>().Where(n => n.Value < 0 || n.Value != Math.Floor(n.Value)))
        {
            problems.Add(length.At, Invalid, $"`{length.Value}` is no length", "write a whole number from 0");
        }

        CheckOrder(parameter, "min_length", "max_length");
        CheckOrder(parameter, "min_value", "max_value");
        CheckAllowed(type.Value, parameter);
        if (parameter.Value("default") is { } value)
        {
            CheckDefault(type.Value, parameter, value);
        }
    }

    private void CheckFieldsOf(string type, Definition parameter)
    {
        string[] barred = type == "number" ? ["allowed_pattern", "min_length", "max_length"] : ["min_value", "max_value"];
        foreach (var field in parameter.Fields.Where(f => barred.Contains(f.Name)))
        {
            problems.Add(
                field.At, Invalid, $"`{field.Name}` has no meaning for a parameter of type `{type}`", "remove it, or change the type");
        }

        if (parameter.Field("allowed_values") is not null && parameter.Field("allowed_pattern") is { } pattern)
        {
            problems.Add(
                pattern.At, "Conflicting fields", "`allowed_values` and `allowed_pattern` exclude each other", "keep one of them");
        }
    }

    private void CheckOrder(Definition parameter, string least, string most)
    {
        if (parameter.Value(least) is NumberTerm min && parameter.Value(most) is NumberTerm max && min.Value > max.Value)
        {
            problems.Add(min.At, Invalid, $"`{least}` is more than `{most}`", "exchange them");
        }
    }

    private void CheckAllowed(string type, Definition parameter)
    {
        if (parameter.Value("allowed_values") is ArrayTerm { Items: [] } none)
        {
            problems.Add(none.At, Invalid, "`allowed_values` allows nothing", "write one value or more");
        }

        foreach (var value in Allowed(parameter))
        {
            // items of a list are strings or numbers
            if (type == "list" ? value is not (StringTerm or NumberTerm) : !IsOf(type, value))
            {
                problems.Add(
                    value.At, Invalid, $"{ShapeChecker.Describe(value)} can be no value of a parameter of type `{type}`",
                    $"write values of the type `{(type == "list" ? "string" : type)}`");
            }
        }
    }

    private static IReadOnlyList<Term> Allowed(Definition parameter) =>
        parameter.Field("allowed_values") is not { } allowed ? []
        : allowed.Arguments is [ArrayTerm list] ? list.Items : allowed.Arguments;

    private static bool IsOf(string type, Term value) => type switch
    {
        "string" => value is StringTerm,
        "number" => value is NumberTerm,
        _ => value is ArrayTerm,
    };

    private void CheckDefault(string type, Definition parameter, Term value)
    {
        if (!IsOf(type, value))
        {
            problems.Add(
                value.At, Invalid, $"the default is {ShapeChecker.Describe(value)}, and the parameter is of type `{type}`",
                type == "list" ? "write a list, as `[]`" : $"write a {type}");
            return;
        }

        IReadOnlyList<Term> items = value is ArrayTerm list ? list.Items : [value];
        var allowed = Allowed(parameter);
        foreach (var item in items)
        {
            if (type == "list" && item is not (StringTerm or NumberTerm))
            {
                problems.Add(item.At, Invalid, $"the items of a list are strings or numbers, not {ShapeChecker.Describe(item)}",
                    "write strings or numbers");
                continue;
            }

            if (allowed.Count > 0 && !allowed.Any(a => Same(a, item)))
            {
                problems.Add(item.At, Invalid, $"the default {Shown(item)} is not one of `allowed_values`",
                    "choose one of them");
            }

            if (parameter.Value("allowed_pattern") is RegexTerm { Expression: { } pattern } && item is StringTerm text
                && !Matches(pattern, text.Value))
            {
                problems.Add(item.At, Invalid, $"the default {Shown(item)} does not match `allowed_pattern`",
                    "correct one of them");
            }
        }

        CheckBounds(parameter, value);
    }

    private void CheckBounds(Definition parameter, Term value)
    {
        var (size, least, most) = value switch
        {
            NumberTerm number => (number.Value, "min_value", "max_value"),
            StringTerm text => (text.Value.EnumerateRunes().Count(), "min_length", "max_length"),
            ArrayTerm list => (list.Items.Length, "min_length", "max_length"),
            _ => (0d, "", ""),
        };
        if (parameter.Value(least) is NumberTerm min && size < min.Value)
        {
            problems.Add(value.At, Invalid, $"the default is below `{least}`", "correct one of them");
        }

        if (parameter.Value(most) is NumberTerm max && size > max.Value)
        {
            problems.Add(value.At, Invalid, $"the default is above `{most}`", "correct one of them");
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

    private static string Shown(Term item) => item switch
    {
        StringTerm text => Texts.Quoted(text.Value),
        NumberTerm number => $"`{JsonData.NumberText(number.Value)}`",
        _ => ShapeChecker.Describe(item),
    };

    /// <summary>Do two terms that are written out say the same?</summary>
    public static bool Same(Term one, Term other) => (one, other) switch
    {
        (StringTerm a, StringTerm b) => a.Value == b.Value,
        (NumberTerm a, NumberTerm b) => a.Value.Equals(b.Value),
        (BooleanTerm a, BooleanTerm b) => a.Value == b.Value,
        _ => false,
    };
}
