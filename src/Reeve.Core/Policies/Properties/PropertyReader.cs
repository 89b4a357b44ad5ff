using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Time;

namespace Reeve.Core.Policies.Properties;

/// <summary>Property values as they were read.</summary>
/// <param name="Values">The values, defaults filled in; not complete when there are mistakes.</param>
/// <param name="Mistakes">All mistakes, each with its path.</param>
public sealed record PropertyReading(JsonElement Values, IReadOnlyList<Mistake> Mistakes);

/// <summary>How strict the types of values are.</summary>
public enum PropertyCoercion
{
    /// <summary>As JSON has them. An integer may be spelled <c>3.0</c>, null counts as not given.</summary>
    Strict,

    /// <summary>As Senlin takes them: numbers and flags from texts and from each other. A null must fit the type.</summary>
    Lenient,
}

/// <summary>Reads the property values of a policy by the schema of its type.</summary>
public sealed class PropertyReader
{
    private readonly List<Mistake> _mistakes = [];
    private readonly PropertyCoercion _coercion;

    private PropertyReader(PropertyCoercion coercion) => _coercion = coercion;

    /// <summary>Reads the values; an undefined or null value counts as none given.</summary>
    public static PropertyReading Read(
        PropertySchema schema, JsonElement given, string path, PropertyCoercion coercion = PropertyCoercion.Strict)
    {
        var reader = new PropertyReader(coercion);
        var none = given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
        var taken = none && schema.Type == PropertyKind.Map ? Json.EmptyObject : given;
        var values = Json.Build(writer => reader.Read(writer, schema, taken, path));
        return new PropertyReading(values, reader._mistakes);
    }

    // always writes one value, also where there is a mistake
    private void Read(Utf8JsonWriter writer, PropertySchema schema, JsonElement given, string path)
    {
        switch (schema.Type)
        {
            case PropertyKind.Map:
                ReadMap(writer, schema, given, path);
                return;
            case PropertyKind.List:
                ReadList(writer, schema, given, path);
                return;
            default:
                if (Coerce(schema, given) is { } value)
                {
                    if (!IsListOfAllowed(schema, given))
                    {
                        Check(schema, value, path);
                    }

                    value.WriteTo(writer);
                }
                else
                {
                    WrongType(schema, given, path);
                    writer.WriteNullValue();
                }

                return;
        }
    }

    private void ReadMap(Utf8JsonWriter writer, PropertySchema schema, JsonElement given, string path)
    {
        if (given.ValueKind != JsonValueKind.Object)
        {
            WrongType(schema, given, path);
            writer.WriteNullValue();
            return;
        }

        Check(schema, given, path);
        if (schema.Fields is not { } fields)
        {
            given.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, field) in fields)
        {
            ReadMember(writer, given, name, field, path);
        }

        writer.WriteEndObject();
        foreach (var name in given.EnumerateObject().Select(m => m.Name).Where(name => !fields.ContainsKey(name)).Distinct())
        {
            var hint = DidYouMean.Hint(name, fields.Keys);
            var known = hint.Length > 0 || fields.IsEmpty ? hint : $"; there is {Quote.List(fields.Keys)}";
            _mistakes.Add(new Mistake(ErrorCodes.UnknownField, JsonPointer.Member(path, name),
                $"the property {Quote.Text(name)} is not known here{known}"));
        }
    }

    private void ReadMember(Utf8JsonWriter writer, JsonElement given, string name, PropertySchema field, string path)
    {
        var isGiven = given.TryGetProperty(name, out var value)
            && !(_coercion == PropertyCoercion.Strict && value.ValueKind == JsonValueKind.Null);
        if (isGiven)
        {
            writer.WritePropertyName(name);
            Read(writer, field, value, JsonPointer.Member(path, name));
        }
        else if (field.Default is { } otherwise)
        {
            writer.WritePropertyName(name);
            if (_coercion == PropertyCoercion.Lenient)
            {
                // Senlin takes a default as it stands
                otherwise.WriteTo(writer);
                return;
            }

            // read like a value that was given, so that what is inside it gets its defaults too
            Read(writer, field, otherwise, JsonPointer.Member(path, name));
        }
        else if (field.Required)
        {
            _mistakes.Add(new Mistake(ErrorCodes.MissingField, path, $"the property `{name}` is missing"));
        }
    }

    private void ReadList(Utf8JsonWriter writer, PropertySchema schema, JsonElement given, string path)
    {
        if (_coercion == PropertyCoercion.Lenient && LenientValues.Coerce(PropertyKind.List, given) is { } letters)
        {
            given = letters;
        }

        if (given.ValueKind != JsonValueKind.Array)
        {
            WrongType(schema, given, path);
            writer.WriteNullValue();
            return;
        }

        Check(schema, given, path);
        if (schema.Element is not { } element)
        {
            given.WriteTo(writer);
            return;
        }

        writer.WriteStartArray();
        var index = 0;
        foreach (var item in given.EnumerateArray())
        {
            Read(writer, element, item, JsonPointer.Item(path, index++));
        }

        writer.WriteEndArray();
    }

    // where some texts are allowed, Senlin lets a list of them pass too
    private bool IsListOfAllowed(PropertySchema schema, JsonElement given) =>
        _coercion == PropertyCoercion.Lenient && schema.Type == PropertyKind.String && given.ValueKind == JsonValueKind.Array
        && schema.Constraints.Any(c => c is PropertyConstraint.AllowedValues)
        && given.EnumerateArray().All(item => schema.Constraints.All(c => c.ProblemOf(item) is null));

    private JsonElement? Coerce(PropertySchema schema, JsonElement given)
    {
        if (_coercion == PropertyCoercion.Lenient)
        {
            return LenientValues.Coerce(schema.Type, given);
        }

        switch (schema.Type)
        {
            case PropertyKind.String when given.ValueKind == JsonValueKind.String:
            case PropertyKind.Boolean when given.ValueKind is JsonValueKind.True or JsonValueKind.False:
            case PropertyKind.Number when JsonNumbers.TryNumber(given, out _):
                return given;
            case PropertyKind.Integer when JsonNumbers.TryWhole(given, out var whole):
                return Json.Build(writer => writer.WriteNumberValue(whole));
            case PropertyKind.String when IsDuration(schema) && JsonNumbers.TryDuration(given, out var duration):
                return Json.Build(writer => writer.WriteStringValue(Durations.Format(duration)));
            default:
                return null;
        }
    }

    private void Check(PropertySchema schema, JsonElement value, string path)
    {
        foreach (var constraint in schema.Constraints)
        {
            if (constraint.ProblemOf(value) is { } problem)
            {
                _mistakes.Add(new Mistake(ErrorCodes.NotAllowed, path, problem));
            }
        }
    }

    private void WrongType(PropertySchema schema, JsonElement found, string path)
    {
        var expected = schema.Type switch
        {
            PropertyKind.String when IsDuration(schema) => Durations.Expected,
            PropertyKind.String => "a text",
            PropertyKind.Integer => "a whole number",
            PropertyKind.Number => "a number",
            PropertyKind.Boolean => "`true` or `false`",
            PropertyKind.Map => "an object",
            _ => "a list",
        };
        _mistakes.Add(new Mistake(ErrorCodes.WrongType, path, $"expected {expected}, found {Quote.Value(found)}"));
    }

    private static bool IsDuration(PropertySchema schema) => schema.Constraints.Any(c => c is PropertyConstraint.Duration);
}
