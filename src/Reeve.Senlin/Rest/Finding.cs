using Reeve.Core.Executions;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Rest;

/// <summary>Finds what a client names, and asks for what it wants done.</summary>
internal static class Finding
{
    private const int MaxTries = 100;
    private const int MaxTriesForEnd = 2000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>The record of a name, an id or the beginning of an id; throws when there is none, or more than one.</summary>
    public static T Find<T>(this SenlinCall call, RecordTable<T> table, string kind, string identity) where T : SenlinRecord =>
        TryFind(call, table, identity) ?? throw SenlinFault.NotFound(kind, identity);

    /// <summary>The record, or null; throws when there is more than one.</summary>
    public static T? TryFind<T>(this SenlinCall call, RecordTable<T> table, string identity) where T : SenlinRecord
    {
        var found = table.Find(identity).Where(r => call.Caller == Ownership.Local || r.Owner.Project == call.Caller.Project).ToList();
        return found.Count switch
        {
            0 => null,
            1 => found[0],
            _ => throw new SenlinFault(
                400, "MultipleChoices",
                $"Multiple results found matching the query criteria '{identity}'. Please be more specific."),
        };
    }

    public static ClusterRecord Cluster(this SenlinCall call, string identity) => call.Find(call.Registry.Clusters, "cluster", identity);

    public static NodeRecord Node(this SenlinCall call, string identity) => call.Find(call.Registry.Nodes, "node", identity);

    /// <summary>The ids of the clusters that a list is narrowed to, named in any way; null when it is not.</summary>
    public static HashSet<string>? ClustersAsked(this SenlinCall call)
    {
        var asked = call.Http.Request.Query["cluster_id"];

        // what a cluster did is still known when it is gone
        return asked.Count == 0 ? null
            : asked.Select(c => call.TryFind(call.Registry.Clusters, c ?? "")?.Id ?? c ?? "").ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>An action on a cluster or a node, not yet asked for.</summary>
    public static ActionRecord Action(
        this SenlinCall call, string action, string target, string clusterId, System.Text.Json.JsonElement inputs, string? name = null)
    {
        var id = Uuid.New();
        var isNode = ActionNames.IsNode(action);
        return new ActionRecord
        {
            Id = id,
            Execution = new(id),
            Name = name ?? $"{NameOf(action)}_{Uuid.Short(target)}",
            Action = action,
            Target = target,
            Path = isNode && clusterId.Length > 0 ? $"{clusterId}/{target}" : target,
            ClusterId = clusterId,

            // a deletion may have to wait for a hook and a grace period, which the policies of the cluster know
            Timeout = isNode && (action != ActionNames.NodeDelete || clusterId.Length == 0)
                ? Timeouts.Node
                : call.Registry.Clusters.Get(clusterId)?.Timeout ?? Timeouts.Cluster,
            Owner = call.Caller,
            Inputs = inputs,
            CreatedAt = call.Registry.Now,
        };
    }

    /// <summary>Asks for the action; done when it is durable. Throws when something else is at work on the target.</summary>
    public static async Task RequestAsync(this SenlinCall call, ActionRecord action, bool force = false)
    {
        if (!call.Registry.Host.IsReady)
        {
            throw new SenlinFault(503, "ServiceUnavailable", "reeve is starting or stopping, or its store is away.");
        }

        var host = call.Registry.Host;
        call.Registry.Put(action);
        var overlap = force ? OverlapRule.Queue : OverlapRule.Refuse;
        for (var tries = 0; ; tries++)
        {
            // from here on the request is carried through, whether the caller waits or not
            var execution = ActionRequest.ToExecution(action, null, overlap);
            var holder = await host.RequestAsync(execution, action.Owner.User, CancellationToken.None);
            if (holder is null)
            {
                return;
            }

            // whoever has read that the holder ended, or that the cluster is ready, may be quicker than the loop, which hears of it next
            var known = call.Registry.Actions.Get(ActionRecord.IdOf(holder.Id));
            var isEnding = known is { IsEnded: true } or { IsEnding: true };
            if (tries == (isEnding ? MaxTriesForEnd : MaxTries) || (!isEnding && known is not null && IsBusy(call, action.ClusterId)))
            {
                call.Registry.Actions.Remove(action.Id);
                throw SenlinFault.Conflict(
                    "ActionConflict",
                    $"The {action.Action} action for target {action.Target} conflicts with the following action(s): "
                        + $"{ActionRecord.IdOf(holder.Id)} ({known?.Action ?? holder.Action.Name}).");
            }

            await Task.Delay(Pause, host.Time, CancellationToken.None);
        }
    }

    private static bool IsBusy(SenlinCall call, string clusterId) =>
        call.Registry.Clusters.Get(clusterId) is not { Status: ClusterStatus.Active or ClusterStatus.Warning or ClusterStatus.Error };

    /// <summary>Stops what is at work on a target, so that what was just queued comes in.</summary>
    public static async Task StopOthersAsync(this SenlinCall call, ActionRecord action)
    {
        foreach (var other in call.Registry.Actions.All.Where(a =>
            !a.IsEnded && a.Id != action.Id && a.Parent is null
            && (a.Target == action.Target || (a.ClusterId == action.Target && action.ClusterId == action.Target))))
        {
            await call.Registry.Host.CancelAsync(other.Execution, action.Owner.User);
        }
    }

    private static string NameOf(string action) => action switch
    {
        ActionNames.ClusterAttachPolicy => "attach_policy",
        ActionNames.ClusterDetachPolicy => "detach_policy",
        ActionNames.ClusterUpdatePolicy => "update_policy",
        _ => action.ToLowerInvariant(),
    };
}
