using System.Text.Json;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Actions;

/// <summary>The policies of a cluster, asked one after the other; and what they do when they come and go.</summary>
internal interface IPolicyChain
{
    /// <summary>Asks before the action: what the policies planned, or who refuses it and why.</summary>
    ChainAnswer Before(ChainCall call);

    /// <summary>Tells after the action.</summary>
    Task AfterAsync(ChainCall call, bool succeeded, CancellationToken cancellationToken);

    /// <summary>These nodes are about to go: whoever sends them work stops, and waits for what is under way. Null, or why not.</summary>
    Task<string?> LeaveAsync(ClusterRecord cluster, IReadOnlyCollection<string> nodes, CancellationToken cancellationToken);

    /// <summary>The policy comes to the cluster; null, or why it cannot.</summary>
    Task<string?> AttachAsync(ClusterRecord cluster, PolicyRecord policy, CancellationToken cancellationToken);

    /// <summary>The policy leaves the cluster; null, or why it cannot.</summary>
    Task<string?> DetachAsync(ClusterRecord cluster, PolicyRecord policy, CancellationToken cancellationToken);
}

/// <summary>What the policies are asked about.</summary>
internal sealed record ChainCall(
    string Action, JsonElement Inputs, JsonElement Data, ClusterRecord Cluster, IReadOnlyList<NodeRecord> Nodes, NodeRecord? Node);

/// <summary>What they say.</summary>
/// <param name="Refusal">Why the action must not run, with the name of the policy that says so; null when it may.</param>
/// <param name="Data">The data, with what they planned; an object.</param>
/// <param name="Trace">Which policy said what; an array.</param>
internal sealed record ChainAnswer(string? Refusal, JsonElement Data, JsonElement Trace);
