namespace Reeve.Storage.Sql;

/// <summary>The one connection that writes; used by one thread only.</summary>
internal interface IWriterConnection : IDisposable
{
    /// <summary>
    /// Commits the writes in order, and answers each. Throws a transient <see cref="StoreException"/> when the database is away: the
    /// writes that were not answered are to be handed in again. Any other exception means that this process may not write any more.
    /// An empty group only asks whether the database is there.
    /// </summary>
    void Commit(IReadOnlyList<PendingWrite> group);
}
