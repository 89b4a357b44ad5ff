using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Targets;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Cloud;
using Reeve.Senlin.Policies;

namespace Reeve.Senlin.Balancers;

/// <summary>
/// Keeps the balancers of clusters in step with their nodes: who goes leaves the balancer first and ends what it has begun, who is new
/// comes in when it works. What is wanted is said in full each time, so a call that was lost is made good by the next.
/// </summary>
internal sealed class ClusterBalancers(Registry registry, IReadOnlyList<IBalancer> balancers)
{
    private const string MemberMark = "lb_member";
    private readonly SimulatedBalancer _simulated = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    // INVARIANT: who is in here is in no balancer, until the action that took it out has ended
    private readonly ConcurrentDictionary<string, byte> _leaving = new(StringComparer.Ordinal);

    // INVARIANT: what is in here was taken away, and nobody who read the cluster before may make it again
    private readonly ConcurrentDictionary<(string Cluster, string Policy), byte> _detached = new();

    /// <summary>The policy comes to the cluster: its balancer is made, with the nodes that work. Null, or why it cannot.</summary>
    public Task<string?> AttachAsync(ClusterRecord cluster, PolicyRecord policy, CancellationToken cancellationToken)
    {
        _detached.TryRemove((cluster.Id, policy.Id), out _);
        return ApplyAsync(cluster, policy, cancellationToken);
    }

    /// <summary>The policy leaves the cluster: its balancer goes.</summary>
    public async Task<string?> DetachAsync(ClusterRecord cluster, PolicyRecord policy, CancellationToken cancellationToken)
    {
        if (BalancerOf(cluster, out _) is not { } balancer)
        {
            return null;
        }

        var gate = _gates.GetOrAdd(cluster.Id, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            var outcome = await balancer.RemoveAsync(Wanted(cluster, policy, []), cancellationToken);
            if (outcome.Error is not null)
            {
                return outcome.Error;
            }

            _detached[(cluster.Id, policy.Id)] = 0;
        }
        finally
        {
            gate.Release();
        }

        await registry.ChangeAsync(cluster.Id, c => c with { Data = Noted(c.Data, policy.Id, null) });
        await MarkAsync(registry.NodesOf(cluster.Id).Where(n => n.Data.Text(MemberMark) is not null), _ => null);
        return null;
    }

    /// <summary>These nodes go: the balancers let them end what they work on. Null, or why they cannot go.</summary>
    public async Task<string?> LeaveAsync(ClusterRecord cluster, IReadOnlyCollection<string> nodes, CancellationToken cancellationToken)
    {
        if (nodes.Count == 0 || !Attached(cluster).Any())
        {
            return null;
        }

        foreach (var node in nodes)
        {
            _leaving[node] = 0;
        }

        return await EachAsync(cluster, cancellationToken) is { } error
            ? $"Failed in removing deleted node(s) from lb pool: {error}"
            : null;
    }

    /// <summary>An action has ended: the balancers have exactly the nodes that work.</summary>
    public async Task<string?> SyncAsync(string clusterId, CancellationToken cancellationToken)
    {
        if (registry.Clusters.Get(clusterId) is not { } cluster || !Attached(cluster).Any())
        {
            return null;
        }

        foreach (var node in _leaving.Keys.Where(id => registry.Nodes.Get(id) is not { } known || known.ClusterId == clusterId))
        {
            _leaving.TryRemove(node, out _);
        }

        return await EachAsync(cluster, cancellationToken);
    }

