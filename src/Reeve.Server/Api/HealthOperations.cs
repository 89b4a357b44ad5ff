using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Reeve.Server.Api;

/// <summary><c>/health/live</c> and <c>/health/ready</c>.</summary>
internal static class HealthOperations
{
    public static void Map(Routes routes)
    {
        routes.Get("/health/live", call => call.WriteAsync(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", "live");
            writer.WriteString(
                "version",
                typeof(HealthOperations).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                    .Split('+')[0]);
            writer.WriteEndObject();
        }));
        routes.Get("/health/ready", ReadyAsync);
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
            foreach (var (key, mistake) in call.State.NotAtWork)
            {
                writer.WriteStringValue($"{key}: {mistake.Message}");
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
