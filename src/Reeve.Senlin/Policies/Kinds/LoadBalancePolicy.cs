using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Policies.Kinds;

/// <summary><c>senlin.policy.loadbalance</c>: nodes that go leave the balancer first, nodes that are new come in afterwards.</summary>
internal sealed class LoadBalancePolicy : SenlinPolicy
{
    private LoadBalancePolicy(JsonElement properties) => Properties = properties;

    /// <summary>The values of the policy.</summary>
    public JsonElement Properties { get; }

    public static LoadBalancePolicy Read(JsonElement properties) => new(properties);

    public override bool Handles(PolicyQuestion question) =>
        IsBefore(
            question, ActionNames.DelNodes, ActionNames.ScaleIn, ActionNames.Resize, ActionNames.NodeDelete, ActionNames.ReplaceNodes)
        || IsAfter(
            question, ActionNames.AddNodes, ActionNames.ScaleOut, ActionNames.Resize, ActionNames.NodeRecover, ActionNames.NodeCreate,
            ActionNames.ReplaceNodes);

    public override Decision Before(PolicyQuestion question, PolicyIdentity self)
    {
        var cluster = question.Cluster;
        var isBelow = cluster.DesiredCapacity == cluster.MinSize
            && question.Action is not (ActionNames.ReplaceNodes or ActionNames.Resize);
        if (question.Part("hooks") is not null || (isBelow && question.Mode == PlanningMode.Compat))
        {
            return Decision.Nothing;
        }

        return question.Part("deletion") is { } planned ? FromPlan(question, planned) : FromAction(question);
    }

    private static Decision FromPlan(PolicyQuestion question, JsonObject planned)
    {
        if (planned["candidates"] is JsonArray)
        {
            return Decision.Nothing;
        }

        return planned.TryGetPropertyValue("count", out var given) && Amount.TryRead(Json.From(given), out var count)
            ? Choose(question, count)
            : Choose(question, 0);
    }

    private static Decision FromAction(PolicyQuestion question)
    {
        switch (question.Action)
        {
            case ActionNames.NodeDelete or ActionNames.DelNodes or ActionNames.ReplaceNodes:
                return Decision.Nothing;
            case ActionNames.Resize:
                if (ResizeRule.Resolve(question) is { IsError: true } wrong)
                {
                    return question.Mode == PlanningMode.Fixed ? wrong : Decision.Nothing;
                }

                return question.Part("deletion") is { } resolved && Amount.TryRead(Json.From(resolved["count"]), out var fewer)
                    ? Choose(question, fewer)
                    : Decision.Nothing;
            default:
                var given = question.Input("count");
                Amount count = 1;
                return given.ValueKind == JsonValueKind.Undefined || Amount.TryRead(given, out count)
                    || (question.Mode == PlanningMode.Fixed && Amount.TryPositive(given, out count))
                    ? Choose(question, count)
                    : Decision.Error(
                        $"Invalid count ({Core.Policies.Properties.PythonText.Str(given)}) for action '{question.Action}'.");
        }
    }

    private static Decision Choose(PolicyQuestion question, Amount count)
    {
        if (count.CompareTo(0) == 0)
        {
            return Decision.Nothing;
        }

        var nodes = question.Cluster.Nodes;
        if (count > nodes.Count)
        {
            count = nodes.Count;
        }

        if (!count.TryInt(out var whole) || NodeOrder.Pick(nodes, whole, "RANDOM", question.Random) is not { } chosen)
        {
            return Decision.Error($"Invalid count ({count}) for action '{question.Action}'.");
        }

        var deletion = question.Data["deletion"] as JsonObject ?? [];
        deletion["count"] = chosen.Count;
        deletion["candidates"] = new JsonArray([.. chosen.Select(id => (JsonNode?)JsonValue.Create(id))]);
        question.Data["deletion"] = deletion;
        return Decision.Nothing;
    }
}
