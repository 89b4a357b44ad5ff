namespace Reeve.Senlin.Policies;

/// <summary>Whose arithmetic a plan follows.</summary>
public enum PlanningMode
{
    /// <summary>Reeve's: every request that can be met is met, in proportion to the weights.</summary>
    Fixed,

    /// <summary>Senlin 14's, its defects included.</summary>
    Compat,
}
