using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Syntax;

/// <summary>A value or a thing that yields values, as it is written.</summary>
public abstract class Term(Location location)
{
    /// <summary>Where it begins.</summary>
    public Location Location { get; } = location;

    /// <summary>The terms right inside it, in order; those of a comprehension are in a scope of their own and not among them.</summary>
    internal virtual IReadOnlyList<Term> Inner => [];

    /// <inheritdoc/>
    public override string ToString() => TermText.Of(this);
}

/// <summary>A constant: null, a boolean, a number, a string, or a composite the compiler has folded.</summary>
public sealed class ScalarTerm(Value value, Location location) : Term(location)
{
    /// <summary>The constant.</summary>
    public Value Value { get; } = value;
}

/// <summary>A variable, or the name of a rule, an import or a document that is not resolved yet.</summary>
public sealed class VarTerm(string name, Location location) : Term(location)
{
    /// <summary>The name; a wildcard is named <c>$0</c>, <c>$1</c> and so on.</summary>
    public string Name { get; } = name;

    /// <summary>True of a wildcard.</summary>
    public bool IsWildcard => Name[0] == '$';
}

/// <summary>A reference: a head and at least one step into it.</summary>
public sealed class RefTerm(IReadOnlyList<Term> parts, Location location) : Term(location)
{
    /// <summary>The head, then the steps.</summary>
    public IReadOnlyList<Term> Parts { get; } = parts;

    /// <summary>The head.</summary>
    public Term Head => Parts[0];

    internal override IReadOnlyList<Term> Inner => Parts;
}

/// <summary>An array.</summary>
public sealed class ArrayTerm(IReadOnlyList<Term> items, Location location) : Term(location)
{
    /// <summary>The elements in order.</summary>
    public IReadOnlyList<Term> Items { get; } = items;

    internal override IReadOnlyList<Term> Inner => Items;
}

/// <summary>A set.</summary>
public sealed class SetTerm(IReadOnlyList<Term> items, Location location) : Term(location)
{
    /// <summary>The elements as written.</summary>
    public IReadOnlyList<Term> Items { get; } = items;

    internal override IReadOnlyList<Term> Inner => Items;
}

/// <summary>An object.</summary>
public sealed class ObjectTerm(IReadOnlyList<KeyValuePair<Term, Term>> pairs, Location location) : Term(location)
{
    /// <summary>Keys and values as written.</summary>
    public IReadOnlyList<KeyValuePair<Term, Term>> Pairs { get; } = pairs;

    internal override IReadOnlyList<Term> Inner => [.. Pairs.SelectMany(static pair => new[] { pair.Key, pair.Value })];
}

/// <summary>What a comprehension builds.</summary>
public enum ComprehensionKind
{
    /// <summary>An array.</summary>
    Array,

    /// <summary>A set.</summary>
    Set,

    /// <summary>An object.</summary>
    Object,
}

/// <summary>A comprehension.</summary>
public sealed class ComprehensionTerm(ComprehensionKind kind, Term head, Term? value, IReadOnlyList<Expression> body, Location location)
    : Term(location)
{
    /// <summary>What it builds.</summary>
    public ComprehensionKind Kind { get; } = kind;

    /// <summary>The element, or the key of an object.</summary>
    public Term Head { get; } = head;

    /// <summary>The value of an object's entry.</summary>
    public Term? Value { get; } = value;

    /// <summary>The query that is run.</summary>
    public IReadOnlyList<Expression> Body { get; } = body;
}

/// <summary>A call of a built-in or of a function.</summary>
public sealed class CallTerm(Term callee, IReadOnlyList<Term> arguments, Location location) : Term(location)
{
    /// <summary>The name, as a variable or a reference.</summary>
    public Term Callee { get; } = callee;

    /// <summary>The arguments; in a statement one more than the function takes means that the last one is the result.</summary>
    public IReadOnlyList<Term> Arguments { get; } = arguments;

    internal override IReadOnlyList<Term> Inner => Arguments;
}

/// <summary>An interpolated string.</summary>
public sealed class TemplateTerm(IReadOnlyList<object> parts, Location location) : Term(location)
{
    /// <summary>Pieces of text (<see cref="string"/>) and what is put between them (<see cref="Expression"/>).</summary>
    public IReadOnlyList<object> Parts { get; } = parts;
}
