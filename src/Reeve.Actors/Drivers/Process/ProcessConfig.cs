using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Reeve.Actors.Inputs;
using Reeve.Actors.Process;

namespace Reeve.Actors.Drivers.Process;

/// <summary>What the configuration of the process driver says about an instance.</summary>
internal sealed record ProcessConfig
{
    public required ImmutableArray<string> Command { get; init; }

    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    public string? Folder { get; init; }

    public (int From, int To)? Ports { get; init; }

    public string? ReadyUrl { get; init; }

    /// <summary>How long it may take to get ready; with no URL, how long it must have run to count as ready.</summary>
    public TimeSpan ReadyAfter { get; init; }

    public int StopSignal { get; init; } = Signals.Term;

    public TimeSpan StopGrace { get; init; }

    public long OutputLimit { get; init; } = InstanceOutput.DefaultLimit;

    /// <summary>Reads the configuration; with mistakes the result is of no use.</summary>
    public static (ProcessConfig Config, List<string> Mistakes) Read(JsonElement config)
    {
        var mistakes = new List<string>();
        var reader = new InputReader(config, mistakes);
        var command = reader.Texts("command");
        if (command.IsEmpty)
        {
            reader.Report("command", "expected a list of an executable and its arguments, such as `[/opt/shop/worker, \"{port}\"]`");
        }

        var environment = reader.TextMap("env");
        foreach (var (name, value) in environment)
        {
            if (ProgramEnvironment.Refusal(name, value) is { } refusal)
            {
                reader.Report($"env.{name}", refusal);
            }
        }

        var read = new ProcessConfig
        {
            Command = command,
            Environment = environment,
            Folder = reader.Text("folder"),
            Ports = ReadPorts(reader),
            OutputLimit = reader.Whole("output_limit", (int)InstanceOutput.DefaultLimit, 1024, 1 << 30),
        };
        read = ReadStop(reader, ReadReady(reader, read));
        reader.Close();
        return (read, mistakes);
    }

    /// <summary>Fills <c>{name}</c>, <c>{path}</c>, <c>{port}</c> and <c>{reeve}</c> (Reeve's own executable) into a text.</summary>
    public static string Fill(string text, string path, int? port, string? ownExecutable) => text
        .Replace("{name}", path[(path.LastIndexOf('/') + 1)..], StringComparison.Ordinal)
        .Replace("{path}", path, StringComparison.Ordinal)
        .Replace("{port}", port?.ToString(CultureInfo.InvariantCulture) ?? "{port}", StringComparison.Ordinal)
        .Replace("{reeve}", ownExecutable ?? "{reeve}", StringComparison.Ordinal);

    private static (int From, int To)? ReadPorts(InputReader reader)
    {
        if (reader.Object("ports") is not { } ports)
        {
            return null;
        }

        var from = ports.Whole("from", 0, 1, 65535);
        var to = ports.Whole("to", 0, 1, 65535);
        ports.Close();
        if (from == 0 || to < from)
        {
            reader.Report("ports", "expected `{from: 9000, to: 9099}`, with `from` not above `to`");
        }

        return (from, to);
    }

    private static ProcessConfig ReadReady(InputReader reader, ProcessConfig config)
    {
        if (reader.Object("ready") is not { } ready)
        {
            return config;
        }

        var url = ready.Text("http");
        var after = ready.Duration("after", TimeSpan.Zero, TimeSpan.FromMinutes(10));
        var timeout = ready.Duration("timeout", TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(10));
        ready.Close();

        // Any host would make readiness a way to reach what the operator did not open; an instance of this driver is always on this
        // machine.
        if (url is not null && !IsOnThisMachine(Fill(url, "x", 1, null)))
        {
            ready.Report("http", $"expected a URL on this machine such as `http://127.0.0.1:{{port}}/health`, found `{url}`");
        }

        return config with { ReadyUrl = url, ReadyAfter = url is null ? after : timeout };
    }

    private static bool IsOnThisMachine(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback;

    private static ProcessConfig ReadStop(InputReader reader, ProcessConfig config)
    {
        var grace = TimeSpan.FromSeconds(5);
        var signal = Signals.Term;
        if (reader.Object("stop") is { } stop)
        {
            grace = stop.Duration("grace", grace, TimeSpan.FromMinutes(10));
            if (stop.Text("signal") is { } name && !Signals.TryParse(name, out signal))
            {
                stop.Report("signal", $"unknown signal `{name}`; known are {Signals.Names}");
            }

            stop.Close();
        }

        return config with { StopSignal = signal, StopGrace = grace };
    }
}
