namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>
/// Where something stands in a GraphQL text: line and column, both from 1. A document that came as an object has no places.
/// </summary>
internal readonly record struct Place(int Line, int Column)
{
    public static Place None { get; } = new(0, 0);
}
