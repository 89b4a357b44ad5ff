using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Signals;

namespace Reeve.Senlin.Policies;

/// <summary>
/// An action that its policies are asked about. They write what they decide into <see cref="Data"/>, one after the other.
/// </summary>
public sealed record PolicyQuestion
{
    /// <summary>How many nodes a cluster may have at most.</summary>
    public const int MaxNodes = 1000;

    /// <summary>Whose arithmetic counts.</summary>
    public PlanningMode Mode { get; init; }

    /// <summary>Before the action or after it.</summary>
    public OperationPhase Phase { get; init; }

    /// <summary>The action, such as <c>CLUSTER_SCALE_OUT</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Its inputs; an object, taken as it is.</summary>
    public JsonElement Inputs { get; init; } = Json.EmptyObject;

    /// <summary>What was decided so far.</summary>
    public JsonObject Data { get; init; } = [];

    /// <summary>The cluster.</summary>
    public required ClusterView Cluster { get; init; }

    /// <summary>The node of a <c>NODE_…</c> action; null for an action of the cluster.</summary>
    public NodeView? Node { get; init; }

    /// <summary>After: did the action succeed?</summary>
    public bool Succeeded { get; init; } = true;

    /// <summary>The time for cooldowns.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>The zones that can be used; null when all that a policy names can.</summary>
    public IReadOnlyCollection<string>? Zones { get; init; }

    /// <summary>The regions that can be used; null when all that a policy names can.</summary>
    public IReadOnlyCollection<string>? Regions { get; init; }

    /// <summary>Chooses where a policy says <c>RANDOM</c>.</summary>
    public Random Random { get; init; } = new(0);

    /// <summary>An input, or undefined.</summary>
    internal JsonElement Input(string name) =>
        Inputs.ValueKind == JsonValueKind.Object && Inputs.TryGetProperty(name, out var value) ? value : default;

    /// <summary>An object of the data, or null.</summary>
    internal JsonObject? Part(string name) => Data[name] as JsonObject is { Count: > 0 } part ? part : null;
}

/// <summary>The names of the actions that policies are asked about.</summary>
internal static class ActionNames
{
    public const string Create = "CLUSTER_CREATE";
    public const string Delete = "CLUSTER_DELETE";
    public const string Update = "CLUSTER_UPDATE";
    public const string AddNodes = "CLUSTER_ADD_NODES";
    public const string DelNodes = "CLUSTER_DEL_NODES";
    public const string ReplaceNodes = "CLUSTER_REPLACE_NODES";
    public const string Resize = "CLUSTER_RESIZE";
    public const string ScaleOut = "CLUSTER_SCALE_OUT";
    public const string ScaleIn = "CLUSTER_SCALE_IN";
    public const string Check = "CLUSTER_CHECK";
    public const string Recover = "CLUSTER_RECOVER";
    public const string NodeCreate = "NODE_CREATE";
    public const string NodeDelete = "NODE_DELETE";
    public const string NodeRecover = "NODE_RECOVER";

    /// <summary>All that Senlin knows.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Create, Delete, Update, AddNodes, DelNodes, ReplaceNodes, Resize, ScaleOut, ScaleIn, Check, Recover, "CLUSTER_OPERATION",
        "CLUSTER_ATTACH_POLICY", "CLUSTER_DETACH_POLICY", "CLUSTER_UPDATE_POLICY",
        NodeCreate, NodeDelete, "NODE_UPDATE", "NODE_JOIN", "NODE_LEAVE", "NODE_CHECK", NodeRecover, "NODE_OPERATION",
    ];
}
