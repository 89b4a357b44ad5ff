using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Cloud;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Rest;

/// <summary>Nodes: made, shown, changed, checked, recovered, taken over, removed.</summary>
internal static class NodeRoutes
{
    private static readonly ListRequest<NodeRecord> Listed = new()
    {
        Filters = new Dictionary<string, Func<NodeRecord, string?>>
        {
            ["name"] = n => n.Name,
            ["status"] = n => n.Status,
        },
        Choices = new Dictionary<string, IReadOnlyList<string>> { ["status"] = ClusterStatus.All },
        Keys = new Dictionary<string, Func<NodeRecord, IComparable?>>
        {
            ["name"] = n => n.Name,
            ["index"] = n => n.Index,
            ["status"] = n => n.Status,
            ["init_at"] = n => n.InitAt,
            ["created_at"] = n => n.CreatedAt,
            ["updated_at"] = n => n.UpdatedAt,
        },
        Others = ["cluster_id"],
    };

    public static void Map(SenlinRoutes routes)
    {
        routes.Get("/v1/nodes", ListAsync);
        routes.Post("/v1/nodes", CreateAsync);
        routes.Post("/v1/nodes/adopt", call => AdoptAsync(call, isPreview: false));
        routes.Post("/v1/nodes/adopt-preview", call => AdoptAsync(call, isPreview: true));
        routes.Get("/v1/nodes/{id}", GetAsync);
        routes.Patch("/v1/nodes/{id}", UpdateAsync);
        routes.Delete("/v1/nodes/{id}", DeleteAsync);
        routes.Post("/v1/nodes/{id}/actions", ActAsync);
        routes.Post("/v1/nodes/{id}/ops", OperateAsync);
    }

    private static Task ListAsync(SenlinCall call)
    {
        var asked = call.Http.Request.Query["cluster_id"].ToString();
        var cluster = asked.Length == 0 ? null : call.TryFind(call.Registry.Clusters, asked)
            ?? throw SenlinFault.Refused($"The specified cluster '{asked}' could not be found.");
        var nodes = Listed.Select(call, call.Registry.Nodes, cluster is null ? null : n => n.ClusterId == cluster.Id);
        return call.ListAsync(
            "nodes", nodes.Select(call.Registry.AsSeen),
            (writer, node) => Views.Write(writer, node, call.Registry, showsTainted: call.Minor >= 13));
    }

    private static Task GetAsync(SenlinCall call)
    {
        var details = ListRequest<NodeRecord>.Flag("show_details", call.Http.Request.Query["show_details"].ToString());
        var node = Find(call);
        return call.OneAsync(200, "node", writer => Views.Write(
            writer, node, call.Registry, details ? NodeDetails.Of(node, call.Registry.Profiles.Get(node.ProfileId)) : null,
            call.Minor >= 13));
    }

    private static async Task CreateAsync(SenlinCall call)
    {
        var given = await RequestBody.UnderAsync(call, "node");
        var body = new RequestBody(given, "name", "profile_id", "cluster_id", "role", "metadata", "dependents");
        var name = body.Name("name") ?? body.Required("name");
        var profile = ClusterRoutes.Profile(call, body.Required("profile_id"));
        var cluster = ClusterOf(call, body.Text("cluster_id"), profile);
        var id = Uuid.New();
        var node = new NodeRecord
        {
            Id = id,
            Name = name,
            ProfileId = profile.Id,
            ClusterId = cluster?.Id ?? "",
            DrivenPath = cluster is null ? id : $"{cluster.Id}/{id}",
            Role = body.Text("role") ?? "",
            Metadata = body.Map("metadata") ?? Json.EmptyObject,
            Owner = call.Caller,
            InitAt = call.Registry.Now,
        };
        var action = call.Action(ActionNames.NodeCreate, id, node.ClusterId, Json.EmptyObject);

        // the node is there before its creation is asked for, and gone again when that is refused
        await (cluster is null ? call.Registry.PutAsync(node) : call.Registry.AddNodesAsync(cluster.Id, _ => [node]));
        node = call.Registry.Nodes.Get(id) ?? node;
        try
        {
            await call.RequestAsync(action);
        }
        catch (SenlinFault)
        {
            await call.Registry.RemoveAsync(node);
            throw;
        }

        await AcceptAsync(call, action.Id, node);
    }

    private static ClusterRecord? ClusterOf(SenlinCall call, string? identity, ProfileRecord profile)
    {
        if (string.IsNullOrEmpty(identity))
        {
            return null;
        }

        var cluster = call.TryFind(call.Registry.Clusters, identity)
            ?? throw SenlinFault.Refused($"The specified cluster '{identity}' could not be found.");
        if (call.Registry.Profiles.Get(cluster.ProfileId)?.Type is { } type && type != profile.Type)
        {
            throw SenlinFault.Refused("Node and cluster have different profile type, operation aborted.");
        }

        var size = call.Registry.NodesOf(cluster.Id).Count;
        return SizeCheck.ProblemOf(SizePlan.View(cluster, size), size + 1, null, null, true) is { } problem
            ? throw SenlinFault.Refused(problem)
            : cluster;
    }

