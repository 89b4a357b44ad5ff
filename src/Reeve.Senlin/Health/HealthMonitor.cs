using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Balancers;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies;

namespace Reeve.Senlin.Health;

/// <summary>
/// Looks after the clusters that have a health policy. What a driver reports of a node is acted on at once; besides, each node is looked at
/// in the interval of its policy. An ill node is recovered by an action like any other, so what is under way is never disturbed. When a
/// recovery does not help, the next one of the policy's list is tried, each time later.
/// </summary>
internal sealed class HealthMonitor(Registry registry, ClusterBalancers balancers) : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BalancerBeat = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);
    private const int Width = 16;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    private readonly NodeProbe _probe = new(registry);
    private Task _loop = Task.CompletedTask;

    /// <summary>Begins.</summary>
    public void Start() => _loop = Task.Run(() => RunAsync(_stopping.Token));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        await Task.WhenAll(_watches.Values.Select(w => w.Look));
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var time = registry.Host.Time;
        using var timer = new PeriodicTimer(Beat, time);
        var kept = DateTimeOffset.MinValue;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (!registry.Host.IsReady)
                {
                    continue;
                }

                if (registry.Now - kept >= BalancerBeat)
                {
                    kept = registry.Now;
                    await balancers.KeepAsync(cancellationToken);
                }

                Scan(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Reeve is stopping
        }
    }

    private void Scan(CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var cluster in registry.Clusters.All)
        {
            if (cluster.Policies.FirstOrDefault(p => p.Enabled && IsHealth(p.PolicyType)) is not { } attached
                || registry.Policies.Get(attached.PolicyId) is not { } policy)
            {
                continue;
            }

            seen.Add(cluster.Id);
            var watch = _watches.GetOrAdd(cluster.Id, _ => new Watch(policy.Id, Read(policy), registry.Now));
            if (watch.Policy != policy.Id)
            {
                _watches[cluster.Id] = watch = new Watch(policy.Id, Read(policy), registry.Now);
            }

            if (watch.Look.IsCompleted && !ClusterStatus.IsBusy(cluster.Status) && cluster.Status != ClusterStatus.Init)
            {
                watch.Look = Task.Run(() => LookAsync(cluster, policy, watch, cancellationToken), cancellationToken);
            }
        }

        foreach (var gone in _watches.Keys.Where(id => !seen.Contains(id)))
        {
            _watches.TryRemove(gone, out _);
        }
    }

    private async Task LookAsync(ClusterRecord cluster, PolicyRecord policy, Watch watch, CancellationToken cancellationToken)
    {
        try
        {
            var nodes = registry.NodesOf(cluster.Id).Where(n => n.Status is ClusterStatus.Active or ClusterStatus.Error).ToList();
            watch.Forget(nodes, registry.Now);
            var isDue = !watch.Settings.IsByEvents && registry.Now >= watch.NextAt;
            if (isDue)
            {
                watch.NextAt = registry.Now + watch.Settings.Interval;
            }

            using var width = new SemaphoreSlim(Width);
            await Task.WhenAll(nodes.Select(async node =>
            {
                await width.WaitAsync(cancellationToken);
                try
                {
                    if (await IllnessAsync(node, watch, isDue, cancellationToken) is { } reason)
                    {
                        await RecoverAsync(cluster, policy, node, watch, reason, cancellationToken);
                    }
                }
                finally
                {
                    width.Release();
                }
            }));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Reeve is stopping
        }
    }

    private async Task<string?> IllnessAsync(NodeRecord node, Watch watch, bool isDue, CancellationToken cancellationToken)
    {
        // the driver saw a working node fail: there is nothing to wait for
        var recorded = registry.Nodes.Get(node.Id);
        if (node.Status == ClusterStatus.Error && recorded?.Status == ClusterStatus.Active)
        {
            return node.StatusReason;
        }

        // one that is already being treated goes on to the next attempt without waiting for the next look
        if (node.Status == ClusterStatus.Error && watch.IsTreated(node.Id))
        {
            return node.StatusReason;
        }

        var changed = node.UpdatedAt ?? node.CreatedAt ?? node.InitAt;
        return isDue && registry.Now - changed >= watch.Settings.Grace
            ? await _probe.LookAsync(node, watch.Settings, cancellationToken)
            : null;
    }

    private async Task RecoverAsync(
        ClusterRecord cluster, PolicyRecord policy, NodeRecord node, Watch watch, string reason, CancellationToken cancellationToken)
    {
        if (watch.NextAttempt(node.Id, registry.Now, LongestBackoff) is not { } attempt)
        {
            return;
        }

        var settings = watch.Settings;
        var (name, parameters) = settings.Actions.IsEmpty
            ? ("RECREATE", default)
            : settings.Actions[Math.Min(attempt, settings.Actions.Length - 1)];
        var inputs = new JsonObject
        {
            ["operation"] = name,
            ["operation_params"] = Json.ToNode(parameters) ?? new JsonObject(),
            ["delete_timeout"] = settings.DeleteTimeout,
            ["force_recreate"] = settings.ForceRecreate,
        };
        if (!settings.Fencing.IsEmpty)
        {
            inputs["fencing"] = new JsonArray([.. settings.Fencing.Select(f => (JsonNode?)JsonValue.Create(f))]);
        }

        var id = Uuid.New();
        var action = new ActionRecord
        {
            Id = id,
            Execution = new(id),
            Name = $"node_recover_{Uuid.Short(node.Id)}",
            Action = Actions.ActionNames.NodeRecover,
            Target = node.Id,
            Path = Registry.KeyOf(node).Path,
            ClusterId = cluster.Id,
            Timeout = cluster.Timeout > 0 ? cluster.Timeout : Timeouts.Cluster,
            Owner = cluster.Owner,
            Inputs = Json.From(inputs),
            Data = Json.From(new JsonObject
            {
                ["health"] = new JsonObject { ["policy"] = policy.Name, ["reason"] = reason, ["attempt"] = attempt + 1 },
            }),
            CreatedAt = registry.Now,
        };

        // when something else is at work on the node, that comes first; the next beat asks again
        if (await registry.Host.RequestAsync(ActionRequest.ToExecution(action, null), $"policy/{policy.Name}", cancellationToken) is null)
        {
            registry.Put(registry.Actions.Get(action.Id) ?? action);
            watch.Treat(node.Id, attempt + 1, registry.Now);
        }
    }

    private static bool IsHealth(string type) => type.StartsWith(SenlinTypes.Prefix + "health-", StringComparison.Ordinal);

    private static HealthSettings Read(PolicyRecord policy) =>
        HealthSettings.Read(PolicyReader.ReadKept(policy.Spec).Properties);
}
