using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Server.Opa.Config;

/// <summary>The configuration of the decision service, as OPA's file says it; docs/opa.md tells what of it is read.</summary>
internal sealed record OpaConfig
{
    /// <summary>A service without bundles and logs.</summary>
    public static readonly OpaConfig Empty = new();

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, RemoteService> Services { get; init; } =
        ImmutableSortedDictionary<string, RemoteService>.Empty;

    public ImmutableSortedDictionary<string, VerificationKey> Keys { get; init; } =
        ImmutableSortedDictionary<string, VerificationKey>.Empty;

    public ImmutableArray<BundleSource> Bundles { get; init; } = [];

    public DecisionLogSettings? DecisionLogs { get; init; }

    /// <summary>The path of the decision that <c>POST /</c> asks for, without a leading slash.</summary>
    public string DefaultDecision { get; init; } = "system/main";

    /// <summary>The path of the decision that says whether a request may pass.</summary>
    public string DefaultAuthorizationDecision { get; init; } = "system/authz/allow";

    /// <summary>The folder of persisted bundles; null: below Reeve's data folder.</summary>
    public string? PersistenceFolder { get; init; }

    /// <summary>Does the service <c>status</c> answer?</summary>
    public bool Status { get; init; }

    /// <summary>The file as it was read, secrets left out, for <c>GET /v1/config</c>.</summary>
    public JsonElement Shown { get; init; } = Json.EmptyObject;
}

/// <summary>A server that bundles come from and logs go to.</summary>
internal sealed record RemoteService(string Name, Uri Url)
{
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The scheme and the token of <c>Authorization</c>; null for none.</summary>
    public (string Scheme, string? Token, string? TokenFile)? Bearer { get; init; }

    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public bool AllowInsecureTls { get; init; }
}

/// <summary>A key by which signatures of bundles are verified.</summary>
/// <param name="Algorithm">Such as <c>RS256</c>.</param>
/// <param name="Key">The public key as PEM, or the secret of an HMAC.</param>
/// <param name="Scope">The scope that the signature must name; null for any.</param>
internal sealed record VerificationKey(string Algorithm, string Key, string? Scope);

/// <summary>Where one bundle comes from.</summary>
internal sealed record BundleSource(string Name, RemoteService? Service, string Resource)
{
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long the server may hold a request back until there is something new; null: it is asked again and again.</summary>
    public TimeSpan? LongPoll { get; init; }

    public bool Persist { get; init; }

    public long SizeLimit { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Must it be signed? Then by this key (null: the one that the signature names) and for this scope.</summary>
    public BundleSigning? Signing { get; init; }
}

/// <summary>How a bundle must be signed.</summary>
internal sealed record BundleSigning(string? KeyId, string? Scope, ImmutableArray<string> ExcludeFiles);

/// <summary>Where decisions are logged to, and how much is kept back until then.</summary>
internal sealed record DecisionLogSettings
{
    public RemoteService? Service { get; init; }

    public string Resource { get; init; } = "logs";

    public bool Console { get; init; }

    public TimeSpan MinDelay { get; init; } = TimeSpan.FromSeconds(300);

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>The largest upload, compressed, in bytes.</summary>
    public int UploadLimit { get; init; } = 32768;

    /// <summary>The most bytes that wait; older decisions are dropped and counted. Zero: no bound but <see cref="MostWaiting"/>.</summary>
    public long BufferLimit { get; init; } = 64L * 1024 * 1024;

    /// <summary>The most decisions taken in a second; null for no bound.</summary>
    public double? MostPerSecond { get; init; }

    public string MaskDecision { get; init; } = "system/log/mask";

    public string DropDecision { get; init; } = "system/log/drop";

    /// <summary>The names of request headers that are logged.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>The most decisions that wait, whatever they weigh.</summary>
    public const int MostWaiting = 1_000_000;
}
