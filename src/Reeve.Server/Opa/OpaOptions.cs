namespace Reeve.Server.Opa;

/// <summary>How the decision service is started.</summary>
public sealed class OpaOptions
{
    /// <summary>
    /// A port of its own on the loopback, where it answers at <c>/</c>; 0 takes a free one; null, the default: only <c>/opa</c>.
    /// </summary>
    public int? Port { get; init; }

    /// <summary>OPA's configuration file; null for none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Is a request's bearer token given to <c>system.authz</c> as <c>input.identity</c>? The default value is no.</summary>
    public bool TokenAuthentication { get; init; }

    /// <summary>Must the policy <c>system.authz</c> let each request pass? The default value is no.</summary>
    public bool BasicAuthorization { get; init; }

    /// <summary>May policies call the network (<c>http.send</c>)? The default value is no.</summary>
    public bool AllowNetwork { get; init; }

    /// <summary>The largest body of a request, also when it was sent compressed, in bytes. The default value is 256 MiB.</summary>
    public int MaxRequestBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>How deeply values in a request may be nested. The default value is 512.</summary>
    public int MaxDepth { get; init; } = 512;

    /// <summary>How long one decision may take. The default value is 10 seconds.</summary>
    public TimeSpan EvaluationLimit { get; init; } = TimeSpan.FromSeconds(10);
}
