using Reeve.Core.Journal;

namespace Reeve.Storage.Sql;

/// <summary>A database that this process alone writes to: writes in order and in groups, reads beside them.</summary>
internal interface ISqlDatabase : IAsyncDisposable
{
    /// <summary>The type of a text column that is compared and sorted by its bytes.</summary>
    string KeyTextType { get; }

    /// <summary>How the writing goes.</summary>
    StoreHealth Health { get; }

    /// <summary>
    /// Queues a write before it returns; done when it is on disk. While the database is away it waits its turn. The work may run more
    /// than once, and only the last run counts, so it may change nothing but the session. Cancelling ends the waiting, not the write.
    /// </summary>
    Task<T> WriteAsync<T>(Func<ISqlSession, T> work, CancellationToken cancellationToken);

    /// <summary>Reads in one snapshot. The work may run more than once.</summary>
    Task<T> ReadAsync<T>(Func<ISqlReader, T> work, CancellationToken cancellationToken);
}
