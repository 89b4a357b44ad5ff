using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Schemas;

/// <summary>The keywords.</summary>
internal sealed partial class SchemaReader
{
    private static void ReadTypes(ObjectValue members, Schema schema)
    {
        const string expected = "string/array of strings";
        IEnumerable<Value> types = members.Get("type") switch
        {
            null => [],
            StringValue text => [text],
            ArrayValue array => array,
            _ => throw WrongType("type", expected),
        };
        foreach (var one in types)
        {
            var name = (one as StringValue)?.Text ?? throw WrongType("type", expected);
            if (!TypeNames.Contains(name))
            {
                throw new FormatException(
                    $"has a primitive type that is NOT VALID -- given: /{name}/ Expected valid values are:[{string.Join(' ', TypeNames)}]");
            }

            schema.Types.Add(schema.Types.Contains(name) ? throw new FormatException($"{name} type is duplicated") : name);
        }
    }

    private void ReadObjects(ObjectValue members, Schema schema)
    {
        foreach (var (name, node) in Map(members, "properties", "properties must be of type object"))
        {
            schema.Properties[name] = Node(node);
        }

        schema.AdditionalProperties = Additional(members, "additionalProperties");
        foreach (var (name, node) in Map(members, "patternProperties", null))
        {
            try
            {
                schema.PatternProperties.Add((RegexText.Of(name), Node(node)));
            }
            catch (BuiltinException)
            {
                throw new FormatException($"Invalid regex pattern '{name}'");
            }
        }

        if (_draft >= 6 && members.Get("propertyNames") is { } names)
        {
            schema.PropertyNames = Node(names is ObjectValue or BooleanValue ? names : throw WrongType("schema", "patternProperties"));
        }

        foreach (var (name, node) in Map(members, "dependencies", "dependencies must be of type object"))
        {
            switch (node)
            {
                case ArrayValue array when array.All(one => one is StringValue):
                    schema.DependentNames[name] = [.. array.Select(one => ((StringValue)one).Text)];
                    break;
                case ObjectValue or BooleanValue:
                    schema.DependentSchemas[name] = Node(node);
                    break;
                default:
                    throw new FormatException("dependency must be of type schema or array of strings");
            }
        }

        foreach (var one in List(members, "required"))
        {
            var name = (one as StringValue)?.Text ?? throw WrongType("string", "required");
            schema.Required.Add(schema.Required.Contains(name) ? throw new FormatException("required items must be unique") : name);
        }

        Bound(members, schema, "minProperties", "maxProperties");
    }

    private void ReadItems(ObjectValue members, Schema schema)
    {
        switch (members.Get("items"))
        {
            case null:
                break;
            case ArrayValue array:
                foreach (var one in array)
                {
                    schema.Items.Add(Node(one is ObjectValue or BooleanValue ? one : throw WrongType("schema/array of schemas", "items")));
                }

                break;
            case ObjectValue or BooleanValue:
                schema.Items.Add(Node(members.Get("items")!));
                schema.IsForAllItems = true;
                break;
            default:
                throw WrongType("schema/array of schemas", "items");
        }

        schema.AdditionalItems = Additional(members, "additionalItems");
        Bound(members, schema, "minItems", "maxItems");
        schema.UniqueItems = members.Get("uniqueItems") switch
        {
            null => false,
            BooleanValue flag => flag.Boolean,
            _ => throw new FormatException("uniqueItems must be of a boolean"),
        };
        schema.Contains = _draft >= 6 && members.Get("contains") is { } contains ? Node(contains) : null;
    }

    private void ReadNumbers(ObjectValue members, Schema schema)
    {
        if (members.Get("multipleOf") is { } multiple)
        {
            schema.MultipleOf = multiple as NumberValue ?? throw WrongType("number", "multipleOf");
            if (schema.MultipleOf.CompareTo(NumberValue.Of(0)) <= 0)
            {
                throw new FormatException("multipleOf must be strictly greater than 0");
            }
        }

        (schema.Minimum, schema.ExclusiveMinimum) = Limit(members, "minimum", "exclusiveMinimum");
        (schema.Maximum, schema.ExclusiveMaximum) = Limit(members, "maximum", "exclusiveMaximum");
    }

