using System.Collections.Immutable;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>One definition: a field, or a block of them.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Name">Its first word.</param>
/// <param name="Arguments">The terms after it.</param>
/// <param name="Named">The terms with a name: <c>type: "javascript"</c>, and all of <c>info(…)</c>.</param>
/// <param name="Body">What stands between <c>do</c> and <c>end</c>; null when it is no block.</param>
public sealed record Definition(
    SourcePoint At, string Name, ImmutableArray<Term> Arguments, ImmutableArray<NamedTerm> Named, ImmutableArray<Definition>? Body)
{
    /// <summary>The name that the block gives itself: its first argument when that is a string.</summary>
    public string? Label => Arguments is [StringTerm label, ..] ? label.Value : null;

    /// <summary>The fields inside, or none.</summary>
    public ImmutableArray<Definition> Fields => Body ?? [];

    /// <summary>The first field of that name, or null.</summary>
    public Definition? Field(string name) => Fields.FirstOrDefault(f => f.Name == name);

    /// <summary>All fields of that name, in the order of the text.</summary>
    public IEnumerable<Definition> FieldsNamed(string name) => Fields.Where(f => f.Name == name);

    /// <summary>What the field of that name says when it is a string, else null.</summary>
    public string? Text(string name) => Field(name)?.Label;

    /// <summary>The argument at that place, or null.</summary>
    public Term? Value(int at) => at < Arguments.Length ? Arguments[at] : null;

    /// <summary>The first argument of the field of that name, or null.</summary>
    public Term? Value(string name) => Field(name) is { Arguments: [var first, ..] } ? first : null;
}

/// <summary>A term with a name.</summary>
public sealed record NamedTerm(SourcePoint At, string Name, Term Value);
