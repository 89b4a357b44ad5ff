namespace Reeve.Senlin.Policies;

/// <summary>A cluster as policies see it: a picture, taken before the action.</summary>
public sealed record ClusterView
{
    /// <summary>Its id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>How many nodes it has; null when that is not known.</summary>
    public int? Current { get; init; }

    /// <summary>How many it should have.</summary>
    public int DesiredCapacity { get; init; }

    /// <summary>The fewest it may have.</summary>
    public int MinSize { get; init; }

    /// <summary>The most it may have; -1 for no bound of its own.</summary>
    public int MaxSize { get; init; } = -1;

    /// <summary>Its nodes, in their order.</summary>
    public IReadOnlyList<NodeView> Nodes { get; init; } = [];
}

/// <summary>A node as policies see it.</summary>
public sealed record NodeView
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its status, such as <c>ACTIVE</c>.</summary>
    public string Status { get; init; } = "ACTIVE";

    /// <summary>Was it marked as one to be replaced?</summary>
    public bool IsTainted { get; init; }

    /// <summary>The zone it is in; null when nobody knows.</summary>
    public string? Zone { get; init; }

    /// <summary>The region it is in; null when nobody knows.</summary>
    public string? Region { get; init; }

    /// <summary>When it was made; null when it is not there yet.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When its profile was made; null when that is not known.</summary>
    public DateTimeOffset? ProfileCreatedAt { get; init; }
}
