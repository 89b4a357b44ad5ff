namespace Reeve.Server.Watch;

/// <summary>A link of the chain of changes: each watcher walks along it at its own pace, and what all have passed is forgotten.</summary>
/// <param name="Ordinal">Its place in the chain.</param>
/// <param name="Change">The change; null in the first link, which nobody is sent.</param>
internal sealed record ChangeNode(long Ordinal, Change? Change)
{
    private volatile ChangeNode? _next;

    /// <summary>The one after it; null at the end of the chain.</summary>
    public ChangeNode? Next
    {
        get => _next;
        set => _next = value;
    }
}
