namespace Reeve.Storage.Sql;

/// <summary>
/// Reads with the SQL that both databases understand. Parameters are written <c>$1</c>, <c>$2</c>, … and never stand inside a literal.
/// </summary>
internal interface ISqlReader
{
    /// <summary>Hands over each row in turn.</summary>
    void Query(string sql, ReadOnlySpan<SqlValue> parameters, Action<ISqlRow> take);
}
