using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Cloud;

/// <summary>Makes a node of something that exists already, and the profile that describes it.</summary>
internal static class NodeAdoption
{
    /// <summary>The spec of what is adopted, with what the caller wants otherwise.</summary>
    public static JsonElement SpecOf(string typeName, string identity, JsonElement overrides)
    {
        var dash = typeName.LastIndexOf('-');
        var properties = typeName.StartsWith("os.nova", StringComparison.Ordinal)
            ? new JsonObject
            {
                ["name"] = identity,
                ["flavor"] = "1",
                ["image"] = identity,
                ["availability_zone"] = SimulatedCloud.DefaultZone,
            }
            : new JsonObject();
        foreach (var change in overrides.EnumerateObject())
        {
            properties[change.Name] = Json.ToNode(change.Value);
        }

        return Json.From(new JsonObject
        {
            ["type"] = typeName[..dash],
            ["version"] = typeName[(dash + 1)..],
            ["properties"] = properties,
        });
    }

    /// <summary>The profile and the node.</summary>
    public static (ProfileRecord Profile, NodeRecord Node) Make(
        string typeName, JsonElement spec, string identity, string? name, string role, JsonElement metadata, Ownership owner,
        DateTimeOffset now)
    {
        var id = Uuid.New();
        var called = name ?? $"node-{Uuid.Short(id)}";
        var profile = new ProfileRecord
        {
            Id = Uuid.New(),
            Name = $"prof-{called}",
            Type = typeName,
            Spec = spec,
            Owner = owner,
            CreatedAt = now,
        };
        var node = new NodeRecord
        {
            Id = id,
            Name = called,
            ProfileId = profile.Id,
            DrivenPath = id,
            Role = role,
            Metadata = metadata,
            Owner = owner,
            Status = ClusterStatus.Active,
            StatusReason = "Node adopted successfully",
            PhysicalId = identity,
            InitAt = now,
            CreatedAt = now,
        };
        return (profile, node);
    }
}
