using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Rest;

/// <summary>What can be asked of a cluster: exactly one thing per request.</summary>
internal static class ClusterActionRoutes
{
    private static readonly string[] Known =
    [
        "add_nodes", "del_nodes", "replace_nodes", "scale_out", "scale_in", "resize", "policy_attach", "policy_detach", "policy_update",
        "check", "recover", "complete_lifecycle",
    ];

    public static void Map(SenlinRoutes routes)
    {
        routes.Post("/v1/clusters/{id}/actions", ActAsync);
        routes.Post("/v1/clusters/{id}/ops", OperateAsync);
    }

    /// <summary>The one thing that a request asks for.</summary>
    public static (string Name, JsonElement Value) One(JsonElement body, string what) => body.EnumerateObject().Take(2).ToList() switch
    {
        [var only] => (only.Name, only.Value),
        [] => throw SenlinFault.BadRequest($"No {what} specified"),
        _ => throw SenlinFault.BadRequest($"Multiple {what}s specified"),
    };

    private static async Task ActAsync(SenlinCall call)
    {
        var (name, value) = One(await call.ReadBodyAsync(), "action");
        if (!Known.Contains(name))
        {
            throw SenlinFault.BadRequest($"Unrecognized action '{name}' specified");
        }

        var needed = name switch { "replace_nodes" => 3, "complete_lifecycle" => 9, _ => 0 };
        call.NeedsMinor(needed);
        value = value.ValueKind is JsonValueKind.Null ? Json.EmptyObject : value;
        var cluster = call.Cluster(call.Route("id"));
        if (name == "complete_lifecycle")
        {
            await CompleteAsync(call, value);
            return;
        }

        var (action, inputs) = name switch
        {
            "add_nodes" => (ActionNames.ClusterAddNodes, AddNodes(call, cluster, value)),
            "del_nodes" => (ActionNames.ClusterDelNodes, DelNodes(call, cluster, value)),
            "replace_nodes" => (ActionNames.ClusterReplaceNodes, ReplaceNodes(call, cluster, value)),
            "scale_out" => (ActionNames.ClusterScaleOut, Scale(cluster, value, 1)),
            "scale_in" => (ActionNames.ClusterScaleIn, Scale(cluster, value, -1)),
            "resize" => (ActionNames.ClusterResize, Resize(call, cluster, value)),
            "policy_attach" => (ActionNames.ClusterAttachPolicy, Policy(call, value, "enabled")),
            "policy_detach" => (ActionNames.ClusterDetachPolicy, Attached(call, cluster, Policy(call, value))),
            "policy_update" => (ActionNames.ClusterUpdatePolicy, Updated(cluster, Policy(call, value, "enabled"))),
            "check" => (ActionNames.ClusterCheck, Free(value)),
            _ => (ActionNames.ClusterRecover, Recover(value)),
        };
        await AskAsync(call, cluster, action, inputs);
    }

