using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Actions;

/// <summary>
/// What an action that changes the number of nodes comes to, from its inputs and what policies said: how many are made, which ones go,
/// how many are wanted afterwards. All of it is written into the action's data, so that everybody can read the decision.
/// </summary>
internal static class SizePlan
{
    /// <summary>Completes the data; gives why the action cannot be done, or null.</summary>
    public static string? Resolve(
        ActionRecord action, ClusterRecord cluster, IReadOnlyList<NodeRecord> nodes, JsonObject data, Func<string, NodeRecord?> find)
    {
        TakeOver(action, data);
        switch (action.Action)
        {
            case ActionNames.ClusterScaleOut or ActionNames.ClusterScaleIn when IsWrongCount(action, data, out var wrong):
                return wrong;
            case ActionNames.ClusterScaleOut:
                return Grow(cluster, nodes, data, CountOf(data, "creation") ?? Input(action, "count") ?? 1);
            case ActionNames.ClusterScaleIn:
                return Shrink(cluster, nodes, data, CountOf(data, "deletion") ?? Input(action, "count") ?? 1, isStrict: true);
            case ActionNames.ClusterDelNodes:
                return Remove(action, cluster, nodes, data);
            case ActionNames.ClusterResize:
                return Resize(action, cluster, nodes, data);
            case ActionNames.ClusterAddNodes:
                return Add(action, cluster, nodes, data, find);
            default:
                return null;
        }
    }

    /// <summary>A cluster as the rules of sizes see it.</summary>
    public static ClusterView View(ClusterRecord cluster, IReadOnlyList<NodeRecord> nodes, Func<NodeRecord, NodeView> view) => new()
    {
        Id = cluster.Id,
        Name = cluster.Name,
        Current = nodes.Count,
        DesiredCapacity = cluster.Desired,
        MinSize = cluster.MinSize,
        MaxSize = cluster.MaxSize,
        Nodes = [.. nodes.Select(view)],
    };

    public static ClusterView View(ClusterRecord cluster, int current) => new()
    {
        Id = cluster.Id,
        Name = cluster.Name,
        Current = current,
        DesiredCapacity = cluster.Desired,
        MinSize = cluster.MinSize,
        MaxSize = cluster.MaxSize,
    };

    // a policy of the core says `count` and `candidates`, as for any other operation
    private static void TakeOver(ActionRecord action, JsonObject data)
    {
        if (data.Remove("count", out var count) && count is not null)
        {
            var part = action.Action == ActionNames.ClusterScaleOut ? "creation" : "deletion";
            (data[part] as JsonObject ?? (JsonObject)(data[part] = new JsonObject()))["count"] = count.DeepClone();
        }

        if (data.Remove("candidates", out var candidates) && candidates is JsonArray named)
        {
            var deletion = data["deletion"] as JsonObject ?? (JsonObject)(data["deletion"] = new JsonObject());
            deletion["candidates"] = new JsonArray([.. named.Select(n => (JsonNode?)n!.ToString()[(n.ToString().LastIndexOf('/') + 1)..])]);
            deletion["count"] ??= named.Count;
        }
    }

    // whoever has the address of a receiver may say anything
    private static bool IsWrongCount(ActionRecord action, JsonObject data, out string? wrong)
    {
        var isOut = action.Action == ActionNames.ClusterScaleOut;
        wrong = null;
        if (CountOf(data, isOut ? "creation" : "deletion") is null && action.Inputs.TryGetProperty("count", out var count)
            && !Amount.TryPositive(count, out _))
        {
            wrong = $"Invalid count ({Core.Policies.Properties.PythonText.Str(count)}) for scaling {(isOut ? "out" : "in")}.";
        }

        return wrong is not null;
    }

    private static string? Grow(ClusterRecord cluster, IReadOnlyList<NodeRecord> nodes, JsonObject data, int count)
    {
        var wanted = nodes.Count + count;
        if (count < 0 || SizeCheck.ProblemOf(View(cluster, nodes.Count), wanted, null, null, true) is not { } problem)
        {
            var creation = data["creation"] as JsonObject ?? (JsonObject)(data["creation"] = new JsonObject());
            creation["count"] = Math.Max(0, count);
            data["desired_capacity"] = wanted;
            return count < 0 ? $"Invalid count ({count}) for action '{ActionNames.ClusterScaleOut}'." : null;
        }

        return problem;
    }

