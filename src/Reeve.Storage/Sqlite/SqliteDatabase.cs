using System.Collections.Concurrent;
using Reeve.Core.Journal;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Sqlite;

/// <summary>A SQLite file in a data folder: one writer with group commit, synced at each, and a few readers beside it (WAL).</summary>
internal sealed class SqliteDatabase : ISqlDatabase
{
    /// <summary>The database's file in the data folder.</summary>
    public const string FileName = "reeve.db";

    private const int MostReaders = 4;

    /// <summary>How long a statement waits for another process's lock, before the writer tells and tries again.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly string _file;
    private readonly FolderLock _lock;
    private readonly GroupWriter _writer;
    private readonly SemaphoreSlim _readers = new(MostReaders);
    private readonly ConcurrentBag<SqliteConnection> _idle = [];

    private SqliteDatabase(string file, FolderLock folderLock, SqliteConnection connection, TimeProvider time)
    {
        _file = file;
        _lock = folderLock;
        _writer = new GroupWriter(new SqliteWriter(file, _patience, connection), time, probeEvery: null);
    }

    /// <inheritdoc/>
    public string KeyTextType => "text";

    /// <inheritdoc/>
    public StoreHealth Health => _writer.Health;

    /// <summary>Opens the folder's database, made when it is not there. Throws <see cref="StoreException"/>.</summary>
    public static SqliteDatabase Open(string folder, TimeProvider time)
    {
        var file = Path.Combine(folder, FileName);
        var folderLock = FolderLock.Take(folder, time);
        try
        {
            return new SqliteDatabase(file, folderLock, SqliteConnection.Open(file, create: true, _patience), time);
        }
        catch (SqliteFault fault)
        {
            folderLock.Dispose();
            throw fault.Explain(file);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<T> WriteAsync<T>(Func<ISqlSession, T> work, CancellationToken cancellationToken) =>
        _writer.Enqueue(work).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<T> ReadAsync<T>(Func<ISqlReader, T> work, CancellationToken cancellationToken)
    {
        await _readers.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(work), cancellationToken);
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(_writer.Dispose);
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        _readers.Dispose();
        _lock.Dispose();
    }

    private T Read<T>(Func<ISqlReader, T> work)
    {
        var connection = _idle.TryTake(out var idle) ? idle : null;
        try
        {
            connection ??= SqliteConnection.Open(_file, create: false, _patience);
            connection.Run("BEGIN");
            var given = work(connection);
            connection.Run("COMMIT");
            _idle.Add(connection);
            connection = null;
            return given;
        }
        catch (SqliteFault fault)
        {
            throw fault.Explain(_file);
        }
        finally
        {
            connection?.Dispose();
        }
    }
}
