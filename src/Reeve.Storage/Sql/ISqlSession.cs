namespace Reeve.Storage.Sql;

/// <summary>What one write does its work with. All of it is committed together with the writes around it, or not at all.</summary>
internal interface ISqlSession : ISqlReader
{
    /// <summary>
    /// Runs a statement and says how many rows it changed. On PostgreSQL this waits for the server: rows go in by <see cref="Put"/>.
    /// </summary>
    long Execute(string sql, params ReadOnlySpan<SqlValue> parameters);

    /// <summary>
    /// Writes a whole row, new or over the one with the same key. May be collected, and reaches the database before the next query and
    /// before the commit; the array may not be changed until then.
    /// </summary>
    void Put(SqlTable table, SqlValue[] row);

    /// <summary>Removes the row with this key, if it is there; collected like <see cref="Put"/>.</summary>
    void Remove(SqlTable table, SqlValue[] key);

    /// <summary>
    /// Something that is known about the database's content as of this point of the transaction, so that it need not be read again.
    /// Null at the start and after anything was rolled back.
    /// </summary>
    object? Memo { get; set; }
}
