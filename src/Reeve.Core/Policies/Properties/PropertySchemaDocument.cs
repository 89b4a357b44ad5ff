using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Core.Policies.Properties;

/// <summary>
/// Reads and writes the properties of a policy type in the shape that Senlin's API has: an object of properties, each with
/// <c>type</c>, <c>description</c>, <c>default</c>, <c>required</c>, <c>updatable</c>, <c>constraints</c> and <c>schema</c>.
/// </summary>
public static class PropertySchemaDocument
{
    private static readonly Dictionary<string, PropertyKind> Kinds =
        Enum.GetValues<PropertyKind>().ToDictionary(kind => kind.ToString(), StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, bool> Constraints = new(StringComparer.Ordinal)
    {
        ["AllowedValues"] = true,
        ["Range"] = true,
        ["Pattern"] = true,
        ["Duration"] = true,
    };

    /// <summary>The schema of an object of properties: a map. With mistakes, what could be read.</summary>
    public static PropertySchema Read(JsonElement properties, string path, List<Mistake> mistakes)
    {
        var fields = new FieldReader(properties, path, mistakes);
        var schema = new PropertySchema { Type = PropertyKind.Map, Fields = ReadFields(fields, mistakes) };
        fields.Close();
        return schema;
    }

    /// <summary>The properties of a map as an object.</summary>
    public static JsonElement Write(PropertySchema schema) => Json.Build(writer => WriteFields(writer, schema));

    private static ImmutableSortedDictionary<string, PropertySchema> ReadFields(FieldReader fields, List<Mistake> mistakes)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, PropertySchema>(StringComparer.Ordinal);
        foreach (var name in fields.Names)
        {
            if (fields.RequiredObject(name) is { } property)
            {
                map[name] = ReadProperty(property, mistakes);
            }
        }

        return map.ToImmutable();
    }

    private static PropertySchema ReadProperty(FieldReader fields, List<Mistake> mistakes)
    {
        var before = mistakes.Count;
        fields.Require("type");
        var kind = fields.OneOf("type", Kinds);
        var schema = new PropertySchema
        {
            Type = kind ?? PropertyKind.String,
            Description = fields.Text("description"),
            Default = fields.Raw("default"),
            Required = fields.Flag("required"),
            Updatable = fields.Flag("updatable"),
            Constraints = [.. fields.List("constraints", ReadConstraint).OfType<PropertyConstraint>()],
        };
        schema = ReadInner(fields, schema, kind, mistakes);
        if (mistakes.Count == before && schema.Default is { } value)
        {
            // a default that is wrong would be wrong in every policy
            mistakes.AddRange(PropertyReader.Read(schema, value, fields.PathOf("default")).Mistakes);
        }

        return schema;
    }

    private static PropertySchema ReadInner(FieldReader fields, PropertySchema schema, PropertyKind? kind, List<Mistake> mistakes)
    {
        if (fields.Object("schema") is not { } inner)
        {
            return schema;
        }

        switch (kind)
        {
            case PropertyKind.Map:
                return schema with { Fields = ReadFields(inner, mistakes) };
            case PropertyKind.List:
                return inner.RequiredObject("*") is { } element ? schema with { Element = ReadProperty(element, mistakes) } : schema;
            case null:
                _ = inner.Names.All(inner.Has);
                return schema;
            default:
                _ = inner.Names.All(inner.Has);
                fields.Report(ErrorCodes.NotAllowed, "schema",
                    $"only a map and a list have a schema of what is in them, and this is `{kind}`");
                return schema;
        }
    }

