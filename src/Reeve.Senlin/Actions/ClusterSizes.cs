using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Actions;

/// <summary>Actions that make and remove nodes.</summary>
internal sealed partial class ActionRun
{
    private async Task<string?> CreateClusterAsync(CancellationToken cancellationToken)
    {
        _ = StateAsync(ClusterStatus.Creating, "Creation in progress");
        var cluster = registry.Clusters.Get(_action.Target)!;
        var error = await MakeNodesAsync(cluster.Desired, cancellationToken);
        _ = registry.ChangeAsync(cluster.Id, c => c with { CreatedAt = c.CreatedAt ?? registry.Now });
        return error is null ? null : $"Failed in creating nodes: {error}";
    }

    private async Task<string?> DeleteClusterAsync(CancellationToken cancellationToken)
    {
        _ = StateAsync(ClusterStatus.Deleting, "Deletion in progress");
        var cluster = registry.Clusters.Get(_action.Target)!;
        foreach (var attached in cluster.Policies)
        {
            if (registry.Policies.Get(attached.PolicyId) is { } policy)
            {
                await chain.DetachAsync(cluster, policy, cancellationToken);
            }
        }

        _ = registry.ChangeAsync(cluster.Id, c => c with { Policies = [] });
        var error = await EachAsync(ActionNames.NodeDelete, registry.NodesOf(cluster.Id), _ => Json.EmptyObject, cancellationToken);
        if (error is not null)
        {
            return $"Failed in deleting nodes: {error}";
        }

        // an address that asks for something of a cluster goes with it
        foreach (var receiver in registry.Receivers.All.Where(r => r.ClusterId == _action.Target).ToList())
        {
            await registry.RemoveAsync(receiver);
        }

        cluster = registry.Clusters.Get(cluster.Id);
        if (cluster is not null)
        {
            await registry.RemoveAsync(cluster, Event(cluster, "end", "Cluster deletion succeeded."));
        }

        return null;
    }

    /// <summary>Scale out, scale in, resize and the removal of nodes: the plan says what each of them comes to.</summary>
    private async Task<string?> ScaleAsync(CancellationToken cancellationToken)
    {
        _ = registry.ChangeAsync(_action.Target, c => c with
        {
            Status = ClusterStatus.Resizing,
            StatusReason = "Cluster scaling started.",
            Desired = _action.Data.Whole("desired_capacity") ?? c.Desired,
            MinSize = _action.Action == ActionNames.ClusterResize ? NumberOf("min_size") ?? c.MinSize : c.MinSize,
            MaxSize = _action.Action == ActionNames.ClusterResize ? NumberOf("max_size") ?? c.MaxSize : c.MaxSize,
        });
        if (Part("deletion") is { } deletion && deletion.Whole("count") > 0)
        {
            var gone = await RemoveNodesAsync(deletion, cancellationToken);
            return gone is null ? null : $"Failed in deleting nodes: {gone}";
        }

        var made = await MakeNodesAsync(Part("creation")?.Whole("count") ?? 0, cancellationToken);
        return made is null ? null : $"Failed in creating nodes: {made}";
    }

    private async Task<string?> MakeNodesAsync(int count, CancellationToken cancellationToken)
    {
        var places = Placements(count).ToList();

        // the writes of states are made in this order; only what the outside sees next must be on disk before
        _ = registry.AddNodesAsync(_action.Target, cluster => Enumerable.Range(0, count).Select(i =>
        {
            var id = Uuid.For(_action.Id, "node", $"{i}");
            return new NodeRecord
            {
                Id = id,
                Name = NodeNames.Of(cluster, cluster.NextIndex + i, id),
                Owner = cluster.Owner,
                ClusterId = cluster.Id,
                ProfileId = cluster.ProfileId,
                DrivenPath = $"{cluster.Id}/{id}",
                InitAt = registry.Now,
                Data = places[i].Count > 0 ? Json.From(new JsonObject { ["placement"] = places[i] }) : Json.EmptyObject,
            };
        }));
        var nodes = Enumerable.Range(0, count)
            .Select(i => registry.Nodes.Get(Uuid.For(_action.Id, "node", $"{i}")))
            .OfType<NodeRecord>()
            .ToList();
        return await EachAsync(ActionNames.NodeCreate, nodes, _ => Json.EmptyObject, cancellationToken);
    }

    /// <summary>Where each new node goes, as the policies planned.</summary>
    private IEnumerable<JsonObject> Placements(int count)
    {
        var creation = Part("creation");
        var placed = Part("placement") is { } placement && placement.TryGetProperty("placements", out var list)
            && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(p => (JsonObject?)Json.ToNode(p) ?? []).ToList() : [];
        var zones = Spread(creation, "zones");
        var regions = Spread(creation, "regions");
        for (var i = 0; i < count; i++)
        {
            var place = i < placed.Count ? placed[i] : [];
            if (i < zones.Count)
            {
                place["zone"] ??= zones[i];
            }

            if (i < regions.Count)
            {
                place["region_name"] ??= regions[i];
            }

            yield return place;
        }
    }

    private static List<string> Spread(JsonElement? creation, string kind) =>
        creation is { } planned && planned.TryGetProperty(kind, out var places) && places.ValueKind == JsonValueKind.Object
            ? [.. places.EnumerateObject()
                .SelectMany(p => Enumerable.Repeat(p.Name, Math.Clamp(p.Value.GetInt32(), 0, SizeLimits.MostNodes)))]
            : [];

    private async Task<string?> RemoveNodesAsync(JsonElement deletion, CancellationToken cancellationToken)
    {
        var victims = deletion.GetProperty("candidates").EnumerateArray()
            .Select(c => registry.Nodes.Get(c.GetString()!))
            .OfType<NodeRecord>()
            .Where(n => n.ClusterId == _action.Target)
            .ToList();
        if (deletion.Whole("grace_period") is { } grace and > 0)
        {
            await work.PauseAsync("grace", TimeSpan.FromSeconds(grace), cancellationToken);
        }

        var leaves = deletion.TryGetProperty("destroy_after_deletion", out var destroys) && destroys.ValueKind == JsonValueKind.False;
        var hooks = Part("hooks");
        return await EachAsync(
            leaves ? ActionNames.NodeLeave : ActionNames.NodeDelete, victims,
            node => hooks is { } hook && hook.EnumerateObject().Any() && node.Status == ClusterStatus.Active
                ? Json.Build(w => WriteHook(w, hook))
                : Json.EmptyObject,
            cancellationToken);
    }

    private static void WriteHook(Utf8JsonWriter writer, JsonElement hook)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("hook");
        hook.WriteTo(writer);
        writer.WriteNumber("grace_period", Timeouts.Node + (hook.Whole("timeout") ?? 0));
        writer.WriteEndObject();
    }

    private Task StateAsync(string status, string reason) =>
        registry.ChangeAsync(_action.Target, c => c with { Status = status, StatusReason = reason });

    private JsonElement? Part(string name) =>
        _action.Data.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    private int? NumberOf(string input) =>
        _action.Inputs.TryGetProperty(input, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;

    private string? TextOf(string input) => _action.Inputs.Text(input);

    private bool FlagOf(string input) => _action.Inputs.TryGetProperty(input, out var value) && value.ValueKind == JsonValueKind.True;
}