    /// <summary>Asks for an action on a cluster and answers 202.</summary>
    public static async Task AskAsync(SenlinCall call, ClusterRecord cluster, string action, JsonElement inputs, string? name = null)
    {
        if (call.Room.Chain.Cooldown(cluster, action) is { } cooldown)
        {
            throw SenlinFault.Conflict("ActionCooldown", cooldown);
        }

        var asked = call.Action(action, cluster.Id, cluster.Id, inputs, name);
        await call.RequestAsync(asked);
        await call.AcceptAsync(asked.Id, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("action", asked.Id);
            writer.WriteEndObject();
        });
    }

    private static JsonElement AddNodes(SenlinCall call, ClusterRecord cluster, JsonElement value)
    {
        var nodes = Nodes(call, new RequestBody(value, "nodes").Texts("nodes"));
        var owned = nodes.Where(n => n.ClusterId.Length > 0).ToList();
        if (owned.Count > 0)
        {
            throw SenlinFault.Conflict(
                "NodeNotOrphan", $"Nodes ['{string.Join("', '", owned.Select(n => n.Id))}'] already owned by some cluster.");
        }

        var bad = nodes.Where(n => n.Status != ClusterStatus.Active).ToList();
        if (bad.Count > 0)
        {
            throw SenlinFault.Refused($"Nodes are not ACTIVE: ['{string.Join("', '", bad.Select(n => n.Id))}'].");
        }

        var type = call.Registry.Profiles.Get(cluster.ProfileId)?.Type;
        if (nodes.FirstOrDefault(n => call.Registry.Profiles.Get(n.ProfileId)?.Type != type) is { } other)
        {
            throw SenlinFault.Refused($"Profile type of nodes ['{other.Id}'] do not match that of the cluster.");
        }

        var size = call.Registry.NodesOf(cluster.Id).Count;
        if (SizeCheck.ProblemOf(SizePlan.View(cluster, size), cluster.Desired + nodes.Count, null, null, true) is { } problem)
        {
            throw SenlinFault.Refused(problem);
        }

        return List("nodes", nodes.Select(n => n.Id));
    }

    private static JsonElement DelNodes(SenlinCall call, ClusterRecord cluster, JsonElement value)
    {
        var body = new RequestBody(value, "nodes", "destroy_after_deletion");
        if (body.Has("destroy_after_deletion"))
        {
            call.NeedsMinor(4);
        }

        var nodes = Nodes(call, body.Texts("nodes"));
        if (nodes.FirstOrDefault(n => n.ClusterId != cluster.Id) is { } other)
        {
            throw SenlinFault.Refused($"Nodes not members of specified cluster: ['{other.Id}'].");
        }

        var size = call.Registry.NodesOf(cluster.Id).Count;
        if (SizeCheck.ProblemOf(SizePlan.View(cluster, size), cluster.Desired - nodes.Count, null, null, true) is { } problem)
        {
            throw SenlinFault.Refused(problem);
        }

        return Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("candidates");
            foreach (var node in nodes)
            {
                writer.WriteStringValue(node.Id);
            }

            writer.WriteEndArray();
            writer.WriteNumber("count", nodes.Count);
            writer.WriteBoolean("destroy_after_deletion", body.Flag("destroy_after_deletion") ?? false);
            writer.WriteEndObject();
        });
    }

    private static JsonElement ReplaceNodes(SenlinCall call, ClusterRecord cluster, JsonElement value)
    {
        var pairs = new RequestBody(value, "nodes").Map("nodes") ?? throw SenlinFault.BadRequest("'nodes' is a required property");
        var found = pairs.EnumerateObject().Take(SizeLimits.MostNodes)
            .Select(p => (Old: FindNode(call, p.Name), New: FindNode(call, p.Value.ToString())))
            .ToList();
        if (found.Count == 0)
        {
            throw SenlinFault.BadRequest("The data provided is not a map of old nodes to new ones.");
        }

        if (found.FirstOrDefault(p => p.Old.ClusterId != cluster.Id).Old is { } stranger)
        {
            throw SenlinFault.Refused($"The specified nodes ['{stranger.Id}'] to be replaced are not members of the cluster {cluster.Id}.");
        }

        if (found.Select(p => p.New).FirstOrDefault(n => n.ClusterId.Length > 0) is { } owned)
        {
            throw SenlinFault.Conflict("NodeNotOrphan", $"Nodes ['{owned.Id}'] already owned by some cluster.");
        }

        return Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("candidates");
            foreach (var (old, fresh) in found)
            {
                writer.WriteString(old.Id, fresh.Id);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private static JsonElement Scale(ClusterRecord cluster, JsonElement value, int direction)
    {
        var body = new RequestBody(value, "count");
        if (body.Whole("count", int.MinValue, int.MaxValue) is not { } count)
        {
            return Json.EmptyObject;
        }

        var name = direction > 0 ? "scale-out" : "scale-in";
        if (count < 0)
        {
            throw SenlinFault.BadRequest($"Value must be >= 0 for field 'count'. (count for {name} request)");
        }

        if (count == 0)
        {
            throw SenlinFault.Refused($"Count for {name} request cannot be 0.");
        }

        var desired = (Amount)cluster.Desired + (direction * (Amount)count);
        return SizeCheck.ProblemOf(SizePlan.View(cluster, cluster.Desired), desired, null, null, false) is { } problem
            ? throw SenlinFault.Refused(problem)
            : ClusterRoutes.Inputs(new Dictionary<string, object> { ["count"] = count });
    }

    private static JsonElement Resize(SenlinCall call, ClusterRecord cluster, JsonElement value)
    {
        var body = new RequestBody(value, "adjustment_type", "number", "min_size", "max_size", "min_step", "strict");
        var type = body.Text("adjustment_type");
        if (type is not null && type is not (ResizeRule.Exact or ResizeRule.Change or ResizeRule.Percentage))
        {
            throw SenlinFault.BadRequest($"Value '{type}' is not acceptable for field 'adjustment_type'.");
        }

        var number = Number(body);
        if (type is null && number is not null)
        {
            throw SenlinFault.BadRequest("Missing adjustment_type value for size adjustment.");
        }

        if (type is not null && number is null)
        {
            throw SenlinFault.BadRequest("Missing number value for size adjustment.");
        }

        if (type == ResizeRule.Exact && number < 0)
        {
            throw SenlinFault.BadRequest($"The 'number' must be non-negative integer for adjustment type '{type}'.");
        }

        if (type is ResizeRule.Exact or ResizeRule.Change && number is { } amount && amount != Math.Truncate(amount))
        {
            throw SenlinFault.BadRequest($"The 'number' must be integer for adjustment type '{type}'.");
        }

        var min = body.Whole("min_size", 0, SizeLimits.MostNodes);
        var max = body.Whole("max_size", -1, SizeLimits.MostNodes);
        var step = body.Whole("min_step", 0, SizeLimits.MostNodes);
        var strict = body.Flag("strict") ?? true;
        var inputs = Json.Build(writer => Write(writer, type, number, min, max, step, strict));
        Check(call, cluster, inputs, type, number, min, max, strict);
        return inputs;
    }

    // what can never be done is refused here; what depends on how many nodes there are then, by the action
    private static void Check(
        SenlinCall call, ClusterRecord cluster, JsonElement inputs, string? type, double? number, int? min, int? max, bool strict)
    {
        Amount? desired = type switch
        {
            ResizeRule.Exact => (int)Math.Min(number!.Value, int.MaxValue),
            ResizeRule.Change => (int)Math.Clamp(cluster.Desired + number!.Value, -int.MaxValue, int.MaxValue),
            _ => null,
        };
        var view = SizePlan.View(cluster, call.Registry.NodesOf(cluster.Id).Count);
        if (desired is { } wanted)
        {
            if (SizeCheck.ProblemOf(view, wanted, min, max, strict) is { } problem)
            {
                throw ProblemOf(problem, min, max);
            }

            return;
        }

        var question = new Policies.PolicyQuestion { Action = ActionNames.ClusterResize, Inputs = inputs, Cluster = view };
        if (ResizeRule.Resolve(question) is { IsError: true, Reason: { } reason })
        {
            throw ProblemOf(reason, min, max);
        }
    }

    private static SenlinFault ProblemOf(string problem, int? min, int? max) =>
        min > max && max >= 0 ? SenlinFault.BadRequest(problem) : SenlinFault.Refused(problem);

    private static double? Number(RequestBody body)
    {
        if (!body.Has("number"))
        {
            return null;
        }

        var value = body.Value("number");
        return double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) && Math.Abs(number) <= int.MaxValue
            ? number
            : throw SenlinFault.BadRequest($"The value for number must be a number: '{value}'.");
    }

    private static void Write(Utf8JsonWriter writer, string? type, double? number, int? min, int? max, int? step, bool strict)
    {
        writer.WriteStartObject();
        writer.WriteString("adjustment_type", type);
        Write(writer, "number", number);
        Write(writer, "min_size", min);
        Write(writer, "max_size", max);
        Write(writer, "min_step", step);
        writer.WriteBoolean("strict", strict);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is not { } number)
        {
            writer.WriteNull(name);
        }
        else if (number == Math.Truncate(number))
        {
            writer.WriteNumber(name, (long)number);
        }
        else
        {
            writer.WriteNumber(name, number);
        }
    }

    private static JsonElement Policy(SenlinCall call, JsonElement value, params string[] more)
    {
        var body = new RequestBody(value, ["policy_id", .. more]);
        var identity = body.Required("policy_id");
        var policy = call.TryFind(call.Registry.Policies, identity)
            ?? throw SenlinFault.Refused($"The specified policy '{identity}' could not be found.");
        var inputs = new Dictionary<string, object> { ["policy_id"] = policy.Id };
        if (body.Flag("enabled") is { } enabled)
        {
            inputs["enabled"] = enabled;
        }
        else if (more.Length > 0)
        {
            inputs["enabled"] = true;
        }

        return ClusterRoutes.Inputs(inputs);
    }

    private static JsonElement Attached(SenlinCall call, ClusterRecord cluster, JsonElement inputs) =>
        IsToBeForgotten(call, cluster, inputs.Text("policy_id")) ? inputs : Updated(cluster, inputs);

    private static JsonElement Updated(ClusterRecord cluster, JsonElement inputs)
    {
        var id = inputs.Text("policy_id");
        return cluster.Policies.Any(p => p.PolicyId == id)
            ? inputs
            : throw SenlinFault.Refused($"The policy '{id}' is not attached to the specified cluster '{cluster.Id}'.");
    }

    // an attachment was accepted, and failed later: whoever asked for it may take it back, once, as if it had come to be
    private static bool IsToBeForgotten(SenlinCall call, ClusterRecord cluster, string? policyId)
    {
        var last = call.Registry.Actions.All.LastOrDefault(a => a.Target == cluster.Id && a.Inputs.Text("policy_id") == policyId);
        return last is { Action: ActionNames.ClusterAttachPolicy, Status: ActionStatus.Failed };
    }

    private static JsonElement Free(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? value
        : throw SenlinFault.BadRequest("The params provided is not a map.");

    private static JsonElement Recover(JsonElement value)
    {
        var body = new RequestBody(
            Free(value), "operation", "operation_params", "check", "check_capacity", "force", "delete_timeout", "force_recreate");
        if (body.Has("operation") && body.Value("operation") is { ValueKind: JsonValueKind.String } operation
            && operation.GetString()!.ToUpperInvariant() is not ("REBOOT" or "REBUILD" or "RECREATE"))
        {
            throw SenlinFault.Refused($"Operation value '{operation}' has to be one of the following: REBOOT, REBUILD, RECREATE.");
        }

        var flags = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var name in (string[])["check", "check_capacity", "force", "force_recreate"])
        {
            if (body.Flag(name) is { } flag)
            {
                flags[name] = flag;
            }
        }

        return Json.Merge(value, ClusterRoutes.Inputs(flags));
    }

    private static async Task CompleteAsync(SenlinCall call, JsonElement value)
    {
        var body = new RequestBody(value, "lifecycle_action_token");
        var token = body.Required("lifecycle_action_token");
        var action = call.TryFind(call.Registry.Actions, token) ?? throw SenlinFault.NotFound("action", token);
        if (!call.Room.Hooks.Complete(action.Id))
        {
            throw SenlinFault.Conflict(
                "ActionImmutable",
                $"Action ({Uuid.Short(action.Id)}) is in status ({action.Status}) while expected status must be "
                    + $"{ActionStatus.WaitingLifecycle}.");
        }

        await call.AcceptAsync(action.Id, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("action", action.Id);
            writer.WriteEndObject();
        });
    }

    private static async Task OperateAsync(SenlinCall call)
    {
        call.NeedsMinor(4);
        var (name, value) = One(await call.ReadBodyAsync(), "operation");
        var cluster = call.Cluster(call.Route("id"));
        value = value.ValueKind == JsonValueKind.Object ? value : Json.EmptyObject;

        // upstream's client says the parameters without the word around them
        var isPlain = !value.TryGetProperty("params", out _) && !value.TryGetProperty("filters", out _);
        var body = new RequestBody(isPlain ? Json.EmptyObject : value, "filters", "params");
        var parameters = isPlain ? value : body.Map("params") ?? Json.EmptyObject;
        ProfileRoutes.CheckOperation(call.Registry.Profiles.Get(cluster.ProfileId), name, parameters);
        var nodes = call.Registry.NodesOf(cluster.Id);
        foreach (var filter in (body.Map("filters") ?? Json.EmptyObject).EnumerateObject())
        {
            nodes = filter.Name switch
            {
                "name" => [.. nodes.Where(n => n.Name == filter.Value.ToString())],
                "role" => [.. nodes.Where(n => n.Role == filter.Value.ToString())],
                "status" => [.. nodes.Where(n => n.Status == filter.Value.ToString())],
                _ => throw SenlinFault.BadRequest($"Filter key '{filter.Name}' is unsupported"),
            };
        }

        if (nodes.Count == 0)
        {
            throw SenlinFault.Refused("No node (matching the filter) could be found");
        }

        var inputs = Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("operation", name);
            writer.WritePropertyName("params");
            parameters.WriteTo(writer);
            writer.WriteStartArray("nodes");
            foreach (var node in nodes)
            {
                writer.WriteStringValue(node.Id);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        await AskAsync(call, cluster, ActionNames.ClusterOperation, inputs);
    }

    private static List<NodeRecord> Nodes(SenlinCall call, IEnumerable<string> identities) =>
        [.. identities.Select(i => FindNode(call, i))];

    private static NodeRecord FindNode(SenlinCall call, string identity) =>
        call.TryFind(call.Registry.Nodes, identity) is { } node
            ? call.Registry.AsSeen(node)
            : throw SenlinFault.Refused($"Nodes not found: ['{identity}'].");

    private static JsonElement List(string name, IEnumerable<string> values) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
