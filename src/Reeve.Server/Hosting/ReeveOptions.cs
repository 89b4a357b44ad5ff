using Reeve.Actors.Email;
using Reeve.Runtime;
using Reeve.Server.Access.Oidc;
using Reeve.Server.Intake.Riemann;
using Reeve.Server.Opa;
using Reeve.Server.Watch;

namespace Reeve.Server.Hosting;

/// <summary>How a Reeve is started.</summary>
public sealed class ReeveOptions
{
    /// <summary>
    /// The folder of its data: the database (unless <see cref="Database"/>
    /// names another) and the records of its processes. Made when absent.
    /// </summary>
    public required string DataFolder { get; init; }

    /// <summary>The URL of a PostgreSQL database; null, the default, for SQLite in the data folder.</summary>
    public string? Database { get; init; }

    /// <summary>Where it listens, comma-separated; port 0 takes a free one. The default value is http://127.0.0.1:8470.</summary>
    public string Urls { get; init; } = DefaultUrl;

    /// <summary>
    /// Who may call it: <c>tokens</c>, those with a token; <c>none</c>, everybody on this machine and nobody else. The default value is
    /// <c>none</c>, and then no address beyond this machine is listened on.
    /// </summary>
    public string Auth { get; init; } = "none";

    /// <summary>The issuer whose tokens are taken beside Reeve's own; null (the default) for none.</summary>
    public OidcOptions? Oidc { get; init; }

    /// <summary>
    /// The file of the keys that seal secrets, one in each line, the newest first; null (the default) for <c>secrets.key</c> in the data
    /// folder, made when absent. The variable <c>REEVE_SECRETS_KEYS</c> holds the keys themselves and comes first.
    /// </summary>
    public string? SecretsKeyFile { get; init; }

    /// <summary>The file of the certificate for <c>https</c> addresses (PEM); read again when it changes. Null for none.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>The file of the certificate's key (PEM).</summary>
    public string? TlsKey { get; init; }

    /// <summary>
    /// The folders whose programs the process driver, the process actor and checks may run. Empty: only Reeve's own executable.
    /// </summary>
    public IReadOnlyList<string> ProcessFolders { get; init; } = [];

    /// <summary>The folder of plug-ins, one folder each; null (the default) for none.</summary>
    public string? PluginFolder { get; init; }

    /// <summary>Where mail goes; null: steps that send mail fail and say so.</summary>
    public EmailSettings? Mail { get; init; }

    /// <summary>May webhooks and the http driver call link-local addresses? The default value is no.</summary>
    public bool AllowLinkLocal { get; init; }

    /// <summary>
    /// What is logged to standard error: <c>debug</c>, <c>information</c>,
    /// <c>warning</c>, <c>error</c> or <c>none</c>. The default value is warning.
    /// </summary>
    public string LogLevel { get; init; } = "warning";

    /// <summary>
    /// A collector of OpenTelemetry (OTLP over HTTP), such as http://127.0.0.1:4318, to which traces and metrics go; null, the default,
    /// for none.
    /// </summary>
    public string? Otlp { get; init; }

    /// <summary>The share of traces that is kept, 0 to 1, where the caller has not decided it. The default value is 1.</summary>
    public double TraceShare { get; init; } = 1;

    /// <summary>How the log is written: <c>text</c>, one line each, or <c>json</c>. The default value is text.</summary>
    public string LogFormat { get; init; } = "text";

    /// <summary>How long a stop waits for requests under way. The default value is 5 seconds.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The HAProxy with which Reeve makes load balancers; null (the default) for none.</summary>
    public string? Haproxy { get; init; }

    /// <summary>A service with OpenStack's load-balancing API, in the place of the simulated one; null (the default) for none.</summary>
    public string? Octavia { get; init; }

    /// <summary>A port of its own for Senlin's API, on this machine; 0 takes a free one, null (the default) for none.</summary>
    public int? SenlinPort { get; init; }

    /// <summary>The shortest interval that a health policy of Senlin may have, in seconds. The default value is 60.</summary>
    public int SenlinHealthInterval { get; init; } = 60;

    /// <summary>A file of those who may call Senlin's API with a password; null (the default) for everybody on this machine.</summary>
    public string? SenlinUsers { get; init; }

    /// <summary>How large a request may be, in bytes. The default value is 8 MiB.</summary>
    public int MaxRequestBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// How many requests a caller may make in a second, twice as many at once; 0 for no bound. The default value is 5,000.
    /// </summary>
    public int RequestsPerSecond { get; init; } = 5_000;

    /// <summary>The bounds of the event stream.</summary>
    public WatchOptions Watch { get; init; } = new();

    /// <summary>The decision service.</summary>
    public OpaOptions Opa { get; init; } = new();

    /// <summary>Riemann's protocol; null for not at all.</summary>
    public RiemannOptions? Riemann { get; init; }

    /// <summary>The bounds of the loop.</summary>
    public RuntimeOptions Runtime { get; init; } = new();

    /// <summary>Where the server listens when nothing is said.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8470";
}
