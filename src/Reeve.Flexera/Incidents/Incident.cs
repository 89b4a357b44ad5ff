namespace Reeve.Flexera.Incidents;

/// <summary>A column of the table of violations.</summary>
/// <param name="Name">The member of each row.</param>
/// <param name="Label">What stands above it.</param>
/// <param name="Path">JMESPath from the violation to the value; empty when the name says it.</param>
/// <param name="Format">How it is shown, or empty.</param>
public sealed record IncidentField(string Name, string Label, string Path, string Format);

/// <summary>What a validation that does not hold says.</summary>
public sealed record Incident
{
    /// <summary>Which validation of the policy, from 0.</summary>
    public required int Validate { get; init; }

    /// <summary>The datasource that was validated.</summary>
    public required string Datasource { get; init; }

    /// <summary>The summary, rendered.</summary>
    public required string Summary { get; init; }

    /// <summary>The detail, rendered; Markdown.</summary>
    public required string Detail { get; init; }

    /// <summary>The columns of the violations, in the order of the text; none when nothing says which.</summary>
    public required IReadOnlyList<IncidentField> Fields { get; init; }

    /// <summary>The exported rows.</summary>
    public required IReadOnlyList<object?> Violations { get; init; }

    /// <summary>Changes when what was found does: over the fields that the template chooses, whatever the order of the rows.</summary>
    public required string Hash { get; init; }
}
