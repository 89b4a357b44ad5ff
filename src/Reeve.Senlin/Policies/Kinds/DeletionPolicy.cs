using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Policies.Kinds;

/// <summary><c>senlin.policy.deletion</c>: which nodes go, and how.</summary>
internal sealed class DeletionPolicy : SenlinPolicy
{
    private readonly JsonElement _properties;
    private readonly string _criteria;

    private DeletionPolicy(JsonElement properties)
    {
        _properties = properties;
        _criteria = Values.Text(properties, "criteria", "RANDOM");
    }

    public static DeletionPolicy Read(JsonElement properties) => new(properties);

    /// <summary>A message queue of OpenStack is not there to be called; refused when the policy is put on a cluster.</summary>
    public static void CheckUse(JsonElement properties, string path, List<Mistake> mistakes)
    {
        var hooks = properties.Of("hooks");
        if (hooks.ValueKind != JsonValueKind.Object || !hooks.EnumerateObject().Any())
        {
            return;
        }

        if (Values.Text(hooks, "type", "zaqar") == "zaqar")
        {
            Values.Wrong(mistakes, $"{path}/hooks/type", "lifecycle hooks by `zaqar` are not served; use `webhook` with `params.url`");
        }
        else if (Values.Text(hooks.Of("params"), "url", "").Length == 0)
        {
            Values.Wrong(mistakes, $"{path}/hooks/params/url", "a hook of type `webhook` needs the address that is called");
        }
    }

    public override bool Handles(PolicyQuestion question) =>
        IsBefore(question, ActionNames.ScaleIn, ActionNames.DelNodes, ActionNames.Resize, ActionNames.NodeDelete);

    public override Decision Before(PolicyQuestion question, PolicyIdentity self)
    {
        var hooks = _properties.Of("hooks");
        if (question.Mode == PlanningMode.Fixed && hooks.ValueKind == JsonValueKind.Object && hooks.EnumerateObject().Any())
        {
            // upstream forgets the hook when the nodes are named
            question.Data["hooks"] = Json.ToNode(hooks);
        }

        var given = question.Input("candidates");
        if (given.ValueKind == JsonValueKind.Array && given.GetArrayLength() > 0)
        {
            return Write(question, [.. given.EnumerateArray().Select(c => Json.ToNode(c))]);
        }

        if (question.Action == ActionNames.NodeDelete)
        {
            return Write(question, [question.Node?.Id]);
        }

        question.Data["hooks"] = hooks.ValueKind == JsonValueKind.Object ? Json.ToNode(hooks) : new JsonObject();
        return Choose(question);
    }

    private Decision Choose(PolicyQuestion question)
    {
        Amount count;
        var planned = question.Part("deletion");
        if (planned is not null)
        {
            if (!Amount.TryRead(Json.From(planned["count"]), out count))
            {
                return Decision.Error("The 'count' of the deletion is no number.");
            }
        }
        else if (question.Action == ActionNames.ScaleIn)
        {
            var given = question.Input("count");
            if (given.ValueKind == JsonValueKind.Undefined)
            {
                count = 1;
            }
            else if (!Amount.TryRead(given, out count) && !(question.Mode == PlanningMode.Fixed && Amount.TryPositive(given, out count)))
            {
                return Decision.Error($"Invalid count ({Core.Policies.Properties.PythonText.Str(given)}) for action '{question.Action}'.");
            }
        }
        else
        {
            if (ResizeRule.Resolve(question) is { IsError: true } wrong)
            {
                return wrong;
            }

            if (question.Data["deletion"] is not JsonObject resolved)
            {
                return Decision.Ok("lifecycle hook parameters saved");
            }

            _ = Amount.TryRead(Json.From(resolved["count"]), out count);
        }

        foreach (var kind in (string[])["regions", "zones"])
        {
            if (planned?[kind] is JsonObject { Count: > 0 } places)
            {
                return ChooseByPlace(question, places, kind == "zones", count);
            }
        }

        var nodes = question.Cluster.Nodes;
        if (count > nodes.Count)
        {
            count = nodes.Count;
        }

        return count.TryInt(out var whole) && Pick(question, nodes, whole) is { } victims
            ? Write(question, [.. victims.Select(v => (JsonNode?)JsonValue.Create(v))])
            : Decision.Error($"Invalid count ({count}) for action '{question.Action}'.");
    }

    private Decision ChooseByPlace(PolicyQuestion question, JsonObject places, bool isZone, Amount count)
    {
        var victims = new List<string>();
        foreach (var (name, node) in places.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var nodes = question.Cluster.Nodes.Where(n => (isZone ? n.Zone : n.Region) == name).ToList();
            if (!Amount.TryRead(Json.From(node), out var share) || !share.TryInt(out var wanted))
            {
                return Decision.Error($"The number of nodes of '{name}' is no number.");
            }

            if (question.Mode == PlanningMode.Fixed)
            {
                wanted = Math.Min(wanted, nodes.Count);
            }

            if (Pick(question, nodes, wanted) is not { } chosen)
            {
                return Decision.Error("list index out of range");
            }

            victims.AddRange(chosen);
        }

        if (question.Mode == PlanningMode.Fixed && count.TryInt(out var all) && all > victims.Count)
        {
            // nodes of which nobody knows where they are
            var rest = question.Cluster.Nodes.Where(n => !victims.Contains(n.Id)).ToList();
            victims.AddRange(Pick(question, rest, Math.Min(all - victims.Count, rest.Count)) ?? []);
        }

        return Write(question, [.. victims.Select(v => (JsonNode?)JsonValue.Create(v))]);
    }

    private List<string>? Pick(PolicyQuestion question, IReadOnlyList<NodeView> nodes, int count) =>
        question.Mode == PlanningMode.Fixed && count < 0 ? [] : NodeOrder.Pick(nodes, count, _criteria, question.Random);

    private Decision Write(PolicyQuestion question, JsonNode?[] candidates)
    {
        var deletion = question.Data["deletion"] as JsonObject ?? [];
        deletion["count"] = candidates.Length;
        deletion["candidates"] = new JsonArray(candidates);
        deletion["destroy_after_deletion"] = Values.Flag(_properties, "destroy_after_deletion", true);
        deletion["grace_period"] = Values.Whole(_properties, "grace_period", 0);
        deletion["reduce_desired_capacity"] = Values.Flag(_properties, "reduce_desired_capacity", true);
        question.Data["deletion"] = deletion;
        return Decision.Ok("Candidates generated");
    }
}
