using System.Data;
using System.Globalization;
using Npgsql;
using Reeve.Core.Journal;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Postgres;

/// <summary>A PostgreSQL database: one connection that writes groups and holds the owner's lock, and a pool of readers beside it.</summary>
internal sealed class PostgresDatabase : ISqlDatabase
{
    private const int MostReaders = 8;
    private const int ReadTries = 3;
    private static readonly TimeSpan _probeEvery = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long an owner that is just ending is waited for at the start: the server may notice the end of a killed one late.
    /// </summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly string _name;
    private readonly GroupWriter _writer;
    private readonly NpgsqlDataSource _readers;
    private readonly SemaphoreSlim _places = new(MostReaders);

    private PostgresDatabase(string name, PostgresWriter writer, NpgsqlDataSource readers, TimeProvider time)
    {
        _name = name;
        _readers = readers;
        _writer = new GroupWriter(writer, time, _probeEvery);
    }

    /// <inheritdoc/>
    public string KeyTextType => "text COLLATE \"C\"";

    /// <inheritdoc/>
    public StoreHealth Health => _writer.Health;

    /// <summary>Connects and takes the database for this process. Throws <see cref="StoreException"/>.</summary>
    public static async Task<PostgresDatabase> OpenAsync(string connectionString, TimeProvider time, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "reeve",
            KeepAlive = 10,
            MaxPoolSize = MostReaders,
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            IncludeErrorDetail = false,
        };
        // A plan made while a table was empty reads all of it, and would be kept when it has grown.
        settings.Options = $"{settings.Options} -c plan_cache_mode=force_custom_plan".Trim();
        var name = string.Create(CultureInfo.InvariantCulture, $"`{settings.Database}` at {settings.Host}:{settings.Port}");
        var ofReaders = settings.ConnectionString;
        settings.Pooling = false;
        var writer = new PostgresWriter(settings.ConnectionString, name);
        await OpenAsync(writer, time, cancellationToken);
        return new PostgresDatabase(name, writer, NpgsqlDataSource.Create(ofReaders), time);
    }

    /// <inheritdoc/>
    public Task<T> WriteAsync<T>(Func<ISqlSession, T> work, CancellationToken cancellationToken) =>
        _writer.Enqueue(work).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<T> ReadAsync<T>(Func<ISqlReader, T> work, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(work), cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(_writer.Dispose);
        await _readers.DisposeAsync();
        _places.Dispose();
    }

    private static async Task OpenAsync(PostgresWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await Task.Run(writer.Open, cancellationToken);
                return;
            }
            catch (StoreException e) when (e.IsTransient && time.GetElapsedTime(started) < _patience)
            {
                await Task.Delay(_pause, time, cancellationToken);
            }
        }
    }

    private T Read<T>(Func<ISqlReader, T> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var connection = _readers.OpenConnection();
                using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
                var given = work(new PostgresReader(connection));
                transaction.Commit();
                return given;
            }
            catch (Exception e) when (PostgresFault.MeansAway(e))
            {
                if (attempt == ReadTries)
                {
                    throw PostgresFault.Explain(_name, e);
                }

                // After a restart of the server all idle connections are dead: none of them is worth a try.
                _readers.Clear();
            }
        }
    }
}
