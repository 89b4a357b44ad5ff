using System.Collections.Immutable;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.CloudWorkflow;

/// <summary>Something that has a value in a workflow.</summary>
/// <param name="At">Where it begins.</param>
public abstract record Expression(SourcePoint At);

/// <summary>A string, a number, a boolean, null, a date or a span of time.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Kind">Which of them.</param>
/// <param name="Text">A string: what it says. A number or a span of time: as written.</param>
public sealed record LiteralExpression(SourcePoint At, LiteralKind Kind, string Text) : Expression(At);

/// <summary><c>/…/</c></summary>
public sealed record PatternExpression(SourcePoint At, string Pattern, string Flags) : Expression(At);

/// <summary>A variable with its marks: <c>$x</c>, <c>$$x</c>, <c>@x</c>, <c>@@x</c>.</summary>
public sealed record VariableExpression(SourcePoint At, string Name) : Expression(At)
{
    /// <summary>Is it seen by the whole process?</summary>
    public bool IsGlobal => Name.StartsWith("$$", StringComparison.Ordinal) || Name.StartsWith("@@", StringComparison.Ordinal);
}

/// <summary><c>[a, b]</c></summary>
public sealed record ArrayExpression(SourcePoint At, ImmutableArray<Expression> Items) : Expression(At);

/// <summary><c>{ "k": v }</c></summary>
public sealed record HashExpression(SourcePoint At, ImmutableArray<KeyValuePair<Expression, Expression>> Fields) : Expression(At);

/// <summary>A function, an action on resources (<c>@s.launch()</c>), or a bare word.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="On">What stands before the dot, or null.</param>
/// <param name="Name">The function.</param>
/// <param name="Arguments">In order.</param>
/// <param name="Named">Those with a name.</param>
/// <param name="HasParentheses">False for a bare word such as <c>skip</c>.</param>
public sealed record CallExpression(
    SourcePoint At, Expression? On, string Name, ImmutableArray<Expression> Arguments, ImmutableArray<WorkflowAttribute> Named,
    bool HasParentheses) : Expression(At);

/// <summary><c>a[i]</c>, or <c>a[i..j]</c> when <paramref name="To"/> is there.</summary>
public sealed record IndexExpression(SourcePoint At, Expression Of, Expression Index, Expression? To) : Expression(At);

/// <summary><c>! + -</c> before an operand.</summary>
public sealed record UnaryExpression(SourcePoint At, string Operator, Expression Operand) : Expression(At);

/// <summary>An operator between two operands.</summary>
public sealed record BinaryExpression(SourcePoint At, string Operator, Expression Left, Expression Right) : Expression(At);

/// <summary><c>map $x in $xs return $y do … end</c>, whose value is the list of what each turn returned.</summary>
public sealed record MapExpression(SourcePoint At, LoopStatement Loop) : Expression(At);

/// <summary>An attribute or a named argument: <c>on_error: skip</c>.</summary>
public sealed record WorkflowAttribute(SourcePoint At, string Name, Expression Value);

/// <summary>Which literal it is.</summary>
public enum LiteralKind
{
    /// <summary>A string.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A span of time: <c>30m</c>.</summary>
    Span,

    /// <summary>A date: <c>d"2020/01/31"</c>.</summary>
    Moment,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary><c>null</c>.</summary>
    Null,
}
