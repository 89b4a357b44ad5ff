using Reeve.Core.Journal;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>Writes change sets.</summary>
internal sealed class ChangeStore(ISqlDatabase database) : IChangeStore
{
    /// <summary>Told of each set once it is on disk, while anybody listens.</summary>
    public event Action<CommitNotice>? Committed;

    /// <inheritdoc/>
    public StoreHealth Health => database.Health;

    // Runs up to the queue before it gives the task back: so the order of the calls is the order of the commits. An empty set goes the
    // same way: whoever hands it in wants to know when all before it is on disk.
    /// <inheritdoc/>
    public async Task CommitAsync(ChangeSet changes, CancellationToken cancellationToken)
    {
        var rows = new ChangeRows(changes);
        await database.WriteAsync(
            session =>
            {
                rows.WriteTo(session);
                return true;
            },
            cancellationToken);

        // asked only now: who began to listen while it was written may have looked too early to find it
        if (!changes.IsEmpty && Committed is { } told)
        {
            told(CommitNotice.Of(changes));
        }
    }
}
