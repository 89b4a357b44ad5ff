using System.Text.Json;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Rest;

/// <summary>What stands behind the API. Upstream has three programs; here one does their work, and says so under their names.</summary>
internal static class ServiceRoutes
{
    private static readonly string[] Names = ["senlin-engine", "senlin-conductor", "senlin-health-manager"];

    public static void Map(SenlinRoutes routes) => routes.Get("/v1/services", call =>
        call.ListAsync("services", Names, (writer, name) =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", Uuid.For("service", name));
            writer.WriteString("binary", name);
            writer.WriteString("topic", name);
            writer.WriteString("host", "127.0.0.1");
            writer.WriteString("status", "enabled");
            writer.WriteString("state", call.Registry.Host.IsReady ? "up" : "down");
            Views.Time(writer, "updated_at", call.Registry.Now);
            writer.WriteNull("disabled_reason");
            writer.WriteEndObject();
        }));
}
