using System.Text.Json.Serialization;

namespace Reeve.Core.Targets;

/// <summary>The life of a target, after Cloudify's node instance states, shortened to those that policies tell apart.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TargetState>))]
public enum TargetState
{
    /// <summary>Nothing is known yet.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,

    /// <summary>Being created or started.</summary>
    [JsonStringEnumMemberName("starting")] Starting,

    /// <summary>Works.</summary>
    [JsonStringEnumMemberName("started")] Started,

    /// <summary>Being stopped or deleted.</summary>
    [JsonStringEnumMemberName("stopping")] Stopping,

    /// <summary>Exists and does not run, on purpose.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,

    /// <summary>Should run and does not.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>No longer exists.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted,
}
