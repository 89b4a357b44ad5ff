namespace Reeve.Server.Intake.Riemann;

/// <summary>Where and how Riemann's protocol is taken in. Addresses are <c>host:port</c>; port 0 takes a free one.</summary>
public sealed class RiemannOptions
{
    /// <summary>Where TCP and UDP are listened for; null for nowhere. With TLS there is no UDP.</summary>
    public string? Address { get; init; }

    /// <summary>Where WebSockets, server-sent events and <c>PUT /events</c> are listened for; null for nowhere.</summary>
    public string? WebAddress { get; init; }

    /// <summary>The file of the server's certificate (PEM); null for no TLS.</summary>
    public string? Certificate { get; init; }

    /// <summary>The file of its private key (PEM).</summary>
    public string? Key { get; init; }

    /// <summary>The file of the authority (PEM) that must have signed each client's certificate; null for no such question.</summary>
    public string? Authority { get; init; }

    /// <summary>The largest message, in bytes. The default value is 16 MiB.</summary>
    public int MaxFrameBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many connections there may be at a time, on each of TCP and WebSocket. The default value is 1,024.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>How many events the index keeps. The default value is 1,000,000.</summary>
    public int MaxIndexed { get; init; } = 1_000_000;

    /// <summary>How many hosts that no document declares become targets of the loop. The default value is 50,000.</summary>
    public int MaxHosts { get; init; } = 50_000;

    /// <summary>How long a host that was made a target may be silent. The default value is 24 hours.</summary>
    public TimeSpan HostMemory { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How often the index is searched for what has expired. The default value is 10 seconds.</summary>
    public TimeSpan ExpiryInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Which fields an expired event keeps; empty for all. The default value is <c>host</c> and <c>service</c>.</summary>
    public IReadOnlyList<string> KeepKeys { get; init; } = ["host", "service"];

    /// <summary>How long a full queue is waited for before a message is refused. The default value is 250 ms.</summary>
    public TimeSpan QueuePatience { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a message may take to arrive whole, and a reply to be taken. The default value is 30 seconds.</summary>
    public TimeSpan SlowPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many events may wait for a slow subscriber before it is let go. The default value is 16,384.</summary>
    public int MaxUnsent { get; init; } = 16_384;

    internal bool IsWanted => Address is not null || WebAddress is not null;
}
