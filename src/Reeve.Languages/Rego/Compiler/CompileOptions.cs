namespace Reeve.Languages.Rego.Compiler;

/// <summary>What the compiler checks beyond what it must.</summary>
public sealed record CompileOptions
{
    /// <summary>Unused variables and imports, shadowed roots and deprecated built-ins are errors. The default is false.</summary>
    public bool Strict { get; init; }

    /// <summary>Operands whose type cannot fit are errors. The default is true.</summary>
    public bool CheckTypes { get; init; } = true;

    /// <summary>Built-ins that may not be called. The default is none.</summary>
    public IReadOnlySet<string> ForbiddenBuiltins { get; init; } = new HashSet<string>();

    /// <summary>How many errors are reported at most. The default is 10, as OPA's.</summary>
    public int MaxErrors { get; init; } = 10;
}
