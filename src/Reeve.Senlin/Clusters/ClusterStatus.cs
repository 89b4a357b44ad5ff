namespace Reeve.Senlin.Clusters;

/// <summary>The states of clusters and nodes, and how a cluster's follows from its nodes.</summary>
internal static class ClusterStatus
{
    public const string Init = "INIT";
    public const string Active = "ACTIVE";
    public const string Creating = "CREATING";
    public const string Updating = "UPDATING";
    public const string Resizing = "RESIZING";
    public const string Deleting = "DELETING";
    public const string Checking = "CHECKING";
    public const string Recovering = "RECOVERING";
    public const string Operating = "OPERATING";
    public const string Error = "ERROR";
    public const string Warning = "WARNING";

    /// <summary>All states that a list can be narrowed by.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Init, Active, Creating, Updating, Resizing, Deleting, Checking, Recovering, "CRITICAL", Error, Warning, Operating,
    ];

    /// <summary>Is it a state in which only a delete that is forced is taken?</summary>
    public static bool HoldsBackDeletion(string status) => status is Creating or Updating or Deleting or Recovering;

    /// <summary>States in which something is being done.</summary>
    public static bool IsBusy(string status) => status is Creating or Updating or Resizing or Deleting or Recovering;

    /// <summary>The state and the reason of a cluster after an operation: how many of its nodes work, against its sizes.</summary>
    public static (string Status, string Reason) Of(string operation, int active, ClusterRecord cluster)
    {
        if (active < cluster.MinSize)
        {
            return (Error, $"{operation}: number of active nodes is below min_size ({cluster.MinSize}).");
        }

        if (active < cluster.Desired)
        {
            return (Warning, $"{operation}: number of active nodes is below desired_capacity ({cluster.Desired}).");
        }

        return cluster.MaxSize < 0 || active <= cluster.MaxSize
            ? (Active, $"{operation}: number of active nodes is equal or above desired_capacity ({cluster.Desired}).")
            : (Warning, $"{operation}: number of active nodes is above max_size ({cluster.MaxSize}).");
    }
}
