using Reeve.Core.Documents;

namespace Reeve.Senlin.Actions;

/// <summary>What is told of an action that has come to a good end.</summary>
internal static class EndReasons
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        [ActionNames.ClusterCreate] = "Cluster creation succeeded.",
        [ActionNames.ClusterDelete] = "Cluster deletion succeeded.",
        [ActionNames.ClusterUpdate] = "Cluster update completed.",
        [ActionNames.ClusterAddNodes] = "Completed adding nodes.",
        [ActionNames.ClusterDelNodes] = "Completed deleting nodes.",
        [ActionNames.ClusterReplaceNodes] = "Completed replacing nodes.",
        [ActionNames.ClusterResize] = "Cluster resize succeeded.",
        [ActionNames.ClusterScaleOut] = "Cluster scaling succeeded.",
        [ActionNames.ClusterScaleIn] = "Cluster scaling succeeded.",
        [ActionNames.ClusterCheck] = "Cluster checking completed.",
        [ActionNames.ClusterRecover] = "Cluster recovery succeeded.",
        [ActionNames.ClusterAttachPolicy] = "Policy attached.",
        [ActionNames.ClusterDetachPolicy] = "Policy detached.",
        [ActionNames.ClusterUpdatePolicy] = "Policy updated.",
        [ActionNames.NodeCreate] = "Node created successfully.",
        [ActionNames.NodeDelete] = "Node deleted successfully.",
        [ActionNames.NodeUpdate] = "Node updated successfully.",
        [ActionNames.NodeCheck] = "Node check succeeded.",
        [ActionNames.NodeRecover] = "Node recovered successfully.",
    };

    /// <summary>The sentence for an action.</summary>
    public static string Of(ActionRecord action) => Known.GetValueOrDefault(action.Action)
        ?? (action.Inputs.Text("operation") is { } operation
            ? $"{(ActionNames.IsNode(action.Action) ? "Node" : "Cluster")} operation '{operation}' completed."
            : "Action completed successfully.");
}
