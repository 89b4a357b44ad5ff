using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Actions;

/// <summary>Actions that take nodes in and give nodes away; and the upkeep of those that are there.</summary>
internal sealed partial class ActionRun
{
    private const int MostRecoveries = 10;

    private async Task<string?> AddNodesAsync(CancellationToken cancellationToken)
    {
        var nodes = Names("nodes").Select(registry.Nodes.Get).OfType<NodeRecord>().Where(n => n.ClusterId.Length == 0).ToList();
        _ = registry.ChangeAsync(
            _action.Target, c => c with { Desired = _action.Data.Whole("desired_capacity") ?? c.Desired });
        var error = await EachAsync(ActionNames.NodeJoin, nodes, _ => Json.Object(("cluster_id", _action.Target)), cancellationToken);
        return error is null ? null : $"Failed in adding nodes: {error}";
    }

    private async Task<string?> ReplaceNodesAsync(CancellationToken cancellationToken)
    {
        var pairs = _action.Inputs.TryGetProperty("candidates", out var given) && given.ValueKind == JsonValueKind.Object
            ? given.EnumerateObject().Select(p => (Old: registry.Nodes.Get(p.Name), New: registry.Nodes.Get(p.Value.ToString()))).ToList()
            : [];
        if (pairs.FindIndex(p => p.New is null || (p.New.ClusterId.Length > 0 && p.New.ClusterId != _action.Target)) is var at and >= 0)
        {
            return pairs[at].New is null ? "A new node could not be found." : $"Node {pairs[at].New!.Id} is owned by another cluster.";
        }

        var old = pairs.Select(p => p.Old).OfType<NodeRecord>().Where(n => n.ClusterId == _action.Target).ToList();
        var left = await EachAsync(ActionNames.NodeLeave, old, _ => Json.EmptyObject, cancellationToken);
        if (left is not null)
        {
            return $"Failed in replacing nodes: {left}";
        }

        var news = pairs.Select(p => p.New!).Where(n => n.ClusterId.Length == 0).ToList();
        var joined = await EachAsync(ActionNames.NodeJoin, news, _ => Json.Object(("cluster_id", _action.Target)), cancellationToken);
        return joined is null ? null : $"Failed in replacing nodes: {joined}";
    }

    private async Task<string?> UpdateClusterAsync(CancellationToken cancellationToken)
    {
        _ = registry.ChangeAsync(_action.Target, c => c with
        {
            Status = ClusterStatus.Updating,
            StatusReason = "Cluster update in progress.",
            Name = TextOf("name") ?? c.Name,
            Timeout = NumberOf("timeout") ?? c.Timeout,
            Metadata = _action.Inputs.TryGetProperty("metadata", out var metadata) ? metadata : c.Metadata,
            Config = _action.Inputs.TryGetProperty("config", out var config) ? config : c.Config,
            ProfileId = TextOf("new_profile_id") ?? c.ProfileId,
        });
        if (TextOf("new_profile_id") is not { } profile || FlagOf("profile_only"))
        {
            return null;
        }

        var batches = Batches();
        for (var i = 0; i < batches.Count; i++)
        {
            var inputs = Json.Object(("new_profile_id", profile));
            if (await EachAsync(ActionNames.NodeUpdate, batches[i], _ => inputs, cancellationToken) is { } error)
            {
                return $"Failed in updating nodes: {error}";
            }

            // between two batches the ones that are done get time; after the last there is nothing to wait for
            if (i < batches.Count - 1 && Part("update")?.Whole("pause_time") is { } pause and > 0)
            {
                await work.PauseAsync($"pause/{i}", TimeSpan.FromSeconds(pause), cancellationToken);
            }
        }

        return null;
    }

    private List<IReadOnlyList<NodeRecord>> Batches()
    {
        var nodes = registry.NodesOf(_action.Target);
        if (Part("update") is not { } update || !update.TryGetProperty("plan", out var plan) || plan.ValueKind != JsonValueKind.Array)
        {
            return [nodes];
        }

        var planned = plan.EnumerateArray()
            .Select(batch => batch.EnumerateArray().Select(id => id.GetString()).ToHashSet())
            .Select(ids => (IReadOnlyList<NodeRecord>)[.. nodes.Where(n => ids.Contains(n.Id))])
            .ToList();
        var rest = nodes.Where(n => !planned.Any(b => b.Any(m => m.Id == n.Id))).ToList();
        return rest.Count > 0 ? [.. planned, rest] : planned;
    }

