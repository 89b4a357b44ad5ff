using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Types of values, and casts.</summary>
internal static class TypeBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        Is("is_null", "null"), Is("is_boolean", "boolean"), Is("is_number", "number"), Is("is_string", "string"), Is("is_array", "array"),
        Is("is_object", "object"), Is("is_set", "set"),
        Cast("cast_null", "null"), Cast("cast_boolean", "boolean"), Cast("cast_string", "string"), Cast("cast_object", "object"),
        Of("cast_array", RegoType.Array, static operands => operands[0] switch
        {
            ArrayValue array => array,
            SetValue set => ArrayValue.Own([.. set.AsSpan()]),
            _ => throw Operand.Wrong(operands, 0, "cast_array", "one of {array, set}"),
        }),
        Of("cast_set", RegoType.Set, static operands => operands[0] switch
        {
            SetValue set => set,
            ArrayValue array => SetValue.Of(array),
            _ => throw Operand.Wrong(operands, 0, "cast_set", "one of {array, set}"),
        }),
        Of("type_name", RegoType.String, static operands => StringValue.Of(operands[0].TypeName)),
        Of("to_number", RegoType.Number, static operands => ToNumber(operands)),
    ];

    private delegate Value? Function(ReadOnlySpan<Value> operands);

    private static Builtin Of(string name, RegoType result, Function invoke) => new()
    {
        Name = name,
        Parameters = [RegoType.Any],
        Result = result,
        Deprecated = name.StartsWith("cast_", StringComparison.Ordinal),
        Invoke = (_, operands) => invoke(operands),
    };

    // a value of another type is no failure: the result is undefined
    private static Builtin Is(string name, string type) =>
        Of(name, RegoType.Boolean, operands => operands[0].TypeName == type ? BooleanValue.True : BooleanValue.False);

    private static Builtin Cast(string name, string type) =>
        Of(name, RegoType.Any, operands => operands[0].TypeName == type ? operands[0] : throw Operand.Wrong(operands, 0, name, type));

    private static NumberValue ToNumber(ReadOnlySpan<Value> operands)
    {
        switch (operands[0])
        {
            case NullValue:
                return NumberValue.Of(0);
            case BooleanValue boolean:
                return NumberValue.Of(boolean.Boolean ? 1 : 0);
            case NumberValue number:
                return number;
            case StringValue text when NumberValue.TryParse(text.Text, out var plain):
                return plain;
            case StringValue text:
                var bare = text.Text.TrimStart('+', '-').ToLowerInvariant();
                if (bare is "nan" or "inf" or "infinity")
                {
                    throw Operand.Type("to_number: operand 1 must be valid number string");
                }

                return NumberValue.TryParse(Plain(text.Text), out var parsed) ? parsed : throw Operand.Failed("invalid syntax");
            default:
                throw Operand.Wrong(operands, 0, "to_number", "one of {boolean, null, number, string}");
        }
    }

    /// <summary>What Go reads as a number and JSON does not: a sign, zeros in front, a point at an end.</summary>
    private static string Plain(string text)
    {
        if (text.Length == 0 || text.Length > 400)
        {
            return text;
        }

        var sign = text[0] == '-' ? "-" : "";
        var rest = text[0] is '-' or '+' ? text[1..] : text;
        rest = rest.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0";
        rest = rest[0] is '.' or 'e' or 'E' ? "0" + rest : rest;
        return sign + rest.Replace(".e", "e", StringComparison.OrdinalIgnoreCase).TrimEnd('.');
    }
}
