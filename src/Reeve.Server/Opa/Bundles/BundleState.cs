using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa.Bundles;

/// <summary>How it stands with one bundle; what <c>/v1/status</c> shows. Immutable.</summary>
internal sealed record BundleState(string Name)
{
    /// <summary>Was it ever at work since the start?</summary>
    public bool IsActive { get; init; }

    public string Revision { get; init; } = "";

    /// <summary><c>snapshot</c> or <c>delta</c>; null before the first.</summary>
    public string? Type { get; init; }

    public long Size { get; init; }

    public DateTimeOffset? LastRequest { get; init; }

    public DateTimeOffset? LastSuccessfulRequest { get; init; }

    public DateTimeOffset? LastSuccessfulDownload { get; init; }

    public DateTimeOffset? LastSuccessfulActivation { get; init; }

    /// <summary>Why the last try failed; null when it did not.</summary>
    public string? Message { get; init; }

    public IReadOnlyList<OpaError> Errors { get; init; } = [];

    /// <summary>The status code of the last answer that was an error.</summary>
    public int? HttpCode { get; init; }
}