    private static async Task UpdateAsync(SenlinCall call)
    {
        var given = await RequestBody.UnderAsync(call, "node");
        var body = new RequestBody(given, "name", "profile_id", "role", "metadata", "tainted");
        var node = Find(call);
        var inputs = new Dictionary<string, object>(StringComparer.Ordinal);
        if (body.Name("name") is { } name && name != node.Name)
        {
            inputs["name"] = name;
        }

        if (body.Text("role") is { } role && role != node.Role)
        {
            inputs["role"] = role;
        }

        if (body.Map("metadata") is { } metadata && metadata.GetRawText() != node.Metadata.GetRawText())
        {
            inputs["metadata"] = metadata;
        }

        if (body.Flag("tainted") is { } tainted && call.Minor >= 13 && tainted != node.Tainted)
        {
            inputs["tainted"] = tainted;
        }

        if (body.Text("profile_id") is { } profileId)
        {
            var profile = ClusterRoutes.Profile(call, profileId);
            if (call.Registry.Profiles.Get(node.ProfileId)?.Type is { } type && type != profile.Type)
            {
                throw SenlinFault.Refused("Cannot update a node to a different profile type, operation aborted.");
            }

            if (profile.Id != node.ProfileId)
            {
                inputs["new_profile_id"] = profile.Id;
            }
        }

        if (inputs.Count == 0)
        {
            throw SenlinFault.NothingToChange();
        }

        var action = call.Action(ActionNames.NodeUpdate, node.Id, node.ClusterId, ClusterRoutes.Inputs(inputs));
        await call.RequestAsync(action);
        await AcceptAsync(call, action.Id, node);
    }

    private static async Task DeleteAsync(SenlinCall call)
    {
        var force = await ClusterRoutes.ForceAsync(call);
        var node = Find(call);
        if (!force && ClusterStatus.HoldsBackDeletion(node.Status))
        {
            throw SenlinFault.Conflict("ActionInProgress", $"The node '{call.Route("id")}' is in status {node.Status}.");
        }

        var action = call.Action(ActionNames.NodeDelete, node.Id, node.ClusterId, Json.EmptyObject);
        await call.RequestAsync(action, force: true);
        await call.StopOthersAsync(action);
        await call.AcceptAsync(action.Id, null);
    }

    private static async Task ActAsync(SenlinCall call)
    {
        var (name, value) = ClusterActionRoutes.One(await call.ReadBodyAsync(), "action");
        if (name is not ("check" or "recover"))
        {
            throw SenlinFault.BadRequest($"Unrecognized action '{name}' specified");
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw SenlinFault.BadRequest("The params provided is not a map.");
        }

        var node = Find(call);
        if (name == "recover")
        {
            value = ClusterActionRoutes.Recover(value);
        }

        await AskAsync(call, node, name == "check" ? ActionNames.NodeCheck : ActionNames.NodeRecover, value);
    }

    private static async Task OperateAsync(SenlinCall call)
    {
        call.NeedsMinor(4);
        var (name, value) = ClusterActionRoutes.One(await call.ReadBodyAsync(), "operation");
        var parameters = value.ValueKind == JsonValueKind.Object ? value : Json.EmptyObject;
        var node = Find(call);
        ProfileRoutes.CheckOperation(call.Registry.Profiles.Get(node.ProfileId), name, parameters);
        await AskAsync(call, node, ActionNames.NodeOperation, Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("operation", name);
            writer.WritePropertyName("params");
            parameters.WriteTo(writer);
            writer.WriteEndObject();
        }));
    }

    private static async Task AskAsync(SenlinCall call, NodeRecord node, string name, JsonElement inputs)
    {
        var action = call.Action(name, node.Id, node.ClusterId, inputs);
        await call.RequestAsync(action);
        await call.AcceptAsync(action.Id, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("action", action.Id);
            writer.WriteEndObject();
        });
    }

    // what is adopted exists already in the simulated cloud, which has every server that somebody names
    private static async Task AdoptAsync(SenlinCall call, bool isPreview)
    {
        call.NeedsMinor(7);
        var given = await call.ReadBodyAsync();
        if (isPreview && given.TryGetProperty("node", out var inner))
        {
            given = inner;
        }

        var body = isPreview
            ? new RequestBody(given, "identity", "type", "overrides", "snapshot")
            : new RequestBody(given, "identity", "type", "overrides", "snapshot", "name", "role", "metadata");
        var identity = body.Required("identity");
        var typeName = body.Required("type");
        _ = body.Flag("snapshot");
        if (ProfileType.Find(typeName) is null)
        {
            throw SenlinFault.Refused($"The specified profile type '{typeName}' could not be found.");
        }

        var spec = NodeAdoption.SpecOf(typeName, identity, body.Map("overrides") ?? Json.EmptyObject);
        if (isPreview)
        {
            await call.OneAsync(200, "node_profile", spec.WriteTo);
            return;
        }

        var (profile, node) = NodeAdoption.Make(
            typeName, spec, identity, body.Name("name"), body.Text("role") ?? "", body.Map("metadata") ?? Json.EmptyObject, call.Caller,
            call.Registry.Now);
        await call.Registry.PutAsync(profile);
        await call.Registry.PutAsync(node);
        await call.OneAsync(201, "node", writer => Views.Write(writer, node, call.Registry));
    }

    private static NodeRecord Find(SenlinCall call) => call.Registry.AsSeen(call.Node(call.Route("id")));

    private static Task AcceptAsync(SenlinCall call, string action, NodeRecord node) => call.AcceptAsync(action, writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("node");
        Views.Write(writer, node, call.Registry, showsTainted: call.Minor >= 13);
        writer.WriteEndObject();
    });
}
