namespace Reeve.Server.Opa.Documents;

/// <summary>What a write does to the data.</summary>
internal enum DataMove
{
    /// <summary>Sets a member, or puts an item into an array (before the one at its place; <c>-</c>: behind all).</summary>
    Add,

    /// <summary>Takes away what must be there.</summary>
    Remove,

    /// <summary>Sets what must be there.</summary>
    Replace,
}
