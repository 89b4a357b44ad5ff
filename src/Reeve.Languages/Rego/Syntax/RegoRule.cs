namespace Reeve.Languages.Rego.Syntax;

/// <summary>One rule of a module, as written.</summary>
public sealed class RegoRule
{
    /// <summary>Where it begins.</summary>
    public required Location Location { get; init; }

    /// <summary>True behind <c>default</c>.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The name and its steps, relative to the package.</summary>
    public required IReadOnlyList<Term> Reference { get; init; }

    /// <summary>The parameters of a function; null for a rule.</summary>
    public IReadOnlyList<Term>? Parameters { get; init; }

    /// <summary>What a partial set holds; null for all else.</summary>
    public Term? Key { get; init; }

    /// <summary>The value; null means true.</summary>
    public Term? Value { get; init; }

    /// <summary>True when the value was given by <c>:=</c>.</summary>
    public bool Assigned { get; init; }

    /// <summary>The body; empty means true.</summary>
    public IReadOnlyList<Expression> Body { get; init; } = [];

    /// <summary>What is tried when this one is undefined.</summary>
    public RegoRule? Else { get; init; }

    /// <summary>The annotations right above it.</summary>
    public IReadOnlyList<RegoAnnotations> Annotations { get; internal set; } = [];

    /// <summary>The name as it is written, up to the first step that is not a plain name.</summary>
    public string Name => ((VarTerm)Reference[0]).Name;
}
