using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>How a query is read.</summary>
public sealed record QueryOptions
{
    /// <summary>The version of the language. The default is version 1.</summary>
    public RegoVersion Version { get; init; } = RegoVersion.V1;

    /// <summary>The package whose rules go by their bare names, without <c>data</c>. The default is none.</summary>
    public IReadOnlyList<string> Package { get; init; } = [];

    /// <summary>Imports as written behind <c>import</c>. The default is none.</summary>
    public IReadOnlyList<string> Imports { get; init; } = [];

    /// <summary>The name of the text in errors. The default is empty.</summary>
    public string File { get; init; } = "";

    /// <summary>As of a module. The default is false.</summary>
    public bool Strict { get; init; }
}
