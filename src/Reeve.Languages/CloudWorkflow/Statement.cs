using System.Collections.Immutable;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.CloudWorkflow;

/// <summary>One step of a workflow.</summary>
/// <param name="At">Where it begins.</param>
public abstract record Statement(SourcePoint At);

/// <summary><c>define name($a, $b) return $x do … end</c></summary>
/// <param name="At">Where it begins.</param>
/// <param name="Name">The name that is called.</param>
/// <param name="Parameters">With their marks.</param>
/// <param name="Returns">With their marks.</param>
/// <param name="Attributes">As <c>task_label</c>.</param>
/// <param name="Body">The steps.</param>
public sealed record WorkflowDefinition(
    SourcePoint At, string Name, ImmutableArray<VariableExpression> Parameters, ImmutableArray<VariableExpression> Returns,
    ImmutableArray<WorkflowAttribute> Attributes, ImmutableArray<Statement> Body);

/// <summary><c>$x = …</c>, also to several targets and with an operator (<c>+=</c>).</summary>
public sealed record AssignStatement(SourcePoint At, ImmutableArray<Expression> Targets, string Operator, Expression Value) : Statement(At);

/// <summary>An expression for what it does: <c>$a &lt;&lt; 1</c>, <c>task_label("x")</c>.</summary>
public sealed record ExpressionStatement(SourcePoint At, Expression Value) : Statement(At);

/// <summary><c>call name(args) retrieve $x, $y</c></summary>
public sealed record CallStatement(
    SourcePoint At, string Name, ImmutableArray<Expression> Arguments, ImmutableArray<Expression> Retrieved,
    ImmutableArray<WorkflowAttribute> Attributes) : Statement(At);

/// <summary><c>if … elsif … else … end</c></summary>
public sealed record IfStatement(SourcePoint At, ImmutableArray<WorkflowBranch> Branches, ImmutableArray<Statement> Else) : Statement(At);

/// <summary>A condition and what is done when it is the first that holds.</summary>
public sealed record WorkflowBranch(Expression Condition, ImmutableArray<Statement> Body);

/// <summary><c>while c do … end</c></summary>
public sealed record WhileStatement(
    SourcePoint At, Expression Condition, ImmutableArray<WorkflowAttribute> Attributes, ImmutableArray<Statement> Body) : Statement(At);

/// <summary><c>foreach $x in $xs do … end</c>, and <c>map … return $y</c>; either may be concurrent.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="IsMap">Is it a map?</param>
/// <param name="IsConcurrent">Are all turns run at the same time?</param>
/// <param name="Item">What holds the item of a turn.</param>
/// <param name="Of">The collection.</param>
/// <param name="Returns">Of a map: what each turn returns.</param>
/// <param name="Attributes">As <c>on_error</c>.</param>
/// <param name="Body">The steps of a turn.</param>
public sealed record LoopStatement(
    SourcePoint At, bool IsMap, bool IsConcurrent, Expression Item, Expression Of, ImmutableArray<Expression> Returns,
    ImmutableArray<WorkflowAttribute> Attributes, ImmutableArray<Statement> Body) : Statement(At);

/// <summary><c>sub … do … end</c>, or <c>concurrent … do … end</c>, whose steps run at the same time.</summary>
public sealed record BlockStatement(
    SourcePoint At, bool IsConcurrent, ImmutableArray<Expression> Returns, ImmutableArray<WorkflowAttribute> Attributes,
    ImmutableArray<Statement> Body) : Statement(At);

/// <summary>
/// A word with perhaps an operand: <c>raise</c>, <c>return</c>, <c>assert</c>, <c>wait_task</c>, <c>cancel</c>, <c>cancel_task</c>,
/// <c>abort</c>, <c>abort_task</c>.
/// </summary>
public sealed record WordStatement(SourcePoint At, string Word, Expression? Operand) : Statement(At);
