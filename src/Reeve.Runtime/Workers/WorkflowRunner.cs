using System.Text.Json;
using Reeve.Core.Executions;
using Reeve.Core.Identity;

namespace Reeve.Runtime.Workers;

/// <summary>Runs workflows for programs that wait for their outcome: a check whose question is a workflow.</summary>
internal sealed class WorkflowRunner(IExecutionContext context) : IWorkflowRunner
{
    public async Task<Execution> RunAsync(
        Scope scope, string workflow, string? target, JsonElement inputs, string idempotencyKey, string createdBy, TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var execution = new Execution
        {
            Id = new(context.Ids.Next("exe")),
            Scope = scope,
            Action = new ActionSpec(ActionKind.Workflow, workflow, inputs),
            Target = target,
            IdempotencyKey = idempotencyKey,
            OnOverlap = OverlapRule.Queue,
            CreatedAt = context.Time.GetUtcNow(),
            CreatedBy = createdBy,
        };
        if (context.FindWorkflow(scope, workflow) is null)
        {
            return execution with { Status = ExecutionStatus.Failed, Error = $"there is no workflow `{workflow}`" };
        }

        try
        {
            return await context.RunChildAsync(
                execution, resume: false, cancellationToken).WaitAsync(timeout, context.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return execution;
        }
    }
}
