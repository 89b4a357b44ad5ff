using Reeve.Storage.Sql;

namespace Reeve.Storage.Sqlite;

/// <summary>
/// Group commit: all waiting writes in one transaction and one sync, each behind a savepoint so that its mistake stays its own.
/// </summary>
internal sealed class SqliteWriter(string file, TimeSpan patience, SqliteConnection opened) : IWriterConnection
{
    private SqliteConnection? _connection = opened;

    /// <inheritdoc/>
    public void Commit(IReadOnlyList<PendingWrite> group)
    {
        try
        {
            // A file that is gone is not made anew: an empty one would look healthy and have lost everything.
            _connection ??= SqliteConnection.Open(file, create: false, patience);
            _connection.Run("BEGIN IMMEDIATE");
            var failures = new Dictionary<PendingWrite, Exception>();
            foreach (var write in group)
            {
                if (RunAlone(_connection, write) is { } failure)
                {
                    failures.Add(write, failure);
                }
            }

            _connection.Run("COMMIT");
            Answer(group, failures);
        }
        catch (SqliteFault fault)
        {
            Abandon(fault);
            // Also what looks permanent is tried again: a backup may be put in place, and nothing queued may be dropped.
            throw new StoreException(fault.Explain(file).Message, isTransient: true, fault);
        }
    }

    public void Dispose() => _connection?.Dispose();

    private static Exception? RunAlone(SqliteConnection connection, PendingWrite write)
    {
        connection.Run("SAVEPOINT one");
        try
        {
            write.Run(connection);
            connection.Run("RELEASE one");
            return null;
        }
        catch (Exception e) when (connection.IsInTransaction && e is not SqliteFault { IsOfTheStatement: false })
        {
            connection.Run("ROLLBACK TO one");
            connection.Run("RELEASE one");
            connection.Memo = null;
            return e;
        }
    }

    private static void Answer(IReadOnlyList<PendingWrite> group, Dictionary<PendingWrite, Exception> failures)
    {
        foreach (var write in group)
        {
            if (failures.TryGetValue(write, out var failure))
            {
                write.Fail(failure);
            }
            else
            {
                write.Succeed();
            }
        }
    }

    private void Abandon(SqliteFault fault)
    {
        if (_connection is not { } connection)
        {
            return;
        }

        connection.Memo = null;
        try
        {
            if (connection.IsInTransaction)
            {
                connection.Run("ROLLBACK");
            }
        }
        catch (SqliteFault)
        {
            fault = new SqliteFault(SQLitePCL.raw.SQLITE_IOERR, fault.Message);
        }

        if (fault.SpoilsTheConnection)
        {
            connection.Dispose();
            _connection = null;
        }
    }
}
