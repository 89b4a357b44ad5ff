using Npgsql;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Postgres;

/// <summary>
/// A session on one connection. Rows that are put wait in memory, so that a commit of many writes is one round trip; only a write that
/// asks something in between opens a transaction of several round trips.
/// </summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : ISqlSession
{
    private readonly Dictionary<SqlTable, PendingRows> _pending = [];
    private NpgsqlTransaction? _transaction;

    /// <inheritdoc/>
    public object? Memo { get; set; }

    /// <inheritdoc/>
    public long Execute(string sql, params ReadOnlySpan<SqlValue> parameters)
    {
        Flush();
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Query(string sql, ReadOnlySpan<SqlValue> parameters, Action<ISqlRow> take)
    {
        Flush();
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var row = new PostgresRow(reader);
        while (reader.Read())
        {
            take(row);
        }
    }

    /// <inheritdoc/>
    public void Put(SqlTable table, SqlValue[] row) => Rows(table).Put(row);

    /// <inheritdoc/>
    public void Remove(SqlTable table, SqlValue[] key) => Rows(table).Remove(key);

    /// <summary>Commits all, together with the statement that marks it.</summary>
    public void Commit(string mark, long number)
    {
        using var batch = new NpgsqlBatch(connection);
        AddPending(batch);
        var marking = new NpgsqlBatchCommand(mark);
        marking.Parameters.Add(PostgresParameters.Of(number));
        batch.BatchCommands.Add(marking);
        if (_transaction is null)
        {
            // Statements that are sent as one batch are one transaction by themselves.
            batch.ExecuteNonQuery();
            return;
        }

        batch.Transaction = _transaction;
        batch.ExecuteNonQuery();
        _transaction.Commit();
        EndTransaction();
    }

    /// <summary>Forgets all that was not committed.</summary>
    public void Rollback()
    {
        _pending.Clear();
        Memo = null;
        EndTransaction();
    }

    private void EndTransaction()
    {
        // Rolls back what was not committed.
        _transaction?.Dispose();
        _transaction = null;
    }

    private void Flush()
    {
        _transaction ??= connection.BeginTransaction();
        if (_pending.Count > 0)
        {
            using var batch = new NpgsqlBatch(connection, _transaction);
            AddPending(batch);
            batch.ExecuteNonQuery();
        }
    }

    private void AddPending(NpgsqlBatch batch)
    {
        foreach (var rows in _pending.Values)
        {
            rows.AddTo(batch);
        }

        _pending.Clear();
    }

    private PendingRows Rows(SqlTable table)
    {
        if (!_pending.TryGetValue(table, out var rows))
        {
            _pending.Add(table, rows = new PendingRows(table));
        }

        return rows;
    }

    private NpgsqlCommand Command(string sql, ReadOnlySpan<SqlValue> parameters)
    {
        var command = new NpgsqlCommand(sql, connection, _transaction);
        foreach (var value in parameters)
        {
            command.Parameters.Add(PostgresParameters.Of(value));
        }

        return command;
    }
}
