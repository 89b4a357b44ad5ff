namespace Reeve.Languages.Rego.Syntax;

/// <summary>A parsed module.</summary>
public sealed class RegoModule
{
    /// <summary>The name under which the text was given.</summary>
    public required string File { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>The version of the language that was asked for.</summary>
    public required RegoVersion Version { get; init; }

    /// <summary>The package, without the leading <c>data</c>.</summary>
    public required IReadOnlyList<string> Package { get; init; }

    /// <summary>Where the package is named.</summary>
    public required Location PackageLocation { get; init; }

    /// <summary>The imports in order.</summary>
    public IReadOnlyList<RegoImport> Imports { get; init; } = [];

    /// <summary>The rules in order.</summary>
    public IReadOnlyList<RegoRule> Rules { get; init; } = [];

    /// <summary>The comments in order.</summary>
    public IReadOnlyList<Comment> Comments { get; init; } = [];

    /// <summary>All annotations in order, those of the package and its subpackages too.</summary>
    public IReadOnlyList<RegoAnnotations> Annotations { get; init; } = [];

    /// <summary>True when the rules of version 1 hold, by version or by <c>import rego.v1</c>.</summary>
    public bool IsV1 { get; init; }

    /// <summary>Reads a module; any text is answered with a module or with errors.</summary>
    public static ParseOutcome Parse(string text, string file, RegoVersion version) => Parser.ParseModule(text, file, version);
}
