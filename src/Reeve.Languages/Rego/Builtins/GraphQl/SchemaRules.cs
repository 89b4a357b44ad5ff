namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>What must hold in a schema. As in OPA the first breach is reported, types in order of their names.</summary>
internal sealed class SchemaRules(Schema schema, Effort effort)
{
    public void CheckAll()
    {
        foreach (var (_, definition) in schema.Types.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Check(definition);
        }

        foreach (var (_, directive) in schema.Directives.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            CheckName(directive.Name, directive.Place);
            CheckArguments(directive.Arguments, directive);
        }
    }

    public void CheckDirectives(List<Directive> directives, string location, DirectiveDefinition? within = null)
    {
        foreach (var directive in directives)
        {
            effort.Step();
            CheckName(directive.Name, directive.Place);
            if (within is not null && directive.Name == within.Name)
            {
                throw new GraphQlException($"Directive {within.Name} cannot refer to itself.", directive.Place);
            }

            var definition = schema.Directives.GetValueOrDefault(directive.Name)
                ?? throw new GraphQlException($"Undefined directive {directive.Name}.", directive.Place);
            if (!definition.Locations.Contains(location))
            {
                throw new GraphQlException($"Directive {directive.Name} is not applicable on {location}.", directive.Place);
            }

            if (directive.Arguments.Find(argument => definition.ArgumentNamed(argument.Name) is null) is { } unknown)
            {
                throw new GraphQlException($"Undefined argument {unknown.Name} for directive {directive.Name}.", unknown.Place);
            }

            foreach (var argument in definition.Arguments.Where(argument => argument is { Type.NonNull: true, Default: null }))
            {
                if (directive.Arguments.Find(given => given.Name == argument.Name) is null or { Value.Kind: GraphValueKind.Null })
                {
                    throw new GraphQlException(
                        $"Argument {argument.Name} for directive {directive.Name} cannot be null.", directive.Place);
                }
            }
        }
    }

