using Reeve.Core.Executions;
using Reeve.Core.Identity;

namespace Reeve.Senlin.Actions;

/// <summary>Makes the execution that an action is.</summary>
internal static class ActionRequest
{
    /// <summary>The execution; one with a parent is covered by that one's hold on the target.</summary>
    public static Execution ToExecution(ActionRecord action, ExecutionId? parent, OverlapRule overlap = OverlapRule.Refuse) => new()
    {
        Id = action.Execution,
        Scope = Scope.Default,
        Action = new ActionSpec(ActionKind.Operation, action.Action, action.Inputs),
        Target = action.Path,
        IdempotencyKey = $"senlin/{action.Id}",
        Parent = parent,
        OnOverlap = overlap,
        CreatedAt = action.CreatedAt!.Value,
        CreatedBy = $"user/{action.Owner.User}",
        Data = action.ToData(),
    };
}
