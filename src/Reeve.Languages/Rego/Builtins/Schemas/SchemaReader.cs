using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Schemas;

/// <summary>
/// Reads schemas of JSON Schema, drafts 4, 6 and 7, or of a mixture of them when they do not say; the words for what is wrong are those
/// of the library that OPA uses.
/// </summary>
internal sealed partial class SchemaReader
{
    private const int Deepest = 500;

    private const int Mixture = int.MaxValue;

    private static readonly string[] TypeNames = ["array", "boolean", "integer", "number", "null", "object", "string"];

    private readonly Value _root;
    private readonly Dictionary<string, Value> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Schema> _referenced = new(StringComparer.Ordinal);
    private readonly int _draft;
    private int _depth;

    private SchemaReader(Value root)
    {
        _root = root;
        _draft = root is ObjectValue members && members.Get("$schema") is StringValue { Text: var said }
            ? said.TrimEnd('#') switch
            {
                "http://json-schema.org/draft-04/schema" => 4,
                "http://json-schema.org/draft-06/schema" => 6,
                "http://json-schema.org/draft-07/schema" => 7,
                _ => Mixture,
            }
            : Mixture;
    }

    /// <summary>The schema; fails with a <see cref="FormatException"/> when the document is none.</summary>
    public static Schema Read(Value document)
    {
        var reader = new SchemaReader(document);
        reader.Index(document, 0);
        return reader.Node(document);
    }

    private void Index(Value node, int depth)
    {
        if (depth > Deepest)
        {
            throw new FormatException($"the schema is nested more than {Deepest} deep");
        }

        if (node is ArrayValue array)
        {
            foreach (var item in array)
            {
                Index(item, depth + 1);
            }
        }
        else if (node is ObjectValue members)
        {
            foreach (var (key, value) in members)
            {
                if (key is StringValue { Text: "$id" or "id" } && value is StringValue id)
                {
                    _named.TryAdd(id.Text.TrimEnd('#'), node);
                }

                Index(value, depth + 1);
            }
        }
    }

    private Schema Node(Value node)
    {
        var schema = new Schema();
        Fill(node, schema);
        return schema;
    }

    private void Fill(Value node, Schema schema)
    {
        if (node is BooleanValue flag && _draft >= 6)
        {
            schema.Always = flag.Boolean;
            return;
        }

        if (node is not ObjectValue members)
        {
            throw new FormatException("Expected: schema, given: Invalid JSON");
        }

        if (++_depth > Deepest)
        {
            throw new FormatException($"the schema is nested more than {Deepest} deep");
        }

        foreach (var text in (string[])["$id", "title", "description"])
        {
            TextOf(members, text);
        }

        Definitions(members);
        if (TextOf(members, "$ref") is { } reference)
        {
            schema.Reference = Referenced(reference);
        }
        else
        {
            ReadTypes(members, schema);
            ReadObjects(members, schema);
            ReadItems(members, schema);
            ReadNumbers(members, schema);
            ReadTexts(members, schema);
            ReadValues(members, schema);
            ReadCombinations(members, schema);
        }

        _depth--;
    }

    private void Definitions(ObjectValue members)
    {
        switch (members.Get("definitions"))
        {
            case null:
                return;
            case ObjectValue definitions:
                foreach (var (_, one) in definitions)
                {
                    Node(one is ObjectValue or BooleanValue ? one : throw WrongType("array of schemas", "definitions"));
                }

                break;
            default:
                throw WrongType("array of schemas", "definitions");
        }
    }

    private Schema Referenced(string reference)
    {
        if (_referenced.TryGetValue(reference, out var known))
        {
            return known;
        }

        var schema = new Schema();
        _referenced[reference] = schema;
        var parts = reference.Split('#', 2);
        var fragment = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
        var node = parts[0].Length == 0 ? _root : Named(parts[0]);
        if (fragment.Length > 0 && fragment[0] != '/')
        {
            node = Named("#" + fragment);
        }
        else
        {
            foreach (var step in fragment.Split('/').Skip(1))
            {
                node = Step(node, step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))
                    ?? throw new FormatException($"Object has no key '{step}'");
            }
        }

        Fill(node is ObjectValue or BooleanValue ? node : throw new FormatException("schema must be of type object"), schema);
        return schema;
    }

    private static Value? Step(Value node, string step) => node switch
    {
        ObjectValue members => members.Get(step),
        ArrayValue array when int.TryParse(step, out var at) && at >= 0 && at < array.Count => array[at],
        _ => null,
    };

    // ids may be written in full and be referred to by their last part, and the other way round
    private Value Named(string name)
    {
        if (_named.TryGetValue(name, out var node))
        {
            return node;
        }

        foreach (var (id, found) in _named)
        {
            if (id.EndsWith("/" + name, StringComparison.Ordinal) || name.EndsWith("/" + id, StringComparison.Ordinal))
            {
                return found;
            }
        }

        throw new FormatException($"remote reference loading disabled: {name}");
    }

    private static string? TextOf(ObjectValue members, string key) => members.Get(key) switch
    {
        null => null,
        StringValue text => text.Text,
        _ => throw WrongType("string", key),
    };

    private static FormatException WrongType(string expected, string given) => new($"Invalid type. Expected: {expected}, given: {given}");
}
