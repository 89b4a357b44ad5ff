using System.Reflection;
using Microsoft.AspNetCore.Http;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary><c>/health/live</c> and <c>/health/ready</c>.</summary>
internal static class HealthOperations
{
    public static void Map(Routes routes)
    {
        routes.Get("/health/live", Needs.Nothing, call => call.WriteAsync(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", "live");
            writer.WriteString(
                "version",
                typeof(HealthOperations).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                    .Split('+')[0]);
            writer.WriteEndObject();
        }));
        routes.Get("/health/ready", Needs.Nothing, ReadyAsync);
    }

    private static Task ReadyAsync(ApiCall call)
    {
        var reasons = call.State.NotReady().ToList();
        return call.WriteAsync(reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", reasons.Count == 0 ? "ready" : "not ready");
            writer.WriteStartArray("reasons");
            reasons.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
            writer.WriteStartArray("not_at_work");

            // documents of all tenants are named here
            var seen = call.Admitted.Caller.MayEverywhere(Role.Viewer) ? call.State.NotAtWork : [];
            foreach (var (key, mistake) in seen)
            {
                writer.WriteStringValue($"{key}: {mistake.Message}");
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