    private static PropertyConstraint? ReadConstraint(FieldReader fields)
    {
        fields.Require("type");
        var known = fields.OneOf("type", Constraints) is not null;
        var type = known ? fields.Text("type") : null;
        _ = fields.Text("description");
        switch (type)
        {
            case "AllowedValues":
                fields.Require("constraint");
                return new PropertyConstraint.AllowedValues([.. fields.RawList("constraint").Select(item => item.Value)]);
            case "Range":
                var range = fields.RequiredObject("constraint");
                var least = range?.Number("min");
                var most = range?.Number("max");
                ReportOrder(range, least > most);
                return new PropertyConstraint.Range(least, most);
            case "Duration":
                var bounds = fields.Object("constraint");
                var min = bounds?.Duration("min");
                var max = bounds?.Duration("max");
                ReportOrder(bounds, min > max);
                return new PropertyConstraint.Duration(min, max);
            case "Pattern":
                if (fields.RequiredText("constraint") is not { Length: > 0 } expression)
                {
                    return null;
                }

                var pattern = PropertyConstraint.Pattern.TryParse(expression, out var problem);
                if (problem is not null)
                {
                    fields.Report(ErrorCodes.NotAllowed, "constraint", problem);
                }

                return pattern;
            default:
                fields.Raw("constraint");
                return null;
        }
    }

    private static void ReportOrder(FieldReader? bounds, bool reversed)
    {
        if (reversed)
        {
            bounds?.Report(ErrorCodes.NotAllowed, "min", "`min` is larger than `max`, so no value fits");
        }
    }

    private static void WriteFields(Utf8JsonWriter writer, PropertySchema schema)
    {
        writer.WriteStartObject();
        foreach (var (name, field) in schema.Fields ?? ImmutableSortedDictionary<string, PropertySchema>.Empty)
        {
            writer.WritePropertyName(name);
            WriteProperty(writer, field);
        }

        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, PropertySchema schema)
    {
        writer.WriteStartObject();
        if (!schema.Constraints.IsEmpty)
        {
            writer.WriteStartArray("constraints");
            foreach (var constraint in schema.Constraints)
            {
                WriteConstraint(writer, constraint);
            }

            writer.WriteEndArray();
        }

        if (schema.Default is { } value)
        {
            writer.WritePropertyName("default");
            value.WriteTo(writer);
        }

        if (schema.Description is { } description)
        {
            writer.WriteString("description", description);
        }

        writer.WriteBoolean("required", schema.Required);
        if (schema.Fields is not null)
        {
            writer.WritePropertyName("schema");
            WriteFields(writer, schema);
        }
        else if (schema.Element is { } element)
        {
            writer.WriteStartObject("schema");
            writer.WritePropertyName("*");
            WriteProperty(writer, element);
            writer.WriteEndObject();
        }

        writer.WriteString("type", schema.Type.ToString());
        writer.WriteBoolean("updatable", schema.Updatable);
        writer.WriteEndObject();
    }

    private static void WriteConstraint(Utf8JsonWriter writer, PropertyConstraint constraint)
    {
        writer.WriteStartObject();
        writer.WriteString("type", constraint.GetType().Name);
        writer.WritePropertyName("constraint");
        switch (constraint)
        {
            case PropertyConstraint.AllowedValues allowed:
                writer.WriteStartArray();
                foreach (var value in allowed.Values)
                {
                    value.WriteTo(writer);
                }

                writer.WriteEndArray();
                break;
            case PropertyConstraint.Pattern pattern:
                writer.WriteStringValue(pattern.Expression);
                break;
            case PropertyConstraint.Range range:
                WriteBounds(writer, Number(range.Min), Number(range.Max));
                break;
            case PropertyConstraint.Duration duration:
                WriteBounds(writer, Text(duration.Min), Text(duration.Max));
                break;
            default:
                throw new InvalidOperationException($"no such constraint: {constraint.GetType()}");
        }

        writer.WriteEndObject();
    }

    private static Action<Utf8JsonWriter>? Number(double? bound) =>
        bound is { } number ? writer => writer.WriteNumberValue(number) : null;

    private static Action<Utf8JsonWriter>? Text(TimeSpan? bound) =>
        bound is { } duration ? writer => writer.WriteStringValue(Time.Durations.Format(duration)) : null;

    private static void WriteBounds(Utf8JsonWriter writer, Action<Utf8JsonWriter>? min, Action<Utf8JsonWriter>? max)
    {
        writer.WriteStartObject();
        foreach (var (name, write) in new[] { ("min", min), ("max", max) })
        {
            if (write is not null)
            {
                writer.WritePropertyName(name);
                write(writer);
            }
        }

        writer.WriteEndObject();
    }
}
