using SQLitePCL;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Sqlite;

/// <summary>The row that a statement stands at.</summary>
internal sealed class SqliteRow(sqlite3_stmt statement) : ISqlRow
{
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Whole(int column) => raw.sqlite3_column_int64(statement, column);

    public double Real(int column) => raw.sqlite3_column_double(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);
}
