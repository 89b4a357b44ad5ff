using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Policies;
using Reeve.Core.Targets;
using Reeve.Senlin.Actions;

namespace Reeve.Senlin.Clusters;

/// <summary>
/// All of Senlin's world in memory, and the one way in which it changes: clusters and nodes are targets of the core, profiles, policies
/// and receivers documents of its store, actions its executions, events entries of its journal.
/// </summary>
internal sealed partial class Registry(IRoomHost host)
{
    /// <summary>The kind of journal entry that an event is.</summary>
    public const string EventKind = "senlin.event";

    private const string ClusterKind = "cluster";
    private const string Property = "senlin";
    private const int MostEvents = 50_000;
    private const int MostActions = 100_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<string>> _members = new(StringComparer.Ordinal);

    public IRoomHost Host => host;

    public DateTimeOffset Now => host.Time.GetUtcNow();

    public RecordTable<ProfileRecord> Profiles { get; } = new();

    public RecordTable<PolicyRecord> Policies { get; } = new();

    public RecordTable<ReceiverRecord> Receivers { get; } = new();

    public RecordTable<ClusterRecord> Clusters { get; } = new();

    public RecordTable<NodeRecord> Nodes { get; } = new();

    public RecordTable<ActionRecord> Actions { get; } = new();

    public RecordTable<EventRecord> Events { get; } = new();

    /// <summary>The nodes of a cluster, in the order of their index.</summary>
    public IReadOnlyList<NodeRecord> NodesOf(string clusterId)
    {
        List<string> ids;
        lock (_gate)
        {
            ids = _members.TryGetValue(clusterId, out var members) ? [.. members] : [];
        }

        return [.. ids.Select(Nodes.Get).OfType<NodeRecord>().Select(AsSeen).OrderBy(n => n.Index).ThenBy(n => n.InitAt)];
    }

    /// <summary>A node as it is: its driver may have seen it fail since.</summary>
    public NodeRecord AsSeen(NodeRecord node) =>
        node.Status == ClusterStatus.Active && host.Targets.Find(KeyOf(node)) is { State: TargetState.Failed } failed
            ? node with { Status = ClusterStatus.Error, StatusReason = failed.StateReason ?? "the driver saw it fail" }
            : node;

    /// <summary>The path of a node's target.</summary>
    public static TargetKey KeyOf(NodeRecord node) =>
        new(Scope.Default, node.ClusterId.Length == 0 ? node.Id : $"{node.ClusterId}/{node.Id}");

    public static TargetKey KeyOf(ClusterRecord cluster) => new(Scope.Default, cluster.Id);

