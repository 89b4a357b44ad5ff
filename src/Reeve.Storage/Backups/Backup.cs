using System.Data;
using System.Globalization;
using Npgsql;
using Reeve.Storage.Migrations;
using Reeve.Storage.Postgres;
using Reeve.Storage.Sql;
using Reeve.Storage.Sqlite;

namespace Reeve.Storage.Backups;

/// <summary>
/// Backups of the record, from either database onto either. A backup is one snapshot, taken beside a Reeve that runs, without holding it
/// up; it is what a restart at that instant would have found.
/// </summary>
public static class Backup
{
    private const int InOneWrite = 2000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Writes a backup. Throws <see cref="StoreException"/> when the database cannot be read, <see cref="BackupException"/> when it is of
    /// another release.
    /// </summary>
    /// <param name="options">Which database.</param>
    /// <param name="to">Where the backup goes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told now and then of a table and how many of its rows are written.</param>
    /// <param name="cancellationToken">Ends it between two rows.</param>
    public static Task<BackupSummary> WriteAsync(
        StoreOptions options, Stream to, TimeProvider time, Action<string, long> progress, CancellationToken cancellationToken) =>
        Task.Run(
            () => Read(options, reader => Write(reader, to, time.GetUtcNow(), (table, rows) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress(table, rows);
            })),
            cancellationToken);

    /// <summary>Reads a backup through; throws <see cref="BackupException"/> when it is not whole.</summary>
    public static Task<BackupSummary> CheckAsync(Stream from, CancellationToken cancellationToken) =>
        Task.Run(() => new BackupReader(from).Read((_, _) => cancellationToken.ThrowIfCancellationRequested()), cancellationToken);

    /// <summary>
    /// Puts a backup into a database that no Reeve works on, and brings its schema up. The database must be empty, unless what it holds is
    /// to be replaced. Until all is done no Reeve takes the database.
    /// </summary>
    /// <param name="options">Which database.</param>
    /// <param name="from">The backup; read twice.</param>
    /// <param name="replace">May what is there be thrown away?</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told now and then of a table and how many of its rows are written.</param>
    /// <param name="cancellationToken">Ends it between two writes.</param>
    public static async Task<BackupSummary> RestoreAsync(
        StoreOptions options, Stream from, bool replace, TimeProvider time, Action<string, long> progress,
        CancellationToken cancellationToken)
    {
        var summary = await CheckAsync(from, cancellationToken);
        if (summary.Schema > Migration.All.Count)
        {
            throw new BackupException(string.Create(
                CultureInfo.InvariantCulture,
                $"it has schema {summary.Schema} and this release knows schema {Migration.All.Count}: "
                    + $"restore it with the release that took it"));
        }

        from.Position = 0;
        await using var database = await Store.OpenDatabaseAsync(options, time, cancellationToken);
        await Schema.BeginRestoreAsync(database, summary.Schema, replace, time, cancellationToken);
        try
        {
            await Task.Run(() => Fill(database, from, progress, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is SqliteFault or PostgresException or InvalidOperationException)
        {
            throw new BackupException($"the database does not take what it holds ({e.Message.TrimEnd('.')})", e);
        }

        await Schema.EndRestoreAsync(database, time, cancellationToken);
        return summary;
    }

    private static void Fill(ISqlDatabase database, Stream from, Action<string, long> progress, CancellationToken cancellationToken)
    {
        var rows = new List<(SqlTable Table, SqlValue[] Row)>();
        var written = new Dictionary<string, long>(StringComparer.Ordinal);
        new BackupReader(from).Read((table, row) =>
        {
            rows.Add((table, row));
            if (rows.Count == InOneWrite)
            {
                Flush();
            }
        });
        Flush();

        void Flush()
        {
            var some = rows.ToArray();
            rows.Clear();
            database.WriteAsync(
                session =>
                {
                    Array.ForEach(some, r => session.Put(r.Table, r.Row));
                    return true;
                },
                cancellationToken).GetAwaiter().GetResult();
            foreach (var group in some.GroupBy(r => r.Table.Name))
            {
                written[group.Key] = written.GetValueOrDefault(group.Key) + group.Count();
                progress(group.Key, written[group.Key]);
            }
        }
    }

    private static BackupSummary Write(ISqlReader reader, Stream to, DateTimeOffset now, Action<string, long> progress)
    {
        long schema = 0;
        reader.Query("SELECT max(version) FROM schema_version", [], row => schema = row.IsNull(0) ? 0 : row.Whole(0));
        if (schema != Migration.All.Count)
        {
            throw new BackupException(string.Create(
                CultureInfo.InvariantCulture,
                $"the database has schema {schema} and this release knows schema {Migration.All.Count}: "
                    + $"take the backup with its own release"));
        }

        using var writer = new BackupWriter(to, progress);
        return writer.Write(reader, (int)schema, now);
    }

    // beside the Reeve that owns the database: without its lock, and without a write
    private static T Read<T>(StoreOptions options, Func<ISqlReader, T> work)
    {
        if (options.Database is not { } address)
        {
            return ReadSqlite(Path.Combine(options.DataFolder, SqliteDatabase.FileName), work);
        }

        return PostgresAddress.TryRead(address, out var connectionString, out var mistake)
            ? ReadPostgres(connectionString, work)
            : throw new StoreException(mistake!, isTransient: false);
    }

    private static T ReadSqlite<T>(string file, Func<ISqlReader, T> work)
    {
        if (!File.Exists(file))
        {
            throw new StoreException($"`{file}`: there is no such database; name the data folder of a reeve", isTransient: false);
        }

        try
        {
            using var connection = SqliteConnection.Open(file, create: false, _patience);
            connection.Run("BEGIN");
            var given = work(connection);
            connection.Run("COMMIT");
            return given;
        }
        catch (SqliteFault fault) when (fault.IsOfTheStatement)
        {
            throw new StoreException($"`{file}`: is no database of reeve", isTransient: false, fault);
        }
        catch (SqliteFault fault)
        {
            throw fault.Explain(file);
        }
    }

    private static T ReadPostgres<T>(string connectionString, Func<ISqlReader, T> work)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "reeve backup", Pooling = false };
        var name = string.Create(CultureInfo.InvariantCulture, $"`{settings.Database}` at {settings.Host}:{settings.Port}");
        try
        {
            using var connection = new NpgsqlConnection(settings.ConnectionString);
            connection.Open();
            using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
            return work(new PostgresReader(connection));
        }
        catch (PostgresException e) when (PostgresFault.IsOfTheStatement(e))
        {
            throw new StoreException($"{name}: is no database of reeve", isTransient: false, e);
        }
        catch (Exception e) when (PostgresFault.MeansAway(e))
        {
            throw PostgresFault.Explain(name, e);
        }
    }
}
