using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Targets;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Cloud;

/// <summary>Which driver makes the nodes of a profile, and what it is told.</summary>
internal static class ProfileDrivers
{
    /// <summary>The type of profile whose nodes are processes of this machine.</summary>
    public const string ProcessType = "reeve.process-1.0";

    private const string ProcessDriver = "process";

    /// <summary>The driver, configured as the profile says.</summary>
    public static DriverChoice Of(ProfileRecord profile) => profile.Type == ProcessType
        ? new DriverChoice(ProcessDriver, Properties(profile))
        : new DriverChoice(SimulatedCloud.DriverName, Properties(profile));

    /// <summary>Must the node be made anew for the profile to count?</summary>
    public static bool MustBeMadeAnew(ProfileRecord profile) => profile.Type == ProcessType;

    /// <summary>What the driver is told beside the profile: who the node is, and where the policies want it.</summary>
    public static JsonElement InputsOf(NodeRecord node, ProfileRecord profile) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("node_id", node.Id);
        writer.WriteString("name", Properties(profile).Text("name") ?? node.Name);
        writer.WriteString("type", profile.Type);
        if (node.Data.TryGetProperty("placement", out var placement))
        {
            writer.WritePropertyName("placement");
            placement.WriteTo(writer);
        }

        writer.WriteEndObject();
    });

    /// <summary>The data of a node, with where it came to be.</summary>
    public static JsonElement PlacementOf(JsonElement data, JsonElement learned)
    {
        if (learned.Text("zone") is not { } zone)
        {
            return data;
        }

        var node = (JsonObject?)Json.ToNode(data) ?? [];
        var placement = node["placement"] as JsonObject ?? (JsonObject)(node["placement"] = new JsonObject());
        placement["zone"] = zone;
        if (learned.Text("region_name") is { } region)
        {
            placement["region_name"] = region;
        }

        return Json.From(node);
    }

    /// <summary>What an operation of a profile type comes to for its driver; what has no equal there is only noted.</summary>
    public static IEnumerable<DriverVerb> VerbsOf(string operation) => operation.ToLowerInvariant() switch
    {
        "reboot" or "rebuild" or "restart" => [DriverVerb.Stop, DriverVerb.Start],
        "start" or "resume" or "unpause" or "unrescue" => [DriverVerb.Start],
        "stop" or "suspend" or "pause" => [DriverVerb.Stop],
        _ => [DriverVerb.Check],
    };

    private static JsonElement Properties(ProfileRecord profile) =>
        profile.Spec.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? properties
            : Json.EmptyObject;
}