    private static void CheckName(string name, Place place)
    {
        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            throw new GraphQlException(
                $"Name \"{name}\" must not begin with \"__\", which is reserved by GraphQL introspection.", place);
        }
    }

    private void Check(Definition definition)
    {
        CheckFields(definition);
        CheckMembers(definition);
        foreach (var name in definition.Interfaces)
        {
            CheckImplements(definition, name);
        }

        CheckKind(definition);
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (definition.Fields.Find(field => !names.Add(field.Name)) is { } again)
        {
            throw new GraphQlException($"Field {definition.Name}.{again.Name} can only be defined once.", again.Place);
        }

        if (!definition.BuiltIn)
        {
            CheckName(definition.Name, definition.Place);
        }

        CheckDirectives(definition.Directives, definition.Kind);
    }

    private void CheckFields(Definition definition)
    {
        foreach (var field in definition.Fields)
        {
            effort.Step();
            CheckName(field.Name, field.Place);
            CheckType(field.Type);
            CheckArguments(field.Arguments, null);
            CheckDirectives(field.Directives, definition.Kind == "INPUT_OBJECT" ? "INPUT_FIELD_DEFINITION" : "FIELD_DEFINITION");
        }
    }

    private void CheckMembers(Definition definition)
    {
        foreach (var name in definition.Types)
        {
            var type = schema.TypeNamed(name) ?? throw new GraphQlException($"Undefined type \"{name}\".", definition.Place);
            if (type.Kind != "OBJECT")
            {
                throw new GraphQlException($"{definition.Kind} type \"{name}\" must be OBJECT.", definition.Place);
            }
        }
    }

    private void CheckKind(Definition definition)
    {
        switch (definition.Kind)
        {
            case "OBJECT" or "INTERFACE":
                CheckNotEmpty(definition, definition.Fields.Count, "fields");
                if (definition.Fields.Find(field => schema.TypeNamed(field.Type.Innermost) is
                    { Kind: not ("SCALAR" or "OBJECT" or "INTERFACE" or "UNION" or "ENUM") }) is { } wrong)
                {
                    throw new GraphQlException(
                        $"{definition.Kind} {definition.Name}: field must be one of SCALAR, OBJECT, INTERFACE, UNION, ENUM.", wrong.Place);
                }

                break;
            case "ENUM":
                CheckNotEmpty(definition, definition.EnumValues.Count, "unique enum values");
                foreach (var value in definition.EnumValues)
                {
                    if (value.Name is "true" or "false" or "null")
                    {
                        throw new GraphQlException($"ENUM {definition.Name}: non-enum value {value.Name}.", definition.Place);
                    }

                    CheckDirectives(value.Directives, "ENUM_VALUE");
                }

                break;
            case "INPUT_OBJECT":
                CheckNotEmpty(definition, definition.Fields.Count, "input fields");
                if (definition.Fields.Find(field => schema.TypeNamed(field.Type.Innermost) is { IsInput: false }) is { } output)
                {
                    throw new GraphQlException(
                        $"{schema.TypeNamed(output.Type.Innermost)!.Kind} {output.Name}: field must be one of SCALAR, ENUM, INPUT_OBJECT.",
                        output.Place);
                }

                break;
        }
    }

    private static void CheckNotEmpty(Definition definition, int count, string what)
    {
        if (count == 0)
        {
            throw new GraphQlException($"{definition.Kind} {definition.Name}: must define one or more {what}.", definition.Place);
        }
    }

    private Definition CheckType(TypeReference type) => schema.TypeNamed(type.Innermost)
        ?? throw new GraphQlException($"Undefined type {type.Innermost}.", type.Place);

    private void CheckArguments(List<ArgumentDefinition> arguments, DirectiveDefinition? within)
    {
        foreach (var argument in arguments)
        {
            effort.Step();
            CheckName(argument.Name, argument.Place);
            if (CheckType(argument.Type) is { IsInput: false } output)
            {
                throw new GraphQlException(
                    $"cannot use {argument.Type.Written} as argument {argument.Name} because {output.Kind} is not a valid input type",
                    argument.Place);
            }

            CheckDirectives(argument.Directives, "ARGUMENT_DEFINITION", within);
        }
    }

    private void CheckImplements(Definition definition, string name)
    {
        effort.Step();
        var implemented = schema.TypeNamed(name) ?? throw new GraphQlException($"Undefined type \"{name}\".", definition.Place);
        if (implemented.Kind != "INTERFACE")
        {
            throw new GraphQlException($"\"{name}\" is a non interface type {implemented.Kind}.", definition.Place);
        }

        var fields = Names.First(definition.Fields, field => field.Name);
        foreach (var required in implemented.Fields)
        {
            effort.Step();
            CheckImplements(definition, implemented, required, fields.GetValueOrDefault(required.Name));
        }

        if (implemented.Interfaces.Find(inherited => !definition.Interfaces.Contains(inherited)) is { } missing)
        {
            throw new GraphQlException(
                missing == definition.Name
                    ? $"Type {definition.Name} cannot implement {name} because it would create a circular reference."
                    : $"Type {definition.Name} must implement {missing} because it is implemented by {name}.",
                definition.Place);
        }
    }

    private void CheckImplements(Definition definition, Definition implemented, FieldDefinition required, FieldDefinition? found)
    {
        var intent = $"For {definition.Name} to implement {implemented.Name}";
        if (found is null)
        {
            throw new GraphQlException($"{intent} it must have a field called {required.Name}.", definition.Place);
        }

        if (!IsCovariant(required.Type, found.Type))
        {
            throw new GraphQlException($"{intent} the field {required.Name} must have type {required.Type.Written}.", found.Place);
        }

        foreach (var argument in required.Arguments)
        {
            var given = found.ArgumentNamed(argument.Name) ?? throw new GraphQlException(
                $"{intent} the field {required.Name} must have the same arguments but it is missing {argument.Name}.", found.Place);
            if (!argument.Type.FitsInto(given.Type))
            {
                throw new GraphQlException(
                    $"{intent} the field {required.Name} must have the same arguments but {argument.Name} has the wrong type.",
                    given.Place);
            }
        }

        if (found.Arguments.Find(argument =>
            argument is { Type.NonNull: true, Default: null } && required.ArgumentNamed(argument.Name) is null) is { } extra)
        {
            throw new GraphQlException(
                $"{intent} any additional arguments on {found.Name} must be optional or have a default value but {extra.Name} is required.",
                extra.Place);
        }
    }

    private bool IsCovariant(TypeReference required, TypeReference actual) => (!required.NonNull || actual.NonNull)
        && (required.Name.Length > 0
            ? required.Name == actual.Name || schema.IsPossible(required.Name, actual.Name)
            : required.Element is { } element && actual.Element is { } other && IsCovariant(element, other));
}
