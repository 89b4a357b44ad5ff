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
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw SenlinFault.BadRequest("The data provided is not a map");
        }

        var cluster = call.Cluster(call.Route("id"));
        if (name == "complete_lifecycle")
        {
            await CompleteAsync(call, value);
            return;
        }

        var (action, inputs) = name switch
        {
            "add_nodes" => (ActionNames.ClusterAddNodes, MemberInputs.Adding(call, cluster, value)),
            "del_nodes" => (ActionNames.ClusterDelNodes, MemberInputs.Removing(call, cluster, value)),
            "replace_nodes" => (ActionNames.ClusterReplaceNodes, MemberInputs.Replacing(call, cluster, value)),
            "scale_out" => (ActionNames.ClusterScaleOut, Scale(cluster, value, 1)),
            "scale_in" => (ActionNames.ClusterScaleIn, Scale(cluster, value, -1)),
            "resize" => (ActionNames.ClusterResize, ResizeInputs.Read(call, cluster, value)),
            "policy_attach" => (ActionNames.ClusterAttachPolicy, Policy(call, value, "enabled")),
            "policy_detach" => (ActionNames.ClusterDetachPolicy, Attached(call, cluster, Policy(call, value))),
            "policy_update" => (ActionNames.ClusterUpdatePolicy, Updated(cluster, Policy(call, value, "enabled"))),
            "check" => (ActionNames.ClusterCheck, value),
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

    private static JsonElement Scale(ClusterRecord cluster, JsonElement value, int direction)
    {
        var body = RequestBody.Open(value);
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

    /// <summary>How what is broken is to be made well: one way, or a list of them in their order.</summary>
    public static JsonElement Recover(JsonElement value)
    {
        var body = new RequestBody(
            value, "operation", "operation_params", "check", "check_capacity", "force", "delete_timeout", "force_recreate");
        if (body.Has("operation") && body.Value("operation") is { ValueKind: not JsonValueKind.Array } operation)
        {
            CheckRecovery(body, operation);
        }
        else if (body.Has("operation_params") && !body.Has("operation"))
        {
            throw SenlinFault.Refused("Action parameter ['operation_params'] is not recognizable without an operation.");
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

    private static void CheckRecovery(RequestBody body, JsonElement operation)
    {
        if (operation.ValueKind != JsonValueKind.String)
        {
            throw SenlinFault.Refused("operation has to be a string");
        }

        var name = operation.GetString()!.ToUpperInvariant();
        if (name is not ("REBOOT" or "REBUILD" or "RECREATE"))
        {
            throw SenlinFault.Refused($"Operation value '{operation}' has to be one of the following: REBOOT, REBUILD, RECREATE.");
        }

        if (name != "REBOOT" || !body.Has("operation_params"))
        {
            return;
        }

        var parameters = body.Value("operation_params");
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            throw SenlinFault.Refused("operation_params must be a map");
        }

        if (parameters.TryGetProperty("type", out var type) && type.ToString().ToUpperInvariant() is not ("SOFT" or "HARD"))
        {
            throw SenlinFault.Refused($"Type field '{type}' in operation_params has to be one of the following: SOFT, HARD.");
        }
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
}