    /// <summary>Whose target is it: the id of the cluster or node, and the cluster's; null when it is none of Senlin's.</summary>
    public (string Id, string ClusterId)? OwnerOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return Clusters.Get(path) is not null ? (path, path)
            : Nodes.Get(name) is { } node ? (node.Id, node.ClusterId)
            : null;
    }

    /// <summary>Writes one cluster and what comes with it.</summary>
    public Task PutAsync(ClusterRecord cluster, EventRecord? happened = null) => WriteAsync([cluster], [], [], happened);

    /// <summary>Changes a cluster as it is now; nothing when it is gone.</summary>
    public Task ChangeAsync(string clusterId, Func<ClusterRecord, ClusterRecord> change, EventRecord? happened = null)
    {
        lock (_gate)
        {
            return Clusters.Get(clusterId) is { } cluster ? PutAsync(change(cluster), happened)
                : happened is null ? Task.CompletedTask
                : WriteAsync([], [], [], happened);
        }
    }

    /// <summary>Changes a node as it is now; nothing when it is gone.</summary>
    public Task ChangeNodeAsync(string nodeId, Func<NodeRecord, NodeRecord> change, EventRecord? happened = null)
    {
        lock (_gate)
        {
            return Nodes.Get(nodeId) is { } node ? WriteAsync([], [change(node)], [], happened)
                : happened is null ? Task.CompletedTask
                : WriteAsync([], [], [], happened);
        }
    }

    /// <summary>Makes nodes of a cluster, which then has given out their indexes; those that there are already stay.</summary>
    public Task AddNodesAsync(string clusterId, Func<ClusterRecord, IEnumerable<NodeRecord>> make)
    {
        lock (_gate)
        {
            if (Clusters.Get(clusterId) is not { } cluster)
            {
                return Task.CompletedTask;
            }

            var nodes = make(cluster).Where(n => Nodes.Get(n.Id) is null).ToList();
            for (var i = 0; i < nodes.Count; i++)
            {
                nodes[i] = nodes[i] with { Index = cluster.NextIndex + i };
            }

            return WriteAsync([cluster with { NextIndex = cluster.NextIndex + nodes.Count }], nodes, [], null);
        }
    }

    /// <summary>A node that is in no cluster comes into one.</summary>
    public Task AddMemberAsync(string nodeId, string clusterId)
    {
        lock (_gate)
        {
            return Nodes.Get(nodeId) is { } node && Clusters.Get(clusterId) is { } cluster
                ? WriteAsync(
                    [cluster with { NextIndex = cluster.NextIndex + 1 }],
                    [node with { ClusterId = clusterId, Index = cluster.NextIndex, UpdatedAt = Now }], [], null)
                : Task.CompletedTask;
        }
    }

    public Task PutAsync(NodeRecord node, EventRecord? happened = null) => WriteAsync([], [node], [], happened);

    public Task RemoveAsync(ClusterRecord cluster, EventRecord? happened = null)
    {
        lock (_gate)
        {
            Clusters.Remove(cluster.Id);
            _members.Remove(cluster.Id);
            return WriteAsync([], [], [KeyOf(cluster)], happened);
        }
    }

    public Task RemoveAsync(NodeRecord node, EventRecord? happened = null)
    {
        lock (_gate)
        {
            var removed = Nodes.Remove(node.Id) ?? node;
            Leave(removed);
            return WriteAsync([], [], [KeyOf(removed)], happened);
        }
    }

    /// <summary>Notes that something happened.</summary>
    public Task TellAsync(EventRecord happened) => WriteAsync([], [], [], happened);

    public Task PutAsync(ProfileRecord profile) => PutAsync(Profiles, "senlin/profile", profile, RecordJson.Default.ProfileRecord);

    public Task PutAsync(PolicyRecord policy) => PutAsync(Policies, "senlin/policy", policy, RecordJson.Default.PolicyRecord);

    public Task PutAsync(ReceiverRecord receiver) => PutAsync(Receivers, "senlin/receiver", receiver, RecordJson.Default.ReceiverRecord);

    public Task RemoveAsync(ProfileRecord profile) => RemoveAsync(Profiles, "senlin/profile", profile);

    public Task RemoveAsync(PolicyRecord policy) => RemoveAsync(Policies, "senlin/policy", policy);

    public Task RemoveAsync(ReceiverRecord receiver) => RemoveAsync(Receivers, "senlin/receiver", receiver);

    /// <summary>Puts an action's record in; what is durable of it is its execution.</summary>
    public ActionRecord Put(ActionRecord action)
    {
        Actions.Put(action);
        if (Actions.Count > MostActions + (MostActions / 10))
        {
            Forget(Actions, MostActions, a => a.IsEnded);
        }

        return action;
    }

    private Task WriteAsync(
        IReadOnlyList<ClusterRecord> clusters, IReadOnlyList<NodeRecord> nodes, IReadOnlyList<TargetKey> removed, EventRecord? happened)
    {
        var changes = new ChangeSet();
        lock (_gate)
        {
            changes.RemovedTargets.AddRange(removed);
            foreach (var cluster in clusters)
            {
                Clusters.Put(cluster);
                changes.Targets.Add(TargetOf(cluster));
            }

            foreach (var node in nodes)
            {
                if (Nodes.Get(node.Id) is { } old && old.ClusterId != node.ClusterId)
                {
                    Leave(old);
                    changes.RemovedTargets.Add(KeyOf(old));
                }

                Nodes.Put(node);
                Join(node);
                changes.Targets.Add(TargetOf(node));
            }

            if (happened is not null)
            {
                changes.Journal.Add(EntryOf(happened));
                Events.Put(happened);
                if (Events.Count > MostEvents + (MostEvents / 10))
                {
                    Forget(Events, MostEvents, _ => true);
                }
            }

            // INVARIANT: handed over under the lock, so what was written last here is also what is kept last
            return host.ChangeAsync(changes);
        }
    }

    private void Join(NodeRecord node)
    {
        if (!_members.TryGetValue(node.ClusterId, out var members))
        {
            _members[node.ClusterId] = members = [];
        }

        members.Add(node.Id);
    }

    private void Leave(NodeRecord node)
    {
        if (_members.TryGetValue(node.ClusterId, out var members))
        {
            members.Remove(node.Id);
        }
    }

    private static void Forget<T>(RecordTable<T> table, int keep, Func<T, bool> may) where T : SenlinRecord
    {
        var surplus = table.Count - keep;
        foreach (var old in table.All.Where(may).Take(surplus))
        {
            table.Remove(old.Id);
        }
    }

    private async Task PutAsync<T>(RecordTable<T> table, string kind, T record, JsonTypeInfo<T> type) where T : SenlinRecord
    {
        var key = new ResourceKey(Scope.Default, kind, record.Id);
        var body = JsonSerializer.SerializeToElement(record, type);
        while (true)
        {
            var last = await host.Resources.GetAsync(key, CancellationToken.None);
            var revision = (last?.Revision ?? await host.Resources.LastRevisionAsync(key, CancellationToken.None)) + 1;
            var stored = new StoredResource(key, revision, body, record.CreatedAt ?? Now, Now, record.Owner.User);
            var write = new ResourceWrite(key, last?.Revision ?? 0, stored);
            if ((await host.Resources.ApplyAsync([write], new ChangeSet(), CancellationToken.None)).Count == 0)
            {
                table.Put(record);
                return;
            }
        }
    }

    private async Task RemoveAsync<T>(RecordTable<T> table, string kind, T record) where T : SenlinRecord
    {
        var key = new ResourceKey(Scope.Default, kind, record.Id);
        while (await host.Resources.GetAsync(key, CancellationToken.None) is { } last)
        {
            var write = new ResourceWrite(key, last.Revision, null);
            if ((await host.Resources.ApplyAsync([write], new ChangeSet(), CancellationToken.None)).Count == 0)
            {
                break;
            }
        }

        table.Remove(record.Id);
    }
}
