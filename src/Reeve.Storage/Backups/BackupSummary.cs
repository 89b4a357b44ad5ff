namespace Reeve.Storage.Backups;

/// <summary>What a backup holds.</summary>
/// <param name="Schema">The schema of the database that it was taken from.</param>
/// <param name="TakenAt">When it was taken.</param>
/// <param name="Tables">The number of rows of each table.</param>
public sealed record BackupSummary(int Schema, DateTimeOffset TakenAt, IReadOnlyDictionary<string, long> Tables)
{
    /// <summary>All rows together.</summary>
    public long Rows => Tables.Values.Sum();
}
