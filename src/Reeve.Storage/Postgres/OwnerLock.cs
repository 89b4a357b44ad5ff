using System.Globalization;
using Npgsql;

namespace Reeve.Storage.Postgres;

/// <summary>
/// Keeps a second Reeve out of a database: an advisory lock of the writer's connection, which the server frees when the connection
/// ends. Taken again with each new connection; whoever finds another owner then has lost the database for good.
/// </summary>
internal sealed class OwnerLock(string database)
{
    // Any number that other programs in the same database do not use.
    private const long Key = 0x7265_6576_6521;

    private const string EndMine =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()";

    private readonly string _me = Name();
    private bool _wasOwner;

    /// <summary>Takes the lock; throws <see cref="StoreException"/> when somebody else has it.</summary>
    public void Take(NpgsqlConnection connection)
    {
        Scalar(connection, "SELECT set_config('application_name', $1, false)", _me);
        if (Scalar(connection, "SELECT pg_try_advisory_lock($1)", Key) is true)
        {
            _wasOwner = true;
            return;
        }

        var (holder, since) = Holder(connection);
        if (holder == _me || holder is null)
        {
            // The server has not noticed yet that our last connection broke (or the holder has just gone).
            Scalar(connection, EndMine, _me);
            throw new StoreException($"{database}: waits for the end of an earlier connection", true);
        }

        throw new StoreException(
            $"{database}: another reeve works on this database ({holder} since {since}); stop it, or name another database", !_wasOwner);
    }

    private static string Name()
    {
        // The last part tells this process from an earlier one with the same number. PostgreSQL keeps 63 bytes.
        var end = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4));
        var host = new string([.. Environment.MachineName.Where(char.IsAscii).Take(24)]);
        return string.Create(CultureInfo.InvariantCulture, $"reeve process {Environment.ProcessId} on {host} {end}");
    }

    private static (string? Name, string Since) Holder(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(
            """
            SELECT a.application_name, to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND l.classid::bigint = $1 >> 32 AND l.objid::bigint = $1 & 4294967295 AND l.objsubid = 1
            """, connection);
        command.Parameters.Add(PostgresParameters.Of(Key));
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetString(0), reader.IsDBNull(1) ? "unknown" : reader.GetString(1)) : (null, "");
    }

    private static object? Scalar(NpgsqlConnection connection, string sql, Sql.SqlValue value)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(PostgresParameters.Of(value));
        return command.ExecuteScalar();
    }
}
