using Npgsql;
using NpgsqlTypes;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Postgres;

/// <summary>Turns values and columns of values into parameters.</summary>
internal static class PostgresParameters
{
    public static NpgsqlParameter Of(in SqlValue value) => value.Kind switch
    {
        SqlKind.Whole => new NpgsqlParameter<long> { TypedValue = value.Whole, NpgsqlDbType = NpgsqlDbType.Bigint },
        SqlKind.Real => new NpgsqlParameter<double> { TypedValue = value.Real, NpgsqlDbType = NpgsqlDbType.Double },
        SqlKind.Text => new NpgsqlParameter<string> { TypedValue = value.Text, NpgsqlDbType = NpgsqlDbType.Text },
        SqlKind.Bytes => new NpgsqlParameter<byte[]> { TypedValue = value.Bytes, NpgsqlDbType = NpgsqlDbType.Bytea },
        _ => new NpgsqlParameter { Value = DBNull.Value },
    };

    /// <summary>One column of many rows as an array.</summary>
    public static NpgsqlParameter Column(SqlColumn column, int index, IReadOnlyCollection<SqlValue[]> rows) => column.Kind switch
    {
        SqlKind.Whole => Array<long?>(rows, index, NpgsqlDbType.Bigint, static v => v.Kind == SqlKind.Null ? null : v.Whole),
        SqlKind.Real => Array<double?>(rows, index, NpgsqlDbType.Double, static v => v.Kind == SqlKind.Null ? null : v.Real),
        SqlKind.Bytes => Array(rows, index, NpgsqlDbType.Bytea, static v => v.Bytes),
        _ => Array(rows, index, NpgsqlDbType.Text, static v => v.Text),
    };

    private static NpgsqlParameter<T[]> Array<T>(IReadOnlyCollection<SqlValue[]> rows, int index, NpgsqlDbType type, Func<SqlValue, T> pick)
    {
        var values = new T[rows.Count];
        var at = 0;
        foreach (var row in rows)
        {
            values[at++] = pick(row[index]);
        }

        return new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}
