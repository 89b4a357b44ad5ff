using System.Globalization;
using System.Net;
using Reeve.TestKit;

namespace Reeve.Crash.Tests;

/// <summary>The real executable, serving; the same data and port through all its lives.</summary>
internal sealed class ReeveServer(string dataFolder, string? database) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<string> _transcripts = [];
    private ChildProcess? _process;

    /// <summary>Where it listens.</summary>
    public Uri Url { get; } = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Take()}/"));

    /// <summary>Its data folder.</summary>
    public string DataFolder => dataFolder;

    /// <summary>The PostgreSQL URL, or null for SQLite.</summary>
    public string? Database => database;

    /// <summary>How often it was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Does it run?</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The process that runs now or ran last.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("it was not started");

    /// <summary>What each life but the present one printed.</summary>
    public IReadOnlyList<string> Transcripts => _transcripts;

    /// <summary>The command line after the program.</summary>
    public static IReadOnlyList<string> Arguments(string dataFolder, Uri url, string? database)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "reeve.dll");
        List<string> arguments = [program, "serve", "--data", dataFolder, "--urls", url.ToString().TrimEnd('/'), "--auth", "none"];
        if (database is not null)
        {
            arguments.AddRange(["--database", database]);
        }

        return arguments;
    }

    /// <summary>Starts the process, and does not wait until it is ready.</summary>
    public async Task LaunchAsync()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException("it runs already");
        }

        _process = await ChildProcess.StartAsync("dotnet", [.. Arguments(dataFolder, Url, database)]);
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        await LaunchAsync();
        await BecomesReadyAsync();
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public async Task BecomesReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.IsTrueAsync(
            async () => Process.HasExited
                ? throw new InvalidOperationException($"reeve ended with {Process.ExitCode}:\n{Process.Transcript()}")
                : await IsReadyAsync(http),
            Patience,
            "reeve is ready");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: true })
        {
            throw new InvalidOperationException($"reeve ended by itself with {_process.ExitCode}:\n{_process.Transcript()}");
        }

        await Process.KillAsync();
        Kills++;
        _transcripts.Add(Process.Transcript());
        await Process.DisposeAsync();
        _process = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