    private static string? Shrink(
        ClusterRecord cluster, IReadOnlyList<NodeRecord> nodes, JsonObject data, int count, bool isStrict)
    {
        count = Math.Clamp(count, 0, nodes.Count);
        var wanted = nodes.Count - count;
        if (isStrict && count > 0 && SizeCheck.ProblemOf(View(cluster, nodes.Count), wanted, null, null, true) is { } problem)
        {
            return problem;
        }

        var deletion = data["deletion"] as JsonObject ?? (JsonObject)(data["deletion"] = new JsonObject());
        var known = nodes.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        var named = (deletion["candidates"] as JsonArray)?.Select(c => c?.ToString() ?? "") ?? [];
        var candidates = named.Where(known.Contains).Distinct().ToList();
        if (candidates.Count == 0 && count > 0)
        {
            // nobody says which: what does not work first, then the youngest
            candidates = [.. nodes
                .OrderBy(n => n is { Status: ClusterStatus.Active, Tainted: false })
                .ThenByDescending(n => n.CreatedAt)
                .ThenByDescending(n => n.Index)
                .Take(count)
                .Select(n => n.Id)];
        }

        deletion["count"] = count;
        deletion["candidates"] = new JsonArray([.. candidates.Take(count).Select(c => (JsonNode?)JsonValue.Create(c))]);
        var reduces = (deletion["reduce_desired_capacity"] as JsonValue)?.GetValueKind() != JsonValueKind.False;
        data["desired_capacity"] = reduces ? wanted : cluster.Desired;
        return null;
    }

    private static string? Remove(ActionRecord action, ClusterRecord cluster, IReadOnlyList<NodeRecord> nodes, JsonObject data)
    {
        var deletion = data["deletion"] as JsonObject ?? (JsonObject)(data["deletion"] = new JsonObject());
        if (deletion["candidates"] is not JsonArray)
        {
            deletion["candidates"] = action.Inputs.TryGetProperty("candidates", out var named) ? Json.ToNode(named) : new JsonArray();
            deletion["destroy_after_deletion"] =
                action.Inputs.TryGetProperty("destroy_after_deletion", out var destroys) && destroys.ValueKind == JsonValueKind.True;
        }

        return Shrink(cluster, nodes, data, ((JsonArray)deletion["candidates"]!).Count, isStrict: true);
    }

    private static string? Resize(ActionRecord action, ClusterRecord cluster, IReadOnlyList<NodeRecord> nodes, JsonObject data)
    {
        if (CountOf(data, "creation") is null && CountOf(data, "deletion") is null)
        {
            var question = new PolicyQuestion
            {
                Action = action.Action,
                Inputs = action.Inputs,
                Data = data,
                Cluster = View(cluster, nodes.Count),
                Now = action.CreatedAt!.Value,
            };
            if (ResizeRule.Resolve(question) is { IsError: true } wrong)
            {
                return wrong.Reason;
            }
        }

        var bounded = cluster with
        {
            MinSize = Input(action, "min_size") ?? cluster.MinSize,
            MaxSize = Input(action, "max_size") ?? cluster.MaxSize,
        };
        return CountOf(data, "deletion") is { } fewer
            ? Shrink(bounded, nodes, data, fewer, isStrict: false)
            : Grow(bounded, nodes, data, CountOf(data, "creation") ?? 0);
    }

    private static string? Add(
        ActionRecord action, ClusterRecord cluster, IReadOnlyList<NodeRecord> nodes, JsonObject data, Func<string, NodeRecord?> find)
    {
        var named = action.Inputs.TryGetProperty("nodes", out var given) && given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray().Select(n => n.ToString()).ToList()
            : [];
        var problems = new List<string>();
        foreach (var id in named)
        {
            switch (find(id))
            {
                case null:
                    problems.Add($"Node {id} is not found.");
                    break;
                case { ClusterId.Length: > 0 } taken when taken.ClusterId != cluster.Id:
                    problems.Add($"Node {id} is already owned by cluster {taken.ClusterId}.");
                    break;
                case { Status: not ClusterStatus.Active }:
                    problems.Add($"Node {id} is not in ACTIVE status.");
                    break;
            }
        }

        if (problems.Count > 0)
        {
            return string.Join(" ", problems);
        }

        var joining = named.Count(id => find(id)!.ClusterId.Length == 0);
        var wanted = nodes.Count + joining;
        data["desired_capacity"] = wanted;
        return SizeCheck.ProblemOf(View(cluster, nodes.Count), wanted, null, null, true);
    }

    private static int? CountOf(JsonObject data, string part) =>
        (data[part] as JsonObject)?["count"] is JsonValue count ? Whole(Json.From(count)) : null;

    private static int? Input(ActionRecord action, string name) =>
        action.Inputs.TryGetProperty(name, out var value) ? Whole(value) : null;

    private static int? Whole(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var number) => number,
        JsonValueKind.Number => (int)Math.Clamp(value.GetDouble(), -SizeLimits.MostNodes, 2 * SizeLimits.MostNodes),
        JsonValueKind.String when int.TryParse(value.GetString(), out var number) => number,
        _ => null,
    };
}
