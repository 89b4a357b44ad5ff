using System.Globalization;
using Npgsql;

namespace Reeve.TestKit;

/// <summary>A real PostgreSQL server on loopback with its own data folder; it keeps what it acknowledged, also when killed.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Superuser = "reeve";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgresServer>> _shared = new(() => StartAsync());

    private readonly TempFolder _folder;
    private readonly PostgresInstallation _installation;
    private ChildProcess? _server;
    private int _databases;

    private PostgresServer(TempFolder folder, PostgresInstallation installation, int port)
    {
        _folder = folder;
        _installation = installation;
        Port = port;
    }

    /// <summary>Its port on 127.0.0.1; stays the same when it is started again.</summary>
    public int Port { get; private set; }

    /// <summary>Does it run now?</summary>
    public bool IsRunning => _server is { HasExited: false };

    /// <summary>What the server process printed since it was started last.</summary>
    public string Log => _server?.Transcript() ?? "";

    /// <summary>The one that all tests of this process share, started at the first call. Do not stop or kill this one.</summary>
    public static Task<PostgresServer> SharedAsync() => _shared.Value;

    /// <summary>Makes and starts a server of one's own, to be stopped, killed and started again at will.</summary>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken = default)
    {
        var installation = await PostgresInstallation.FindAsync(cancellationToken);
        var server = new PostgresServer(new TempFolder(), installation, FreePort.Take());
        try
        {
            await server.MakeDataFolderAsync(cancellationToken);
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database and says the connection string for Npgsql.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"reeve_{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionString(name);
    }

    /// <summary>The connection string for one database.</summary>
    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username={Superuser};Database={database}");

    /// <summary>The same database as a URL, as it is given on a command line.</summary>
    public static string UrlOf(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return string.Create(CultureInfo.InvariantCulture, $"postgres://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}");
    }

    /// <summary>Starts it again after a stop or a kill, on the same data and port.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
        {
            return;
        }

        // After a kill the old server's children may hold its shared memory for a moment: then it refuses to start, and is asked again.
        await Eventually.IsTrueAsync(() => TryStartAsync(cancellationToken), _patience, "the PostgreSQL server starts");
    }

    /// <summary>Stops it in good order: open connections are cut, what was committed is written.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_server is { } server)
        {
            server.Send(ChildSignal.INT);
            await server.WaitForExitAsync(cancellationToken);
        }
    }

    /// <summary>Kills it (SIGKILL), as a crash would.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        if (_server is { } server)
        {
            await server.KillAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            // Its quickest end that leaves no child and no shared memory behind; the data are not wanted any more.
            server.Send(ChildSignal.QUIT);
            await server.WaitForExitAsync();
            await server.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task MakeDataFolderAsync(CancellationToken cancellationToken)
    {
        await _installation.MakeOwnFolderAsync(_folder.At("run"), cancellationToken);
        await _installation.MakeOwnFolderAsync(_folder.At("data"), cancellationToken);
        await using var initdb = await ChildProcess.StartAsync(_installation.Program(
            "initdb", _folder.Path, ["-D", _folder.At("data"), "-U", Superuser, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]));
        if (await initdb.WaitForExitAsync(cancellationToken) != 0)
        {
            throw new InvalidOperationException($"initdb failed: {initdb.Transcript()}");
        }
    }

    private async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _server = await ChildProcess.StartAsync(_installation.Program(
            "postgres",
            _folder.Path,
            [
                "-D", _folder.At("data"),
                "-c", "listen_addresses=127.0.0.1",
                "-c", string.Create(CultureInfo.InvariantCulture, $"port={Port}"),
                "-c", $"unix_socket_directories={_folder.At("run")}",
                "-c", "max_connections=300",
            ]));
        while (!_server.HasExited)
        {
            if (await AnswersAsync(cancellationToken))
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }

        return false;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=5");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
