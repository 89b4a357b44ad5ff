using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Reeve.Core.Evaluation;
using Reeve.Core.Identity;

namespace Reeve.Core.Incidents;

/// <summary>An open problem, for people: triggered → resolved or terminated.</summary>
public sealed record Incident
{
    /// <summary>Its id.</summary>
    public required IncidentId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required Scope Scope { get; init; }

    /// <summary>The binding that opened it.</summary>
    public required string Binding { get; init; }

    /// <summary>The policy that found it, at that time.</summary>
    public required string Policy { get; init; }

    /// <summary>The policy's revision at the last change.</summary>
    public long PolicyRevision { get; init; }

    /// <summary>The check that found it.</summary>
    public required string Check { get; init; }

    /// <summary>The path of the target.</summary>
    public required string Target { get; init; }

    /// <summary>The episode that it tells of.</summary>
    public required EpisodeId Episode { get; init; }

    /// <summary>Where it stands.</summary>
    public IncidentStatus Status { get; init; } = IncidentStatus.Triggered;

    /// <summary>How grave, as the binding says.</summary>
    public string Severity { get; init; } = "warning";

    /// <summary>One line for people.</summary>
    public required string Summary { get; init; }

    /// <summary>More for people, Markdown.</summary>
    public string? Detail { get; init; }

    /// <summary>What was found last; at most <see cref="MaxFindings"/>, <see cref="FindingCount"/> says how many there were.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>How many findings there were.</summary>
    public int FindingCount { get; init; }

    /// <summary>The hash over the chosen fields of the findings, whatever their order.</summary>
    public string FindingsHash { get; init; } = "";

    /// <summary>When it was triggered.</summary>
    public required DateTimeOffset TriggeredAt { get; init; }

    /// <summary>When its findings changed last.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The most findings kept with an incident.</summary>
    public const int MaxFindings = 1000;
}

/// <summary>Where an incident stands. Moves: triggered → resolved | terminated.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IncidentStatus>))]
public enum IncidentStatus
{
    /// <summary>The problem stands.</summary>
    [JsonStringEnumMemberName("triggered")] Triggered,

    /// <summary>Nothing is found any more.</summary>
    [JsonStringEnumMemberName("resolved")] Resolved,

    /// <summary>The binding went away.</summary>
    [JsonStringEnumMemberName("terminated")] Terminated,
}
