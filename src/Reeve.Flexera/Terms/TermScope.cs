namespace Reeve.Flexera.Terms;

/// <summary>What a term can see where it stands.</summary>
internal sealed record TermScope
{
    /// <summary>The value of a parameter or a datasource.</summary>
    public required Func<string, object?> Reference { get; init; }

    /// <summary>The value of a reserved word that has one everywhere.</summary>
    public required Func<string, object?> Word { get; init; }

    /// <summary>A secret by its name, for <c>cred</c>.</summary>
    public Func<string, object?> Secret { get; init; } = _ => null;

    /// <summary>What the path languages of this run have compiled.</summary>
    public required Paths Paths { get; init; }

    /// <summary>The time that <c>now</c> says.</summary>
    public required TimeProvider Clock { get; init; }

    public object? Response { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public object? IterItem { get; init; }

    public double IterIndex { get; init; }

    public object? ColItem { get; init; }

    public double ColIndex { get; init; }

    public object? Data { get; init; }

    public object? Item { get; init; }

    /// <summary>The page marker before this one; empty for the first page.</summary>
    public string Marker { get; init; } = "";
}