    /// <summary>Brings all balancers to what they should be; after a start of the machine none of them runs.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        foreach (var cluster in registry.Clusters.All.Where(c => Attached(c).Any()))
        {
            await EachAsync(cluster, cancellationToken);
        }
    }

    private async Task<string?> EachAsync(ClusterRecord cluster, CancellationToken cancellationToken)
    {
        string? error = null;
        foreach (var policy in Attached(cluster).ToList())
        {
            error ??= await ApplyAsync(cluster, policy, cancellationToken);
        }

        return error;
    }

    private async Task<string?> ApplyAsync(ClusterRecord cluster, PolicyRecord policy, CancellationToken cancellationToken)
    {
        if (BalancerOf(cluster, out var problem) is not { } balancer)
        {
            return problem;
        }

        var gate = _gates.GetOrAdd(cluster.Id, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (_detached.ContainsKey((cluster.Id, policy.Id)))
            {
                return null;
            }

            var properties = Properties(policy);
            var nodes = registry.NodesOf(cluster.Id).Where(n => n.Status == ClusterStatus.Active && !_leaving.ContainsKey(n.Id)).ToList();
            var members = nodes.Select(n => BalancerReading.Member(n, properties)).OfType<BalancerMember>().ToImmutableArray();
            var outcome = await balancer.ApplyAsync(Wanted(cluster, policy, members), cancellationToken);
            if (outcome.Error is not null)
            {
                return outcome.Error;
            }

            var noted = Json.Build(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("vip_address", outcome.Address);
                writer.WriteString("balancer", balancer.Name);
                writer.WriteNumber("members", members.Length);
                writer.WritePropertyName("state");
                (outcome.State.ValueKind == JsonValueKind.Object ? outcome.State : Json.EmptyObject).WriteTo(writer);
                writer.WriteEndObject();
            });
            var known = Noted(registry.Clusters.Get(cluster.Id)?.Data ?? Json.EmptyObject, policy.Id);
            if (known.ValueKind == JsonValueKind.Undefined || !JsonElement.DeepEquals(noted, known))
            {
                await registry.ChangeAsync(cluster.Id, c => c with { Data = Noted(c.Data, policy.Id, noted) });
            }

            await MarkAsync(nodes.Where(n => n.Data.Text(MemberMark) is null), n => Uuid.For("member", policy.Id, n.Id));
            return null;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task MarkAsync(IEnumerable<NodeRecord> nodes, Func<NodeRecord, string?> mark)
    {
        foreach (var node in nodes.ToList())
        {
            await registry.ChangeNodeAsync(node.Id, n =>
            {
                var data = (JsonObject?)Json.ToNode(n.Data) ?? [];
                data.Remove(MemberMark);
                if (mark(n) is { } member)
                {
                    data[MemberMark] = member;
                }

                return n with { Data = Json.From(data) };
            });
        }
    }

    private IEnumerable<PolicyRecord> Attached(ClusterRecord cluster) => cluster.Policies
        .Where(p => p.Enabled && BalancerReading.IsBalancing(p.PolicyType))
        .Select(p => registry.Policies.Get(p.PolicyId))
        .OfType<PolicyRecord>();

    private Balancing Wanted(ClusterRecord cluster, PolicyRecord policy, ImmutableArray<BalancerMember> members)
    {
        var known = Noted(registry.Clusters.Get(cluster.Id)?.Data ?? cluster.Data, policy.Id);
        return new Balancing(
            $"{Uuid.Short(cluster.Id)}-{Uuid.Short(policy.Id)}", BalancerReading.Settings(Properties(policy)), members,
            known.ValueKind == JsonValueKind.Object && known.TryGetProperty("state", out var state) ? state : Json.EmptyObject);
    }

    // servers of a cloud that is simulated have a balancer that is; real processes need a real one
    private IBalancer? BalancerOf(ClusterRecord cluster, out string? problem)
    {
        problem = null;
        var real = balancers.Count > 0 ? balancers[0] : null;
        if (registry.Profiles.Get(cluster.ProfileId)?.Type != ProfileDrivers.ProcessType)
        {
            return balancers.FirstOrDefault(b => b.Name == "octavia") ?? _simulated;
        }

        problem = real is null ? "there is no balancer for processes; start Reeve with `--haproxy /usr/sbin/haproxy`" : null;
        return real;
    }

    private static JsonElement Properties(PolicyRecord policy) => PolicyReader.ReadKept(policy.Spec).Properties;

    private static JsonElement Noted(JsonElement data, string policy) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty("loadbalancers", out var all)
        && all.ValueKind == JsonValueKind.Object && all.TryGetProperty(policy, out var known) ? known : default;

    private static JsonElement Noted(JsonElement data, string policy, JsonElement? noted)
    {
        var node = (JsonObject?)Json.ToNode(data) ?? [];
        var all = node["loadbalancers"] as JsonObject ?? (JsonObject)(node["loadbalancers"] = new JsonObject());
        all.Remove(policy);
        if (noted is { } value)
        {
            all[policy] = Json.ToNode(value);
        }

        if (all.Count == 0)
        {
            node.Remove("loadbalancers");
        }

        return Json.From(node);
    }
}
