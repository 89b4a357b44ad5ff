namespace Reeve.Storage.Records;

/// <summary>Which documents to list, in which order. A null field does not narrow.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Kind">Of which kind.</param>
public sealed record ResourceQuery(string Tenant, string Kind)
{
    /// <summary>One project.</summary>
    public string? Project { get; init; }

    /// <summary>How the name begins.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>Labels that it must have; a null value for any.</summary>
    public IReadOnlyList<(string Name, string? Value)> Labels { get; init; } = [];

    /// <summary>By the time of the last change, instead of by name.</summary>
    public bool ByTime { get; init; }

    /// <summary>The other way round.</summary>
    public bool Descending { get; init; }

    /// <summary>Where the last page ended.</summary>
    public string? After { get; init; }

    /// <summary>The most items, 1 to 1,000.</summary>
    public int Limit { get; init; } = 100;
}
