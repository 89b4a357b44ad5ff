using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Targets;

namespace Reeve.Senlin.Actions;

/// <summary>Which operation of the core an action is, and the other way round: bindings of any policy know the core's names.</summary>
internal static class CoreNames
{
    /// <summary>The name under which policies are asked; an action that the core has no name for is asked under its own.</summary>
    public static string ToCore(string action) => action switch
    {
        ActionNames.ClusterCreate or ActionNames.NodeCreate => Operation.Create,
        ActionNames.ClusterDelete or ActionNames.NodeDelete => Operation.Delete,
        ActionNames.ClusterScaleOut => Operation.ScaleOut,
        ActionNames.ClusterScaleIn or ActionNames.ClusterDelNodes => Operation.ScaleIn,
        ActionNames.ClusterResize => Operation.Resize,
        ActionNames.ClusterCheck or ActionNames.NodeCheck => Operation.Check,
        ActionNames.ClusterRecover or ActionNames.NodeRecover => Operation.Heal,
        _ => action.ToLowerInvariant(),
    };

    /// <summary>The action for an operation of the core on a cluster (a path of one name) or a node.</summary>
    public static string ToSenlin(string operation, string path, bool isNode = false)
    {
        var node = isNode || path.Contains('/', StringComparison.Ordinal);
        return operation switch
        {
            Operation.Create => node ? ActionNames.NodeCreate : ActionNames.ClusterCreate,
            Operation.Delete => node ? ActionNames.NodeDelete : ActionNames.ClusterDelete,
            Operation.ScaleOut => ActionNames.ClusterScaleOut,
            Operation.ScaleIn => ActionNames.ClusterScaleIn,
            Operation.Resize => ActionNames.ClusterResize,
            Operation.Check => node ? ActionNames.NodeCheck : ActionNames.ClusterCheck,
            Operation.Heal => node ? ActionNames.NodeRecover : ActionNames.ClusterRecover,
            Operation.Start or Operation.Stop or Operation.Restart => node ? ActionNames.NodeOperation : ActionNames.ClusterOperation,
            _ => operation,
        };
    }

    /// <summary>The inputs of the core's operation, as the action wants them.</summary>
    public static JsonElement Inputs(string operation, JsonElement inputs) => operation switch
    {
        Operation.Resize when inputs.Whole("desired") is { } desired => Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("adjustment_type", "EXACT_CAPACITY");
            writer.WriteNumber("number", desired);
            writer.WriteBoolean("strict", true);
            writer.WriteEndObject();
        }),
        Operation.Start or Operation.Stop => Json.Object(("operation", operation)),
        Operation.Restart => Json.Object(("operation", "reboot")),
        _ => inputs.ValueKind == JsonValueKind.Object ? inputs : Json.EmptyObject,
    };
}

/// <summary>The names of actions.</summary>
internal static class ActionNames
{
    public const string ClusterCreate = "CLUSTER_CREATE";
    public const string ClusterDelete = "CLUSTER_DELETE";
    public const string ClusterUpdate = "CLUSTER_UPDATE";
    public const string ClusterAddNodes = "CLUSTER_ADD_NODES";
    public const string ClusterDelNodes = "CLUSTER_DEL_NODES";
    public const string ClusterReplaceNodes = "CLUSTER_REPLACE_NODES";
    public const string ClusterResize = "CLUSTER_RESIZE";
    public const string ClusterScaleOut = "CLUSTER_SCALE_OUT";
    public const string ClusterScaleIn = "CLUSTER_SCALE_IN";
    public const string ClusterCheck = "CLUSTER_CHECK";
    public const string ClusterRecover = "CLUSTER_RECOVER";
    public const string ClusterAttachPolicy = "CLUSTER_ATTACH_POLICY";
    public const string ClusterDetachPolicy = "CLUSTER_DETACH_POLICY";
    public const string ClusterUpdatePolicy = "CLUSTER_UPDATE_POLICY";
    public const string ClusterOperation = "CLUSTER_OPERATION";
    public const string NodeCreate = "NODE_CREATE";
    public const string NodeDelete = "NODE_DELETE";
    public const string NodeUpdate = "NODE_UPDATE";
    public const string NodeJoin = "NODE_JOIN";
    public const string NodeLeave = "NODE_LEAVE";
    public const string NodeCheck = "NODE_CHECK";
    public const string NodeRecover = "NODE_RECOVER";
    public const string NodeOperation = "NODE_OPERATION";

    /// <summary>The actions that a receiver may ask for on a cluster.</summary>
    public static readonly IReadOnlyList<string> ForReceivers =
    [
        ClusterCreate, ClusterDelete, ClusterUpdate, ClusterAddNodes, ClusterDelNodes, ClusterReplaceNodes, ClusterResize, ClusterScaleOut,
        ClusterScaleIn, ClusterCheck, ClusterRecover, ClusterAttachPolicy, ClusterDetachPolicy, ClusterUpdatePolicy, ClusterOperation,
    ];

    /// <summary>The actions on a node.</summary>
    public static readonly IReadOnlyList<string> OfNodes =
        [NodeCreate, NodeDelete, NodeUpdate, NodeJoin, NodeLeave, NodeCheck, NodeRecover, NodeOperation];

    public static bool IsNode(string action) => action.StartsWith("NODE_", StringComparison.Ordinal);
}
