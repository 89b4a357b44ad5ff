namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>Puts a schema together from a document: the prelude, definitions, then extensions; then it must hold.</summary>
internal static class SchemaBuilder
{
    private static readonly HashSet<string> MayComeAgain = new(StringComparer.Ordinal)
    {
        "include", "skip", "deprecated", "specifiedBy", "defer", "oneOf",
    };

    public static Schema Build(SchemaDocument document, Effort effort)
    {
        var schema = new Schema();
        foreach (var definition in Prelude.Document.Definitions.Concat(document.Definitions))
        {
            effort.Step();
            if (!schema.Types.TryAdd(definition.Name, definition.Copy()))
            {
                throw new GraphQlException($"Cannot redeclare type {definition.Name}.", definition.Place);
            }
        }

        foreach (var extension in document.Extensions)
        {
            effort.Step();
            Extend(schema, extension);
        }

        foreach (var definition in schema.Types.Values)
        {
            AddPossible(schema, definition);
        }

        foreach (var directive in Prelude.Document.Directives.Concat(document.Directives))
        {
            if (schema.Directives.ContainsKey(directive.Name) && !MayComeAgain.Contains(directive.Name))
            {
                throw new GraphQlException($"Cannot redeclare directive {directive.Name}.", directive.Place);
            }

            schema.Directives[directive.Name] = directive;
        }

        if (document.Schema.Count > 1)
        {
            throw new GraphQlException(
                "Cannot have multiple schema entry points, consider schema extensions instead.", document.Schema[1].Place);
        }

        var rules = new SchemaRules(schema, effort);
        foreach (var root in document.Schema.Concat(document.SchemaExtensions))
        {
            root.OperationTypes.ForEach(type => SetRoot(schema, type));
            rules.CheckDirectives(root.Directives, "SCHEMA");
        }

        rules.CheckAll();
        if (document.Schema.Count == 0)
        {
            schema.Query ??= schema.TypeNamed("Query");
            schema.Mutation ??= schema.TypeNamed("Mutation");
            schema.Subscription ??= schema.TypeNamed("Subscription");
        }

        AddIntrospection(schema);
        return schema;
    }

    private static void Extend(Schema schema, Definition extension)
    {
        if (!schema.Types.TryGetValue(extension.Name, out var definition))
        {
            // a type that is only ever extended exists by that
            schema.Types[extension.Name] = definition = new() { Kind = extension.Kind, Name = extension.Name, Place = extension.Place };
        }

        if (definition.Kind != extension.Kind)
        {
            throw new GraphQlException(
                $"Cannot extend type {extension.Name} because the base type is a {definition.Kind}, not {extension.Kind}.",
                extension.Place);
        }

        definition.Directives.AddRange(extension.Directives);
        definition.Interfaces.AddRange(extension.Interfaces);
        definition.Fields.AddRange(extension.Fields);
        definition.Types.AddRange(extension.Types);
        definition.EnumValues.AddRange(extension.EnumValues);
    }

    private static void AddPossible(Schema schema, Definition definition)
    {
        switch (definition.Kind)
        {
            case "UNION":
                definition.Types.ForEach(type => schema.AddPossible(definition.Name, schema.TypeNamed(type)));
                break;
            case "OBJECT" or "INPUT_OBJECT":
                definition.Interfaces.ForEach(name => schema.AddPossible(name, definition));
                schema.AddPossible(definition.Name, definition);
                break;
            case "INTERFACE":
                definition.Interfaces.ForEach(name => schema.AddPossible(name, definition));
                break;
        }
    }

    private static void SetRoot(Schema schema, OperationType root)
    {
        var type = schema.TypeNamed(root.Type) ?? throw new GraphQlException(
            $"Schema root {root.Operation} refers to a type {root.Type} that does not exist.", root.Place);
        switch (root.Operation)
        {
            case "query":
                schema.Query = type;
                break;
            case "mutation":
                schema.Mutation = type;
                break;
            case "subscription":
                schema.Subscription = type;
                break;
        }
    }

    private static void AddIntrospection(Schema schema)
    {
        if (schema.Query is not { } query)
        {
            return;
        }

        var asked = new ArgumentDefinition { Name = "name", Type = TypeReference.Named("String", nonNull: true) };
        var copy = query.Copy();
        copy.Fields.Add(new() { Name = "__schema", Type = TypeReference.Named("__Schema", nonNull: true) });
        copy.Fields.Add(new() { Name = "__type", Type = TypeReference.Named("__Type"), Arguments = [asked] });
        schema.Types[copy.Name] = copy;
        schema.Query = copy;
        schema.Mutation = schema.Mutation == query ? copy : schema.Mutation;
        schema.Subscription = schema.Subscription == query ? copy : schema.Subscription;
    }
}
