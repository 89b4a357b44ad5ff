using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>A value as written in a template.</summary>
/// <param name="At">Where it begins.</param>
public abstract record Term(SourcePoint At);

/// <summary>A string, in quotes or as a heredoc.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Value">What it says, escapes resolved.</param>
/// <param name="TextLine">The line on which its text begins: of a heredoc the one after its mark.</param>
/// <param name="IsHeredoc">Is it a heredoc?</param>
public sealed record StringTerm(SourcePoint At, string Value, int TextLine, bool IsHeredoc) : Term(At);

/// <summary>A number.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Value">The number.</param>
/// <param name="IsInteger">Was it written without a fraction?</param>
public sealed record NumberTerm(SourcePoint At, double Value, bool IsInteger) : Term(At);

/// <summary><c>true</c> or <c>false</c>.</summary>
public sealed record BooleanTerm(SourcePoint At, bool Value) : Term(At);

/// <summary><c>null</c> or <c>nil</c>.</summary>
public sealed record NullTerm(SourcePoint At) : Term(At);

/// <summary>A regular expression of Ruby's kind.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Pattern">Between the slashes.</param>
/// <param name="Flags"><c>m</c> and <c>i</c>.</param>
/// <param name="Expression">Ready to match; null when it is not valid, which was reported.</param>
public sealed record RegexTerm(SourcePoint At, string Pattern, string Flags, Regex? Expression) : Term(At)
{
    /// <inheritdoc/>
    public bool Equals(RegexTerm? other) =>
        other is not null && At == other.At && Pattern == other.Pattern && Flags == other.Flags;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(At, Pattern, Flags);
}

/// <summary><c>[a, b]</c></summary>
public sealed record ArrayTerm(SourcePoint At, ImmutableArray<Term> Items) : Term(At);

/// <summary><c>{ "k": v }</c>; the keys in the order of the text.</summary>
public sealed record ObjectTerm(SourcePoint At, ImmutableArray<KeyValuePair<string, Term>> Fields) : Term(At);

/// <summary><c>$name</c>: a parameter, a datasource, a script, a credential and so on.</summary>
public sealed record ReferenceTerm(SourcePoint At, string Name) : Term(At);

/// <summary><c>@name</c>: a resources block.</summary>
public sealed record ResourceTerm(SourcePoint At, string Name) : Term(At);

/// <summary><c>f(a, b)</c></summary>
public sealed record CallTerm(SourcePoint At, string Name, ImmutableArray<Term> Arguments) : Term(At);

/// <summary>A reserved word: <c>data</c>, <c>rs_org_id</c>.</summary>
public sealed record WordTerm(SourcePoint At, string Name) : Term(At);

/// <summary>Arithmetic: <c>3 * 24</c>.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Operator">One of <c>+ - * / %</c>.</param>
/// <param name="Left">The first operand.</param>
/// <param name="Right">The second operand.</param>
public sealed record ArithmeticTerm(SourcePoint At, string Operator, Term Left, Term Right) : Term(At);
