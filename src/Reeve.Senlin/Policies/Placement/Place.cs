namespace Reeve.Senlin.Policies.Placement;

/// <summary>A zone or a region to put nodes into.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">Its share; null when the policy says none.</param>
/// <param name="Cap">The most nodes it may hold; null when the policy says none, below zero for no bound.</param>
/// <param name="Current">How many nodes are in it.</param>
internal sealed record Place(string Name, long? Weight, long? Cap, long Current);
