using Reeve.Core.Journal;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>Writes change sets.</summary>
internal sealed class ChangeStore(ISqlDatabase database) : IChangeStore
{
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
    }
}
