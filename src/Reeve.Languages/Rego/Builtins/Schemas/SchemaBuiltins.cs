using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Schemas;

/// <summary>Documents and JSON schemas.</summary>
internal static class SchemaBuiltins
{
    private static readonly RegoType Document = RegoType.String | RegoType.Object;

    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "json.match_schema", Parameters = [Document, Document], Result = RegoType.Array,
            Invoke = static (context, operands) => Match(context, operands[0], operands[1]),
        },
        new()
        {
            Name = "json.verify_schema", Parameters = [Document], Result = RegoType.Array,
            Invoke = static (_, operands) => Verify(operands[0]),
        },
    ];

    private static ArrayValue Verify(Value schema)
    {
        try
        {
            SchemaReader.Read(Load(schema));
            return ArrayValue.Own([BooleanValue.True, NullValue.Instance]);
        }
        catch (FormatException e)
        {
            return ArrayValue.Own([BooleanValue.False, StringValue.Of($"jsonschema: {e.Message}")]);
        }
    }

    private static ArrayValue Match(BuiltinContext context, Value document, Value schema)
    {
        try
        {
            var loaded = Load(document);
            var key = ("json.match_schema", schema);
            if (!context.Cache.TryGetValue(key, out var known))
            {
                known = SchemaReader.Read(Load(schema));
                context.Cache[key] = known;
            }

            var faults = new SchemaChecker(context.Check).Check((Schema)known, loaded);
            return ArrayValue.Own([BooleanValue.Of(faults.Count == 0), ArrayValue.Of(faults)]);
        }
        catch (FormatException e)
        {
            throw Operand.Failed($"json.match_schema: {e.Message}");
        }
    }

    // texts are JSON, and sets become arrays
    private static Value Load(Value given) => given switch
    {
        StringValue text => ValueJson.Read(text.Text, ValueLimits.Default, out _) ?? throw new FormatException("invalid JSON string"),
        ObjectValue or ArrayValue => ValueJson.Read(ValueJson.ToUtf8(given), ValueLimits.Default, out var problem)
            ?? throw new FormatException(problem),
        _ => throw new FormatException("wrong type, expected string or object"),
    };
}
