using Npgsql;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Postgres;

/// <summary>
/// The rows of one table that are on their way: of several with one key the last one counts, as it would if each were written in turn.
/// </summary>
internal sealed class PendingRows(SqlTable table)
{
    private readonly Dictionary<string, SqlValue[]> _put = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqlValue[]> _removed = new(StringComparer.Ordinal);

    public void Put(SqlValue[] row)
    {
        var key = table.KeyOf(row);
        if (table.IsAppendOnly && _put.ContainsKey(key))
        {
            throw new InvalidOperationException($"a second row with the key `{key}` for a table that is only added to");
        }

        _removed.Remove(key);
        _put[key] = row;
    }

    public void Remove(SqlValue[] key)
    {
        var text = table.KeyOf(key);
        _put.Remove(text);
        _removed[text] = key;
    }

    /// <summary>Two statements at most, however many rows there are.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        Add(batch, table.RemoveMany, table.Key, _removed.Values);
        Add(batch, table.PutMany, table.Columns, _put.Values);
    }

    private static void Add(NpgsqlBatch batch, string sql, IReadOnlyList<SqlColumn> columns, IReadOnlyCollection<SqlValue[]> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var command = new NpgsqlBatchCommand(sql);
        for (var i = 0; i < columns.Count; i++)
        {
            command.Parameters.Add(PostgresParameters.Column(columns[i], i, rows));
        }

        batch.BatchCommands.Add(command);
    }
}
