using Npgsql;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Postgres;

/// <summary>The row that a data reader stands at.</summary>
internal sealed class PostgresRow(NpgsqlDataReader reader) : ISqlRow
{
    public bool IsNull(int column) => reader.IsDBNull(column);

    public long Whole(int column) => reader.GetInt64(column);

    public double Real(int column) => reader.GetDouble(column);

    public string Text(int column) => reader.GetString(column);

    public ReadOnlySpan<byte> Bytes(int column) => reader.GetFieldValue<byte[]>(column);
}
