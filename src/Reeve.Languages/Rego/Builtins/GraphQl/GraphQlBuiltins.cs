using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>Reading and checking GraphQL documents; those that take two take each as a text or as an object.</summary>
internal static class GraphQlBuiltins
{
    private static readonly RegoType Document = RegoType.String | RegoType.Object;

    public static IEnumerable<Builtin> All { get; } =
    [
        Of("graphql.parse", [Document, Document], RegoType.ArrayOf(RegoType.Object), Parse),
        Of("graphql.parse_and_verify", [Document, Document], RegoType.ArrayOf(RegoType.Boolean | RegoType.Object), ParseAndVerify),
        Of("graphql.parse_query", [RegoType.String], RegoType.Object, static (context, operands) =>
            ReadAlone("graphql.parse_query", operands, text => QueryWriter.Write(QueryReader.Read(text, new(context.Check))))),
        Of("graphql.parse_schema", [RegoType.String], RegoType.Object, static (context, operands) =>
            ReadAlone("graphql.parse_schema", operands, text => SchemaWriter.Write(SchemaReader.Read(text, new(context.Check))))),
        Of("graphql.is_valid", [Document, Document], RegoType.Boolean, static (context, operands) =>
            BooleanValue.Of(TryVerify(context, operands) is not null)),
        Of("graphql.schema_is_valid", [Document], RegoType.Boolean, static (context, operands) =>
            BooleanValue.Of(IsSchema(context, operands[0]))),
    ];

    private static Builtin Of(string name, IReadOnlyList<RegoType> parameters, RegoType result, BuiltinFunction invoke) => new()
    {
        Name = name,
        Parameters = parameters,
        Result = result,
        Invoke = invoke,
    };

    private static ObjectValue ReadAlone(string name, ReadOnlySpan<Value> operands, Func<string, ObjectValue> read)
    {
        var text = Operand.String(operands, 0, name).Text;
        try
        {
            return read(text);
        }
        catch (GraphQlException wrong)
        {
            throw Operand.Failed($"{name}: {wrong.Located}");
        }
    }

    private static ArrayValue Parse(BuiltinContext context, ReadOnlySpan<Value> operands)
    {
        const string name = "graphql.parse";
        for (var at = 0; at < operands.Length; at++)
        {
            if (operands[at] is not (StringValue or ObjectValue))
            {
                throw Operand.Wrong(operands, at, name, "one of {object, string}");
            }
        }

        try
        {
            var (query, schema) = Verify(context, operands[0], operands[1]);
            return ArrayValue.Own([query, schema]);
        }
        catch (GraphQlException wrong)
        {
            throw Operand.Failed($"{name}: {wrong.Located}");
        }
    }

    private static ArrayValue ParseAndVerify(BuiltinContext context, ReadOnlySpan<Value> operands) =>
        TryVerify(context, operands) is var (query, schema)
            ? ArrayValue.Own([BooleanValue.True, query, schema])
            : ArrayValue.Own([BooleanValue.False, ObjectValue.Empty, ObjectValue.Empty]);

    private static (ObjectValue Query, ObjectValue Schema)? TryVerify(BuiltinContext context, ReadOnlySpan<Value> operands)
    {
        try
        {
            return Verify(context, operands[0], operands[1]);
        }
        catch (GraphQlException)
        {
            return null;
        }
    }

    private static bool IsSchema(BuiltinContext context, Value schema)
    {
        try
        {
            return ReadSchema(context, schema) is not null;
        }
        catch (GraphQlException)
        {
            return false;
        }
    }

    private static (ObjectValue Query, ObjectValue Schema) Verify(BuiltinContext context, Value query, Value schema)
    {
        var effort = new Effort(context.Check);
        var document = query is StringValue text
            ? QueryReader.Read(text.Text, effort)
            : ObjectDocuments.Query(NodeReader.Of(query, effort));

        // written before it is checked, as checking says of variables that they are used
        var written = QueryWriter.Write(document);
        var known = ReadSchema(context, schema);
        QueryWalk.Check(known.Schema, document, effort);
        return (written, known.Written);
    }

    private static KnownSchema ReadSchema(BuiltinContext context, Value schema)
    {
        var key = (typeof(KnownSchema), schema);
        if (context.Cache.TryGetValue(key, out var kept))
        {
            return (KnownSchema)kept;
        }

        var effort = new Effort(context.Check);
        var document = schema is StringValue text
            ? SchemaReader.Read(text.Text, effort)
            : ObjectDocuments.Schema(NodeReader.Of(schema, effort));
        var known = new KnownSchema(SchemaBuilder.Build(document, effort), SchemaWriter.Write(document));
        context.Cache[key] = known;
        return known;
    }

    /// <summary>A schema that holds, kept for the query: policies check many documents against the same.</summary>
    private sealed record KnownSchema(Schema Schema, ObjectValue Written);
}
