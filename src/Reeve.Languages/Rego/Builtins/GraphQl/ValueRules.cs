using System.Globalization;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>The rules for values: variables that exist and fit, fields once, literals of the type that is expected.</summary>
internal sealed class ValueRules
{
    public void Check(GraphValue value, Operation? operation)
    {
        if (operation is not null && value is { Kind: GraphValueKind.Variable, Variable: null })
        {
            throw new GraphQlException(
                $"Variable \"{value.Written}\" is not defined{(operation.Name.Length > 0 ? $" by operation \"{operation.Name}\"" : "")}.",
                value.Place);
        }

        if (value.Kind == GraphValueKind.Object)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            if (value.Members.Find(member => !names.Add(member.Name)) is { } again)
            {
                throw new GraphQlException($"There can be only one input field named \"{again.Name}\".", again.Place);
            }
        }

        if (value is { Definition: { } definition, ExpectedType: { } expected })
        {
            CheckType(value, definition, expected);
        }

        if (operation is not null && value is { Variable: { } variable, ExpectedType: { } wanted })
        {
            CheckPosition(value, variable, wanted);
        }
    }

    private static void CheckPosition(GraphValue value, Variable variable, TypeReference expected)
    {
        var filled = value.ExpectedTypeHasDefault || variable.Default is { Kind: not GraphValueKind.Null };
        if (!variable.Type.FitsInto(filled ? expected with { NonNull = false } : expected))
        {
            throw new GraphQlException(
                $"Variable \"{value.Written}\" of type \"{variable.Type.Written}\" used in position expecting type \"{expected.Written}\".",
                value.Place);
        }
    }

    private static void CheckType(GraphValue value, Definition definition, TypeReference expected)
    {
        if (value.Kind == GraphValueKind.Null && expected.NonNull)
        {
            throw new GraphQlException($"Expected value of type \"{expected.Written}\", found null.", value.Place);
        }

        if (definition is { Kind: "SCALAR", Name: not ("Int" or "Float" or "String" or "Boolean" or "ID") })
        {
            // a scalar of the schema's own takes what its server takes
            return;
        }

        if (!CanBeRead(value))
        {
            throw Mismatch(value, definition, expected);
        }

        var fits = value.Kind switch
        {
            GraphValueKind.List => expected.Element is not null,
            GraphValueKind.Integer => definition.Name is "Int" or "Float" or "ID",
            GraphValueKind.Float => definition.Name is "Float",
            GraphValueKind.String or GraphValueKind.Block => definition.Name is "String" or "ID",
            GraphValueKind.Boolean => definition.Name is "Boolean",
            GraphValueKind.Enum => definition.Kind == "ENUM",
            _ => true,
        };
        if (!fits)
        {
            throw Mismatch(value, definition, expected);
        }

        if (value.Kind == GraphValueKind.Enum && !definition.EnumValues.Exists(known => known.Name == value.Raw))
        {
            throw new GraphQlException($"Value \"{value.Raw}\" does not exist in \"{expected.Written}\" enum.", value.Place);
        }

        if (value.Kind == GraphValueKind.Object)
        {
            CheckObject(value, definition);
        }
    }

    private static void CheckObject(GraphValue value, Definition definition)
    {
        var given = Names.First(value.Members, member => member.Name);
        if (definition.Fields.Find(field =>
            field is { Type.NonNull: true, Default: null } && !given.ContainsKey(field.Name)) is { } missing)
        {
            throw new GraphQlException(
                $"Field \"{definition.Name}.{missing.Name}\" of required type \"{missing.Type.Written}\" was not provided.", value.Place);
        }

        if (definition.Directives.Exists(directive => directive.Name == "oneOf"))
        {
            CheckOneOf(value, definition);
        }

        if (value.Members.Find(member => definition.FieldNamed(member.Name) is null) is { } unknown)
        {
            throw new GraphQlException($"Field \"{unknown.Name}\" is not defined by type \"{definition.Name}\".", unknown.Place);
        }
    }

    private static void CheckOneOf(GraphValue value, Definition definition)
    {
        if (value.Members is not [var only])
        {
            throw new GraphQlException($"OneOf Input Object \"{definition.Name}\" must specify exactly one key.", value.Place);
        }

        if (only.Value.Kind == GraphValueKind.Null)
        {
            throw new GraphQlException($"Field \"{definition.Name}.{only.Name}\" must be non-null.", only.Value.Place);
        }

        if (only.Value.Variable is { Type.NonNull: false } variable)
        {
            throw new GraphQlException(
                $"Variable \"{variable.Name}\" must be non-nullable to be used for OneOf Input Object \"{definition.Name}\".",
                only.Value.Place);
        }
    }

    /// <summary>False for a number, here or inside, that is beyond 64 bits.</summary>
    private static bool CanBeRead(GraphValue value) => value.Kind switch
    {
        GraphValueKind.Integer => long.TryParse(value.Raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        GraphValueKind.Float => double.TryParse(value.Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number),
        GraphValueKind.List or GraphValueKind.Object => value.Members.TrueForAll(member => CanBeRead(member.Value)),
        _ => true,
    };

    private static GraphQlException Mismatch(GraphValue value, Definition definition, TypeReference expected) => new(
        expected.Written switch
        {
            "Int" or "Int!" => $"Int cannot represent non-integer value: {value.Written}",
            "String" or "String!" or "[String]" => $"String cannot represent a non string value: {value.Written}",
            "Boolean" or "Boolean!" => $"Boolean cannot represent a non boolean value: {value.Written}",
            "Float" or "Float!" => $"Float cannot represent non numeric value: {value.Written}",
            "ID" or "ID!" => $"ID cannot represent a non-string and non-integer value: {value.Written}",
            _ => definition.Kind == "ENUM"
                ? $"Enum \"{expected.Written}\" cannot represent non-enum value: {value.Written}."
                : $"Expected value of type \"{expected.Written}\", found {value.Written}.",
        },
        value.Place);
}
