namespace Reeve.Storage.Records;

/// <summary>What a check of the whole journal found.</summary>
/// <param name="Entries">How many entries were found good, from the first.</param>
/// <param name="LastHash">The hash of the last good one; noted elsewhere, it proves later that nothing was cut off the end.</param>
/// <param name="Problem">What is wrong with the next one; null when all are good.</param>
public sealed record JournalCheck(long Entries, string LastHash, string? Problem)
{
    /// <summary>Is the whole chain good?</summary>
    public bool IsGood => Problem is null;
}
