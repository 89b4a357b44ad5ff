using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Signals;
using Reeve.Senlin.Balancers;
using Reeve.Senlin.Cloud;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies;
using Reeve.Senlin.Policies.Kinds;

namespace Reeve.Senlin.Actions;

/// <summary>The policies that are attached to a cluster, as the chain that is asked about its actions.</summary>
internal sealed class ClusterChain(Registry registry, ClusterBalancers balancers) : IPolicyChain
{
    public ChainAnswer Before(ChainCall call)
    {
        var question = Question(call, OperationPhase.Before);
        var outcome = PolicyChain.Ask(question, Links(call.Cluster));
        var data = Json.From(question.Data);
        var trace = Json.Build(writer =>
        {
            writer.WriteStartArray();
            foreach (var (link, decision) in outcome.Trace)
            {
                writer.WriteStartObject();
                writer.WriteString("policy", link.Identity.Name);
                writer.WriteString("policy_id", link.Identity.Id);
                writer.WriteString("type", link.TypeName);
                writer.WriteString("decision", decision.IsError ? "ERROR" : "OK");
                writer.WriteString("reason", decision.Reason ?? "");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
        if (outcome.IsOk)
        {
            return new ChainAnswer(null, outcome.Trace.Count == 0 ? data : Said(question.Data, "OK", outcome.Reason), trace);
        }

        var refuser = outcome.Trace.Count > 0 && outcome.Trace[^1].Decision.IsError ? outcome.Trace[^1].Link.Identity.Name : null;
        var reason = refuser is null ? outcome.Reason : $"Failed policy '{refuser}': {outcome.Reason}";
        return new ChainAnswer(reason, Said(question.Data, "ERROR", outcome.Reason), trace);
    }

    public async Task AfterAsync(ChainCall call, bool succeeded, CancellationToken cancellationToken)
    {
        var question = Question(call, OperationPhase.After) with { Succeeded = succeeded };
        var asked = PolicyChain.Ask(question, Links(call.Cluster)).Trace.Select(t => t.Link.Identity.Id).ToHashSet(StringComparer.Ordinal);
        cancellationToken.ThrowIfCancellationRequested();

        // the cooldown of a scaling policy counts from here
        if (call.Cluster.Policies.Any(p => asked.Contains(p.PolicyId) && IsScaling(p.PolicyType)))
        {
            _ = registry.ChangeAsync(call.Cluster.Id, c => c with
            {
                Policies = [.. c.Policies.Select(p =>
                    asked.Contains(p.PolicyId) && IsScaling(p.PolicyType) ? p with { LastOp = registry.Now } : p)],
            });
        }

        if (await balancers.SyncAsync(call.Cluster.Id, cancellationToken) is { } error)
        {
            _ = registry.ChangeAsync(call.Cluster.Id, c => c with { StatusReason = error });
        }
    }

    public async Task<string?> AttachAsync(ClusterRecord cluster, PolicyRecord policy, CancellationToken cancellationToken)
    {
        var read = PolicyReader.ReadKept(policy.Spec);
        if (read.Type is { } type && PolicyReader.CheckUse(type, read.Properties) is [var mistake, ..])
        {
            return $"{mistake.Path}: {mistake.Message}";
        }

        return BalancerReading.IsBalancing(policy.Type) ? await balancers.AttachAsync(cluster, policy, cancellationToken) : null;
    }

    public async Task<string?> DetachAsync(ClusterRecord cluster, PolicyRecord policy, CancellationToken cancellationToken) =>
        BalancerReading.IsBalancing(policy.Type) ? await balancers.DetachAsync(cluster, policy, cancellationToken) : null;

    public Task<string?> LeaveAsync(ClusterRecord cluster, IReadOnlyCollection<string> nodes, CancellationToken cancellationToken) =>
        balancers.LeaveAsync(cluster, nodes, cancellationToken);

    /// <summary>The cooldown that stands in the way of an action, as a sentence; null for none.</summary>
    public string? Cooldown(ClusterRecord cluster, string action)
    {
        foreach (var attached in cluster.Policies.Where(p => p.Enabled && IsScaling(p.PolicyType) && p.LastOp is not null))
        {
            if (registry.Policies.Get(attached.PolicyId) is { } policy
                && PolicyReader.ReadKept(policy.Spec).Properties is var properties
                && properties.Text("event") == action
                && properties.TryGetProperty("adjustment", out var adjustment)
                && adjustment.Whole("cooldown") is { } seconds and > 0
                && attached.LastOp + TimeSpan.FromSeconds(seconds) > registry.Now)
            {
                return $"The action {action} for cluster {cluster.Id} is not allowed: "
                    + $"the cooldown of policy {policy.Id} is still in progress.";
            }
        }

        return null;
    }

    private PolicyQuestion Question(ChainCall call, OperationPhase phase) => new()
    {
        Phase = phase,
        Action = call.Action,
        Inputs = call.Inputs,
        Data = (JsonObject?)Json.ToNode(call.Data) ?? [],
        Cluster = SizePlan.View(call.Cluster, call.Nodes, ViewOf),
        Node = call.Node is { } node ? ViewOf(node) : null,
        Now = registry.Now,
        Zones = call.Cluster.ProfileId is { } id && registry.Profiles.Get(id)?.Type.StartsWith("os.nova", StringComparison.Ordinal) == true
            ? SimulatedCloud.Zones
            : null,
        Random = new Random(StringComparer.Ordinal.GetHashCode(call.Cluster.Id + registry.Now.Ticks)),
    };

    private IEnumerable<ChainLink> Links(ClusterRecord cluster)
    {
        foreach (var attached in cluster.Policies.Where(p => p.Enabled))
        {
            if (registry.Policies.Get(attached.PolicyId) is { } policy
                && PolicyReader.ReadKept(policy.Spec) is { Policy: { } compiled } read)
            {
                var identity = new PolicyIdentity(policy.Id, policy.Name, attached.LastOp, attached.Data);
                yield return new ChainLink(identity, read.TypeName, attached.Priority, compiled);
            }
        }
    }

    private NodeView ViewOf(NodeRecord node)
    {
        var placement = node.Data.TryGetProperty("placement", out var placed) ? placed : Json.EmptyObject;
        return new NodeView
        {
            Id = node.Id,
            Name = node.Name,
            Status = node.Status,
            IsTainted = node.Tainted,
            Zone = placement.Text("zone"),
            Region = placement.Text("region_name"),
            CreatedAt = node.CreatedAt,
            ProfileCreatedAt = registry.Profiles.Get(node.ProfileId)?.CreatedAt,
        };
    }

    private static bool IsScaling(string type) => type.StartsWith("senlin.policy.scaling", StringComparison.Ordinal);

    private static JsonElement Said(JsonObject data, string status, string reason)
    {
        data["status"] = status;
        data["reason"] = reason;
        return Json.From(data);
    }
}
