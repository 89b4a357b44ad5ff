namespace Reeve.Languages.Rego.Syntax;

/// <summary>An import: the path from <c>data</c>, <c>input</c>, <c>future</c> or <c>rego</c> on, and the name it goes by.</summary>
public sealed record RegoImport(IReadOnlyList<string> Path, string? Alias, Location Location)
{
    /// <summary>The name that the module uses.</summary>
    public string Name => Alias ?? Path[^1];
}
