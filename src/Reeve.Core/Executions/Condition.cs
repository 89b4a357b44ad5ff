using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Core.Executions;

/// <summary>A condition of a workflow step: a value compared, or others combined.</summary>
public abstract record Condition
{
    /// <summary>Does it hold? References to nothing count as null.</summary>
    public abstract bool Holds(JsonElement context);
}

/// <summary>All of them hold.</summary>
public sealed record AllOf(ImmutableArray<Condition> Conditions) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(JsonElement context) => Conditions.All(c => c.Holds(context));
}

/// <summary>One of them holds.</summary>
public sealed record AnyOf(ImmutableArray<Condition> Conditions) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(JsonElement context) => Conditions.Any(c => c.Holds(context));
}

/// <summary>It does not hold.</summary>
public sealed record Not(Condition Negated) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(JsonElement context) => !Negated.Holds(context);
}

/// <summary>A value (usually a reference) compared with another.</summary>
public sealed record Comparison(JsonElement Value, Comparator Comparator, JsonElement Other) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(JsonElement context)
    {
        var value = Template.Fill(Value, context, out _);
        var other = Template.Fill(Other, context, out _);
        return Comparator switch
        {
            Comparator.EqualTo => JsonElement.DeepEquals(value, other),
            Comparator.NotEqualTo => !JsonElement.DeepEquals(value, other),
            Comparator.Above => Order(value, other) > 0,
            Comparator.Below => Order(value, other) < 0,
            Comparator.In => other.ValueKind == JsonValueKind.Array && other.EnumerateArray().Any(o => JsonElement.DeepEquals(o, value)),
            _ => value.ValueKind != JsonValueKind.Null == (other.ValueKind != JsonValueKind.False),
        };
    }

    private static int? Order(JsonElement value, JsonElement other) => (value.ValueKind, other.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => value.GetDouble().CompareTo(other.GetDouble()),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(value.GetString(), other.GetString()),
        _ => null,
    };
}

/// <summary>How values are compared.</summary>
public enum Comparator
{
    /// <summary>The same JSON value.</summary>
    EqualTo,

    /// <summary>Not the same.</summary>
    NotEqualTo,

    /// <summary>Greater (two numbers or two texts).</summary>
    Above,

    /// <summary>Less (two numbers or two texts).</summary>
    Below,

    /// <summary>One of a list.</summary>
    In,

    /// <summary>Is there (not null); compared with false: is not there.</summary>
    Exists,
}
