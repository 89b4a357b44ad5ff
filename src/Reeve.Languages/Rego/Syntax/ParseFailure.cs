namespace Reeve.Languages.Rego.Syntax;

/// <summary>Ends parsing at the first error; never leaves the doors of the parser.</summary>
internal sealed class ParseFailure(string message, Location location) : Exception(message)
{
    public Location Location { get; } = location;

    /// <summary>True when trying another reading of the text is of no use.</summary>
    public bool Final { get; init; }
}
