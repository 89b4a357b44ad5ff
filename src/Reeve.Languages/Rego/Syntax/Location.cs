namespace Reeve.Languages.Rego.Syntax;

/// <summary>A place in a text; row and column start at 1.</summary>
public readonly record struct Location(string File, int Row, int Column)
{
    /// <summary>No place: the thing was made by the compiler.</summary>
    public static Location None { get; } = new("", 0, 0);

    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Row}:{Column}";
}