    // a flag beside the limit up to draft 4, a limit of its own from draft 6 on
    private (NumberValue? Limit, NumberValue? Exclusive) Limit(ObjectValue members, string key, string exclusiveKey)
    {
        var limit = members.Get(key) is { } given
            ? given as NumberValue ?? throw new FormatException($"{key} must be of a number")
            : null;
        return members.Get(exclusiveKey) switch
        {
            null => (limit, null),
            BooleanValue when _draft is 4 or Mixture && limit is null =>
                throw new FormatException($"{exclusiveKey} cannot be used without {key}"),
            BooleanValue flag when _draft is 4 or Mixture => flag.Boolean ? (null, limit) : (limit, null),
            NumberValue number when _draft != 4 => (limit, number),
            _ => throw WrongType(_draft == 4 ? "boolean" : _draft == Mixture ? "boolean/number" : "number", exclusiveKey),
        };
    }

    private static void ReadTexts(ObjectValue members, Schema schema)
    {
        Bound(members, schema, "minLength", "maxLength");
        if (TextOf(members, "pattern") is { } pattern)
        {
            try
            {
                (schema.Pattern, schema.PatternText) = (RegexText.Of(pattern), pattern);
            }
            catch (BuiltinException)
            {
                throw new FormatException("pattern must be a valid regex");
            }
        }

        schema.Format = TextOf(members, "format");
    }

    private void ReadValues(ObjectValue members, Schema schema)
    {
        schema.Const = _draft >= 6 ? members.Get("const") : null;
        if (members.Get("enum") is null)
        {
            return;
        }

        schema.Enum = [];
        foreach (var one in List(members, "enum"))
        {
            schema.Enum.Add(schema.Enum.Contains(one) ? throw new FormatException("enum items must be unique") : one);
        }
    }

    private void ReadCombinations(ObjectValue members, Schema schema)
    {
        schema.OneOf.AddRange(List(members, "oneOf").Select(Node));
        schema.AnyOf.AddRange(List(members, "anyOf").Select(Node));
        schema.AllOf.AddRange(List(members, "allOf").Select(Node));
        schema.Not = Part(members, "not");
        if (_draft >= 7)
        {
            (schema.If, schema.Then, schema.Else) = (Part(members, "if"), Part(members, "then"), Part(members, "else"));
        }
    }

    private Schema? Part(ObjectValue members, string key) => members.Get(key) switch
    {
        null => null,
        ObjectValue or BooleanValue => Node(members.Get(key)!),
        _ => throw new FormatException($"{key} must be of an object"),
    };

    private Schema? Additional(ObjectValue members, string key) => members.Get(key) switch
    {
        null => null,
        BooleanValue flag => flag.Boolean ? null : new Schema { Always = false },
        ObjectValue node => Node(node),
        _ => throw WrongType("boolean/schema", key),
    };

    private static void Bound(ObjectValue members, Schema schema, string least, string most)
    {
        foreach (var key in (string[])[least, most])
        {
            if (members.Get(key) is { } given)
            {
                schema.Bounds[key] = given is not NumberValue number || !number.TryGetInt64(out var whole)
                    ? throw new FormatException($"{key} must be of an integer")
                    : whole < 0 ? throw new FormatException($"{key} must be greater than or equal to 0") : whole;
            }
        }

        if (least is not "minItems" && schema.Bounds.TryGetValue(least, out var low) && schema.Bounds.TryGetValue(most, out var high)
            && low > high)
        {
            throw new FormatException($"{least} cannot be greater than {most}");
        }
    }

    private static IEnumerable<(string Name, Value Node)> Map(ObjectValue members, string key, string? problem)
    {
        if (members.Get(key) is not { } given)
        {
            yield break;
        }

        var map = given as ObjectValue ?? throw (problem is null ? WrongType("schema", key) : new FormatException(problem));
        foreach (var (name, node) in map)
        {
            yield return (((StringValue)name).Text, node);
        }
    }

    private static IEnumerable<Value> List(ObjectValue members, string key) => members.Get(key) switch
    {
        null => [],
        ArrayValue array => array,
        _ => throw new FormatException($"{key} must be of an array"),
    };
}
