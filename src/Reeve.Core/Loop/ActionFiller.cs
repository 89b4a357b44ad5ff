using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;

namespace Reeve.Core.Loop;

/// <summary>Fills in the references of an action from the context of its decision.</summary>
internal static class ActionFiller
{
    public static ActionSpec Fill(ActionSpec action, JsonElement context, out string? problem)
    {
        problem = null;
        var inputs = Template.Fill(action.Inputs, context, out var missing);
        var target = action.Target;
        if (target is not null && target.Contains("{{", StringComparison.Ordinal))
        {
            target = Template.FillText(target, context, out var missingTarget);
            missing ??= missingTarget;
        }

        problem = missing;
        return action with { Inputs = inputs, Target = target };
    }
}
