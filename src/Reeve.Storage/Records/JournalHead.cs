namespace Reeve.Storage.Records;

/// <summary>The last entry of the chain.</summary>
internal sealed record JournalHead(long Sequence, string Hash)
{
    /// <summary>The head of an empty journal.</summary>
    public static readonly JournalHead Empty = new(0, new string('0', 64));
}
