using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Cloud;

/// <summary>What a cloud says of a node when it is asked for everything (<c>show_details</c>, <c>attrs</c>).</summary>
internal static class NodeDetails
{
    /// <summary>The details as an object; empty for a node that was never made.</summary>
    public static JsonElement Of(NodeRecord node, ProfileRecord? profile)
    {
        if (node.PhysicalId is null || profile is null)
        {
            return Json.EmptyObject;
        }

        var properties = profile.Spec.TryGetProperty("properties", out var said) ? said : Json.EmptyObject;
        return Json.Build(writer =>
        {
            writer.WriteStartObject();
            if (profile.Type.StartsWith("os.nova", StringComparison.Ordinal))
            {
                WriteServer(writer, node, properties);
            }
            else
            {
                writer.WriteString("id", node.PhysicalId);
                writer.WriteString("name", node.Name);
                writer.WriteString("status", node.Status);
                foreach (var member in node.Details.EnumerateObject()
                    .Where(m => m.Name is not ("physical_id" or "id" or "name" or "status")))
                {
                    member.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>The address of a simulated server in its private network.</summary>
    public static string AddressOf(NodeRecord node) => $"192.168.{(node.Index / 250) & 255}.{Math.Abs(node.Index % 250) + 2}";

    private static void WriteServer(Utf8JsonWriter writer, NodeRecord node, JsonElement properties)
    {
        writer.WriteStartObject("addresses");
        writer.WriteStartArray("private");
        writer.WriteStartObject();
        writer.WriteNumber("version", 4);
        writer.WriteString("addr", AddressOf(node));
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartArray("attached_volumes");
        writer.WriteEndArray();
        writer.WriteString("flavor", properties.TryGetProperty("flavor", out var flavor) ? flavor.ToString() : "");
        writer.WriteString("id", node.PhysicalId);
        writer.WriteString("image", properties.TryGetProperty("image", out var image) ? image.ToString() : "");
        writer.WritePropertyName("metadata");
        (properties.TryGetProperty("metadata", out var metadata) ? metadata : Json.EmptyObject).WriteTo(writer);
        writer.WriteString("name", properties.Text("name") ?? node.Name);
        writer.WriteNumber("progress", 0);
        writer.WriteString("security_groups", "");
        writer.WriteString("status", node.Status);
        writer.WriteString("availability_zone", node.Details.Text("zone") ?? "");
    }
}
