using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Core.Policies.Properties;

/// <summary>What a property of a policy may be. The properties of a policy type are one schema: a map.</summary>
public sealed record PropertySchema
{
    /// <summary>The type of its values.</summary>
    public required PropertyKind Type { get; init; }

    /// <summary>What it is for; null when nobody said.</summary>
    public string? Description { get; init; }

    /// <summary>The value it has when none is given; null for none.</summary>
    public JsonElement? Default { get; init; }

    /// <summary>Must a value be given?</summary>
    public bool Required { get; init; }

    /// <summary>May its value be another in a later revision of a policy? What is inside an updatable property is updatable too.</summary>
    public bool Updatable { get; init; }

    /// <summary>What its values must fit besides the type.</summary>
    public ImmutableArray<PropertyConstraint> Constraints { get; init; } = [];

    /// <summary>The members of a map; null when any object is accepted.</summary>
    public ImmutableSortedDictionary<string, PropertySchema>? Fields { get; init; }

    /// <summary>The items of a list; null when any list is accepted.</summary>
    public PropertySchema? Element { get; init; }

    /// <summary>A map with these members; the usual root of a policy type.</summary>
    public static PropertySchema Map(params ReadOnlySpan<(string Name, PropertySchema Schema)> fields)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, PropertySchema>(StringComparer.Ordinal);
        foreach (var (name, schema) in fields)
        {
            map.Add(name, schema);
        }

        return new PropertySchema { Type = PropertyKind.Map, Fields = map.ToImmutable() };
    }

    /// <summary>
    /// The changes from one set of values to another that a policy of this type must not make; both are values that were read.
    /// </summary>
    public ImmutableArray<Mistake> Diff(JsonElement old, JsonElement changed, string path)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        Diff(old, changed, path, mistakes);
        return mistakes.ToImmutable();
    }

    private void Diff(JsonElement old, JsonElement changed, string path, ImmutableArray<Mistake>.Builder mistakes)
    {
        if (Updatable || Same(old, changed))
        {
            return;
        }

        if (Fields is not null && old.ValueKind is JsonValueKind.Object or JsonValueKind.Undefined
            && changed.ValueKind is JsonValueKind.Object or JsonValueKind.Undefined)
        {
            foreach (var (name, field) in Fields)
            {
                field.Diff(Member(old, name), Member(changed, name), JsonPointer.Member(path, name), mistakes);
            }

            return;
        }

        mistakes.Add(new Mistake(ErrorCodes.NotAllowed, path,
            $"this property cannot change from {Spell(old)} to {Spell(changed)}; make a new policy"));
    }

    private static bool Same(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.Undefined || right.ValueKind == JsonValueKind.Undefined
            ? left.ValueKind == right.ValueKind
            : JsonElement.DeepEquals(left, right);

    private static JsonElement Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : default;

    private static string Spell(JsonElement value) =>
        value.ValueKind == JsonValueKind.Undefined ? "nothing" : Quote.Text(value.GetRawText());
}

/// <summary>The types of property.</summary>
public enum PropertyKind
{
    /// <summary>A text.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>An object.</summary>
    Map,

    /// <summary>A list.</summary>
    List,
}