    private async Task<string?> CheckClusterAsync(CancellationToken cancellationToken)
    {
        _ = StateAsync(ClusterStatus.Checking, "Cluster checking in progress.");
        var error = await EachAsync(ActionNames.NodeCheck, registry.NodesOf(_action.Target), _ => Json.EmptyObject, cancellationToken);
        return error is null ? null : $"Cluster check found: {error}";
    }

    private async Task<string?> RecoverClusterAsync(CancellationToken cancellationToken)
    {
        _ = StateAsync(ClusterStatus.Recovering, "Cluster recovery in progress.");
        if (FlagOf("check"))
        {
            await EachAsync(ActionNames.NodeCheck, registry.NodesOf(_action.Target), _ => Json.EmptyObject, cancellationToken);
        }

        // a health policy says how, unless the one who asked did
        var health = Part("health");
        var operations = Operations(_action.Inputs);
        if (operations.Count == 0 && health is { } said)
        {
            operations = Operations(said, "recover_action");
        }

        var broken = registry.NodesOf(_action.Target).Where(n => n.Status != ClusterStatus.Active).ToList();
        var inputs = Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("operation");
            foreach (var operation in operations.DefaultIfEmpty("RECREATE"))
            {
                writer.WriteStringValue(operation);
            }

            writer.WriteEndArray();
            foreach (var name in (string[])["operation_params", "force", "delete_timeout", "force_recreate"])
            {
                if (_action.Inputs.TryGetProperty(name, out var value))
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }
            }

            if (health is { } from && from.TryGetProperty("fencing", out var fencing))
            {
                writer.WritePropertyName("fencing");
                fencing.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
        var error = await EachAsync(ActionNames.NodeRecover, broken, _ => inputs, cancellationToken);
        if (error is null && FlagOf("check_capacity"))
        {
            var missing = registry.Clusters.Get(_action.Target)!.Desired - registry.NodesOf(_action.Target).Count;
            error = missing > 0 ? await MakeNodesAsync(missing, cancellationToken) : null;
        }

        return error is null ? null : $"Failed in recovering nodes: {error}";
    }

    private async Task<string?> OperateClusterAsync(CancellationToken cancellationToken)
    {
        _ = StateAsync(ClusterStatus.Operating, "Cluster operation in progress.");
        var nodes = registry.NodesOf(_action.Target);
        if (_action.Inputs.TryGetProperty("nodes", out var named) && named.ValueKind == JsonValueKind.Array)
        {
            var ids = named.EnumerateArray().Select(n => n.ToString()).ToHashSet(StringComparer.Ordinal);
            nodes = [.. nodes.Where(n => ids.Contains(n.Id))];
        }

        var error = await EachAsync(ActionNames.NodeOperation, nodes, _ => _action.Inputs, cancellationToken);
        return error is null ? null : $"Cluster operation failed: {error}";
    }

    /// <summary>The recoveries that somebody asked for, or that a health policy wants: a name, or a list in its order.</summary>
    private static IReadOnlyList<string> Operations(JsonElement inputs, string name = "operation")
    {
        _ = inputs.TryGetProperty(name, out var asked);
        IEnumerable<JsonElement> items = asked.ValueKind == JsonValueKind.Array ? asked.EnumerateArray().Take(MostRecoveries) : [asked];
        return [.. items
            .Select(i => i.ValueKind == JsonValueKind.Object ? i.Text("name") ?? i.Text("operation") : i.ToString())
            .Where(n => !string.IsNullOrEmpty(n))
            .Select(n => n!.ToUpperInvariant())];
    }

    private IEnumerable<string> Names(string input) =>
        _action.Inputs.TryGetProperty(input, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(n => n.ToString())
            : [];
}
