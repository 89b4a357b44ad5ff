using Npgsql;
using Reeve.Storage.Postgres;
using Reeve.Storage.Sql;
using Reeve.Storage.Sqlite;
using Reeve.TestKit;

namespace Reeve.Storage.Tests;

/// <summary>An empty database of one's own that can be opened, closed and opened again.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    internal abstract Task<ISqlDatabase> OpenAsync();

    public abstract Task<StoreOptions> OptionsAsync();

    public async Task<Store> OpenStoreAsync() => await Store.OpenAsync(await OptionsAsync(), TimeProvider.System, CancellationToken.None);

    public abstract ValueTask DisposeAsync();
}

public sealed class OnSqlite : TestDatabase
{
    private readonly TempFolder _folder = new();

    public string Folder => _folder.Path;

    internal override Task<ISqlDatabase> OpenAsync() =>
        Task.FromResult<ISqlDatabase>(SqliteDatabase.Open(_folder.Path, TimeProvider.System));

    public override Task<StoreOptions> OptionsAsync() => Task.FromResult(new StoreOptions { DataFolder = _folder.Path });

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class OnPostgres : TestDatabase
{
    private string? _connectionString;

    public async Task<string> ConnectionStringAsync() =>
        _connectionString ??= await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    internal override async Task<ISqlDatabase> OpenAsync() =>
        await PostgresDatabase.OpenAsync(await ConnectionStringAsync(), TimeProvider.System, CancellationToken.None);

    public override async Task<StoreOptions> OptionsAsync() =>
        new() { DataFolder = Path.GetTempPath(), Database = PostgresServer.UrlOf(await ConnectionStringAsync()) };

    /// <summary>Says something to the server beside the store.</summary>
    public async Task<object?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await ConnectionStringAsync() + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
