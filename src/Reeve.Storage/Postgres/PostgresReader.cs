using Npgsql;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Postgres;

/// <summary>Reads on a connection that is in a transaction.</summary>
internal sealed class PostgresReader(NpgsqlConnection connection) : ISqlReader
{
    public void Query(string sql, ReadOnlySpan<SqlValue> parameters, Action<ISqlRow> take)
    {
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
        {
            command.Parameters.Add(PostgresParameters.Of(value));
        }

        using var reader = command.ExecuteReader();
        var row = new PostgresRow(reader);
        while (reader.Read())
        {
            take(row);
        }
    }
}
