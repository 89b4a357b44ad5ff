namespace Reeve.Languages.Rego.Syntax;

/// <summary>A statement of a body.</summary>
public sealed class Expression
{
    /// <summary>Where it begins.</summary>
    public required Location Location { get; init; }

    /// <summary>True behind <c>not</c>.</summary>
    public bool Negated { get; init; }

    /// <summary>The term of a plain statement; null for <c>some</c> and <c>every</c>.</summary>
    public Term? Term { get; init; }

    /// <summary>The names and the membership of <c>some</c>.</summary>
    public SomeStatement? Some { get; init; }

    /// <summary>The parts of <c>every</c>.</summary>
    public EveryStatement? Every { get; init; }

    /// <summary>The replacements of <c>with</c>, in the order written.</summary>
    public IReadOnlyList<WithModifier> With { get; init; } = [];

    /// <summary>The statement as written; empty when the compiler made it.</summary>
    public string Text { get; init; } = "";

    /// <summary>True when the compiler made it.</summary>
    public bool Generated { get; init; }

    /// <inheritdoc/>
    public override string ToString() => TermText.Of(this);
}

/// <summary>One replacement of <c>with</c>.</summary>
public sealed record WithModifier(Term Target, Term Value, Location Location);

/// <summary><c>some x, y</c>, or <c>some k, v in xs</c>: then Key may be null and Domain is not.</summary>
public sealed record SomeStatement(IReadOnlyList<VarTerm> Names, Term? Key, Term? Value, Term? Domain);

/// <summary><c>every k, v in xs { … }</c>.</summary>
public sealed record EveryStatement(Term? Key, Term Value, Term Domain, IReadOnlyList<Expression> Body);
