using System.Text.RegularExpressions;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Schemas;

/// <summary>A schema, or a part of one, as read; what it does not say is null or empty.</summary>
internal sealed class Schema
{
    /// <summary>The answer of a schema that is true or false.</summary>
    public bool? Always { get; set; }

    public Schema? Reference { get; set; }

    public List<string> Types { get; } = [];

    public List<Schema> AnyOf { get; } = [];

    public List<Schema> OneOf { get; } = [];

    public List<Schema> AllOf { get; } = [];

    public Schema? Not { get; set; }

    public Schema? If { get; set; }

    public Schema? Then { get; set; }

    public Schema? Else { get; set; }

    public List<Value>? Enum { get; set; }

    public Value? Const { get; set; }

    public string? Format { get; set; }

    public Dictionary<string, Schema> Properties { get; } = new(StringComparer.Ordinal);

    public List<(Regex Pattern, Schema Schema)> PatternProperties { get; } = [];

    /// <summary>What all other properties must be; null allows all, a schema that is false refuses them.</summary>
    public Schema? AdditionalProperties { get; set; }

    public Schema? PropertyNames { get; set; }

    public List<string> Required { get; } = [];

    public Dictionary<string, List<string>> DependentNames { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Schema> DependentSchemas { get; } = new(StringComparer.Ordinal);

    public List<Schema> Items { get; } = [];

    /// <summary>True when the one schema of <see cref="Items"/> is for all of them.</summary>
    public bool IsForAllItems { get; set; }

    public Schema? AdditionalItems { get; set; }

    public Schema? Contains { get; set; }

    public bool UniqueItems { get; set; }

    public Regex? Pattern { get; set; }

    public string? PatternText { get; set; }

    public NumberValue? MultipleOf { get; set; }

    public NumberValue? Minimum { get; set; }

    public NumberValue? Maximum { get; set; }

    public NumberValue? ExclusiveMinimum { get; set; }

    public NumberValue? ExclusiveMaximum { get; set; }

    /// <summary>Bounds of lengths and counts, by their keywords.</summary>
    public Dictionary<string, long> Bounds { get; } = new(StringComparer.Ordinal);

    public string TypeNames => Types.Count == 1 ? Types[0] : $"[{string.Join(',', Types)}]";
}
