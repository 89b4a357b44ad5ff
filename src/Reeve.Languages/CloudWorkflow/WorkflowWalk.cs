using System.Collections.Immutable;

namespace Reeve.Languages.CloudWorkflow;

/// <summary>All statements and all expressions of a workflow, the inner ones too.</summary>
internal static class WorkflowWalk
{
    public static IEnumerable<Statement> Statements(ImmutableArray<Statement> body)
    {
        foreach (var statement in body)
        {
            yield return statement;
            var inner = statement switch
            {
                IfStatement choice => choice.Branches.SelectMany(b => b.Body).Concat(choice.Else),
                WhileStatement loop => loop.Body,
                LoopStatement loop => loop.Body,
                BlockStatement block => block.Body,
                AssignStatement { Value: MapExpression map } => [map.Loop],
                _ => Enumerable.Empty<Statement>(),
            };
            foreach (var deeper in Statements([.. inner]))
            {
                yield return deeper;
            }
        }
    }

    public static IEnumerable<Expression> Expressions(WorkflowDefinition workflow) =>
        workflow.Attributes.Select(a => a.Value).Concat(Statements(workflow.Body).SelectMany(Of)).SelectMany(Deep);

    private static IEnumerable<Expression> Of(Statement statement) => statement switch
    {
        AssignStatement assign => assign.Targets.Add(assign.Value),
        ExpressionStatement bare => [bare.Value],
        CallStatement call => call.Arguments.Concat(call.Retrieved).Concat(call.Attributes.Select(a => a.Value)),
        IfStatement choice => choice.Branches.Select(b => b.Condition),
        WhileStatement loop => loop.Attributes.Select(a => a.Value).Append(loop.Condition),
        LoopStatement loop => loop.Attributes.Select(a => a.Value).Append(loop.Item).Append(loop.Of).Concat(loop.Returns),
        BlockStatement block => block.Attributes.Select(a => a.Value).Concat(block.Returns),
        WordStatement { Operand: { } operand } => [operand],
        _ => [],
    };

    private static IEnumerable<Expression> Deep(Expression expression)
    {
        yield return expression;
        IEnumerable<Expression> inner = expression switch
        {
            ArrayExpression array => array.Items,
            HashExpression hash => hash.Fields.SelectMany(f => (Expression[])[f.Key, f.Value]),
            CallExpression call => (call.On is null ? []
            : (Expression[])[call.On]).Concat(call.Arguments).Concat(call.Named.Select(n => n.Value)),
            IndexExpression index => index.To is null ? [index.Of, index.Index] : [index.Of, index.Index, index.To],
            UnaryExpression unary => [unary.Operand],
            BinaryExpression binary => [binary.Left, binary.Right],
            _ => [],
        };
        foreach (var deeper in inner.SelectMany(Deep))
        {
            yield return deeper;
        }
    }
}
