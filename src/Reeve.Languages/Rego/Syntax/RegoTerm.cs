using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Syntax;

/// <summary>Reads values written as Rego.</summary>
public static class RegoTerm
{
    /// <summary>
    /// The value of a constant term; null with the reason when the text is no term or holds variables, calls or references.
    /// </summary>
    public static (Value? Value, RegoError? Error) Parse(string text)
    {
        var (term, errors) = Parser.ParseTerm(text, "");
        if (term is null)
        {
            return (null, errors[0]);
        }

        return Constant(term) is { } value
            ? (value, null)
            : (null, new RegoError(RegoError.ParseError, "the term is not constant", "", term.Location.Row, term.Location.Column));
    }

    private static Value? Constant(Term term)
    {
        switch (term)
        {
            case ScalarTerm scalar:
                return scalar.Value;
            case ArrayTerm array:
                var items = array.Items.Select(Constant).ToArray();
                return Array.TrueForAll(items, item => item is not null) ? ArrayValue.Own(items!) : null;
            case SetTerm set:
                var members = new SetBuilder(set.Items.Count);
                foreach (var item in set.Items)
                {
                    if (Constant(item) is not { } value)
                    {
                        return null;
                    }

                    members.Add(value);
                }

                return members.ToSet();
            case ObjectTerm map:
                var builder = new ObjectBuilder(map.Pairs.Count);
                foreach (var pair in map.Pairs)
                {
                    if (Constant(pair.Key) is not { } key || Constant(pair.Value) is not { } value)
                    {
                        return null;
                    }

                    builder.Set(key, value);
                }

                return builder.ToObject();
            default:
                return null;
        }
    }
}
