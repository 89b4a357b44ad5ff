using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;

namespace Reeve.Runtime.Workers;

/// <summary>Calls an actor for a step.</summary>
internal static class ActorCalls
{
    public static async Task<StepOutcome> CallAsync(
        Execution execution, ActionSpec action, string path, IExecutionContext context, CancellationToken cancellationToken)
    {
        if (!context.Actors.TryGetValue(action.Name, out var actor))
        {
            return StepOutcome.Failed(
                $"there is no actor `{action.Name}`; there are {string.Join(", ", context.Actors.Keys.Order(StringComparer.Ordinal))}");
        }

        if (execution.DryRun)
        {
            return StepOutcome.Done(Json.Object(("dry_run", $"would call `{action.Name}`")));
        }

        var why = execution.Cause?.Context
            ?? Json.Object(("execution", execution.Id.Value), ("target", execution.Target), ("requested_by", execution.CreatedBy));
        var call = new ActorCall(
            $"{execution.IdempotencyKey}#{path}", execution.Id, execution.Scope, action.Target ?? execution.Target, action.Inputs, why);
        await context.Calls.WaitAsync(cancellationToken);
        ActorOutcome outcome;
        try
        {
            outcome = await actor.ActAsync(call, cancellationToken);
        }
        finally
        {
            context.Calls.Release();
        }

        var output = outcome.Output.ValueKind == JsonValueKind.Object ? outcome.Output : Json.EmptyObject;
        return outcome.Succeeded
            ? StepOutcome.Done(output)
            : StepOutcome.Failed(outcome.Error ?? "failed without a reason", outcome.Transient, outcome.RetryAfter, output);
    }
}
