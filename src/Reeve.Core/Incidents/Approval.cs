using System.Text.Json.Serialization;
using Reeve.Core.Identity;

namespace Reeve.Core.Incidents;

/// <summary>A question to people: may this go on?</summary>
public sealed record Approval
{
    /// <summary>Its id.</summary>
    public required ApprovalId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required Scope Scope { get; init; }

    /// <summary>What the answer is for: an idempotency key of an action, or an execution's step. One question per subject.</summary>
    public required string Subject { get; init; }

    /// <summary>What is asked.</summary>
    public required string Message { get; init; }

    /// <summary>The root of the targets concerned; its owner takes the answer.</summary>
    public required string Target { get; init; }

    /// <summary>The incident, when one is open.</summary>
    public IncidentId? Incident { get; init; }

    /// <summary>The episode whose branch waits.</summary>
    public EpisodeKey? Episode { get; init; }

    /// <summary>The execution whose step waits.</summary>
    public ExecutionId? Execution { get; init; }

    /// <summary>Where it stands.</summary>
    public ApprovalStatus Status { get; init; } = ApprovalStatus.Pending;

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it counts as denied without an answer.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Who answered.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When it was answered.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What the answer said besides.</summary>
    public string? Comment { get; init; }
}

/// <summary>Where an approval stands. Moves: pending → approved | denied | expired | withdrawn.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalStatus>))]
public enum ApprovalStatus
{
    /// <summary>Nobody has answered.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>Yes.</summary>
    [JsonStringEnumMemberName("approved")] Approved,

    /// <summary>No.</summary>
    [JsonStringEnumMemberName("denied")] Denied,

    /// <summary>Nobody answered in time.</summary>
    [JsonStringEnumMemberName("expired")] Expired,

    /// <summary>What was asked about is gone.</summary>
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,
}
