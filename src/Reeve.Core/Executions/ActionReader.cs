using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Targets;

namespace Reeve.Core.Executions;

/// <summary>
/// Reads the action of a step: one of <c>operation</c>, <c>workflow</c>,
/// <c>actor</c>, <c>approval</c>, with <c>target</c> and <c>with</c> (the inputs).
/// </summary>
public static class ActionReader
{
    private static readonly string[] Kinds = ["operation", "workflow", "actor", "approval"];

    /// <summary>
    /// The action; null when the step names none of the kinds (then the caller says what else it may be) or has mistakes.
    /// </summary>
    public static ActionSpec? Read(FieldReader fields, string path, List<Mistake> mistakes)
    {
        var given = Kinds.Where(fields.Has).ToList();
        var inputs = fields.Raw("with") ?? Json.EmptyObject;
        var target = fields.Text("target");
        if (inputs.ValueKind != JsonValueKind.Object)
        {
            fields.Report(ErrorCodes.WrongType, "with", "expected an object of inputs");
            inputs = Json.EmptyObject;
        }

        if (given.Count > 1)
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotAllowed, path,
                $"a step has one action, and this one has {string.Join(" and ", given.Select(g => $"`{g}`"))}"));
        }

        if (given.Count == 0)
        {
            return null;
        }

        var name = fields.Text(given[0]);
        if (name is null)
        {
            return null;
        }

        switch (given[0])
        {
            case "operation":
                if (!Operation.All.Contains(name))
                {
                    var near = DidYouMean.Find(name, Operation.All);
                    fields.Report(
                        ErrorCodes.NotFound, "operation",
                        $"there is no operation `{name}`"
                            + $"{(near is null ? $"; there are {string.Join(", ", Operation.All)}" : $"; did you mean `{near}`?")}");
                }

                return new ActionSpec(ActionKind.Operation, name, inputs, target);
            case "workflow":
                return new ActionSpec(ActionKind.Workflow, name, inputs, target);
            case "actor":
                return new ActionSpec(ActionKind.Actor, name, inputs, target);
            default:
                return new ActionSpec(ActionKind.Approval, "approval", Json.Merge(inputs, Json.Object(("message", name))), target);
        }
    }
}
