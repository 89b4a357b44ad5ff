using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Reeve.Core.Documents;

namespace Reeve.Senlin.Clusters;

/// <summary>Whose something is, in Keystone's words.</summary>
internal sealed record Ownership(string User, string Project, string Domain)
{
    /// <summary>Everybody on this machine, when nobody has to say who they are.</summary>
    public static readonly Ownership Local = new("local", "local", "default");
}

/// <summary>What every kind of record has, so that one table and one list can keep it.</summary>
internal abstract record SenlinRecord
{
    /// <summary>A UUID.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; not unique.</summary>
    public required string Name { get; init; }

    public Ownership Owner { get; init; } = Ownership.Local;

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>How nodes are made.</summary>
internal sealed record ProfileRecord : SenlinRecord
{
    /// <summary>Type and version, such as <c>os.nova.server-1.0</c>.</summary>
    public required string Type { get; init; }

    public required JsonElement Spec { get; init; }

    public JsonElement Metadata { get; init; } = Json.EmptyObject;
}

/// <summary>A policy that can be attached to clusters.</summary>
internal sealed record PolicyRecord : SenlinRecord
{
    /// <summary>Type and version, such as <c>senlin.policy.scaling-1.0</c>.</summary>
    public required string Type { get; init; }

    public required JsonElement Spec { get; init; }

    public JsonElement Data { get; init; } = Json.EmptyObject;
}

/// <summary>An address at which the outside asks for an action.</summary>
internal sealed record ReceiverRecord : SenlinRecord
{
    public required string Type { get; init; }

    public required string ClusterId { get; init; }

    public required string Action { get; init; }

    public JsonElement Params { get; init; } = Json.EmptyObject;

    /// <summary>What the caller must say when callers have to say who they are.</summary>
    public required string Token { get; init; }
}

/// <summary>A policy on a cluster.</summary>
internal sealed record AttachedPolicy
{
    public required string Id { get; init; }

    public required string PolicyId { get; init; }

    public required string PolicyType { get; init; }

    public required int Priority { get; init; }

    public bool Enabled { get; init; } = true;

    public DateTimeOffset? LastOp { get; init; }

    public JsonElement Data { get; init; } = Json.Null;
}

/// <summary>A cluster, as its target's properties keep it.</summary>
internal sealed record ClusterRecord : SenlinRecord
{
    public required string ProfileId { get; init; }

    public int Desired { get; init; }

    public int MinSize { get; init; }

    /// <summary>−1: as many as the server allows.</summary>
    public int MaxSize { get; init; } = -1;

    public int NextIndex { get; init; } = 1;

    public int Timeout { get; init; }

    public string Status { get; init; } = ClusterStatus.Init;

    public string StatusReason { get; init; } = "Initializing";

    public JsonElement Metadata { get; init; } = Json.EmptyObject;

    public JsonElement Config { get; init; } = Json.EmptyObject;

    public JsonElement Data { get; init; } = Json.EmptyObject;

    public JsonElement Dependents { get; init; } = Json.EmptyObject;

    public DateTimeOffset InitAt { get; init; }

    public ImmutableArray<AttachedPolicy> Policies { get; init; } = [];
}

/// <summary>A node, as its target's properties keep it.</summary>
internal sealed record NodeRecord : SenlinRecord
{
    /// <summary>Empty for a node that is in no cluster.</summary>
    public string ClusterId { get; init; } = "";

    public required string ProfileId { get; init; }

    /// <summary>The path under which its driver knows it; it stays when the node joins or leaves a cluster.</summary>
    public required string DrivenPath { get; init; }

    public int Index { get; init; } = -1;

    public string Role { get; init; } = "";

    public string Status { get; init; } = ClusterStatus.Init;

    public string StatusReason { get; init; } = "Initializing";

    public string? PhysicalId { get; init; }

    public bool Tainted { get; init; }

    public JsonElement Metadata { get; init; } = Json.EmptyObject;

    public JsonElement Data { get; init; } = Json.EmptyObject;

    public JsonElement Dependents { get; init; } = Json.EmptyObject;

    /// <summary>What its driver has learned of it.</summary>
    public JsonElement Details { get; init; } = Json.EmptyObject;

    public DateTimeOffset InitAt { get; init; }
}

/// <summary>Something that happened to a cluster or a node.</summary>
internal sealed record EventRecord : SenlinRecord
{
    public required string Level { get; init; }

    public required string ObjectType { get; init; }

    public required string ObjectId { get; init; }

    public required string ClusterId { get; init; }

    public required string ClusterName { get; init; }

    public required string Action { get; init; }

    public required string Status { get; init; }

    public required string StatusReason { get; init; }
}

/// <summary>How the records are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProfileRecord))]
[JsonSerializable(typeof(PolicyRecord))]
[JsonSerializable(typeof(ReceiverRecord))]
[JsonSerializable(typeof(ClusterRecord))]
[JsonSerializable(typeof(NodeRecord))]
[JsonSerializable(typeof(EventRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
