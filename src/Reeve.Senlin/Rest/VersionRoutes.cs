using System.Text.Json;

namespace Reeve.Senlin.Rest;

/// <summary>Which versions of the API there are; answered to everybody, whatever version they ask for.</summary>
internal static class VersionRoutes
{
    public static bool IsDiscovery(string path) => path is "" or "/" or "/versions" or "/versions/" or "/v1" or "/v1/";

    public static void Map(SenlinRoutes routes) => routes.Get("/v1/build-info", call => call.OneAsync(200, "build_info", writer =>
    {
        writer.WriteStartObject();
        foreach (var part in (string[])["api", "engine"])
        {
            writer.WriteStartObject(part);
            writer.WriteString("revision", "1.0");
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }));

    public static Task AnswerAsync(SenlinCall call, string path)
    {
        if (call.Http.Request.Method is not ("GET" or "HEAD"))
        {
            return call.ReplyPlainAsync(404, "Not Found", "The resource could not be found.<br /><br />\n\n\n");
        }

        return path.StartsWith("/v1", StringComparison.Ordinal)
            ? call.OneAsync(200, "version", writer => Write(writer, call))
            : call.ReplyAsync(300, writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("versions");
                Write(writer, call);
                writer.WriteEndArray();
                writer.WriteEndObject();
            });
    }

    private static void Write(Utf8JsonWriter writer, SenlinCall call)
    {
        writer.WriteStartObject();
        writer.WriteString("id", "1.0");
        writer.WriteString("status", "CURRENT");
        writer.WriteString("updated", "2016-01-18T00:00:00Z");
        writer.WriteString("min_version", "1.0");
        writer.WriteString("max_version", $"1.{SenlinFace.LastMinor}");
        writer.WriteStartArray("media-types");
        writer.WriteStartObject();
        writer.WriteString("base", "application/json");
        writer.WriteString("type", "application/vnd.openstack.clustering-v1+json");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartArray("links");
        writer.WriteStartObject();
        writer.WriteString("rel", "self");
        writer.WriteString("href", $"{call.Base}/v1/");
        writer.WriteEndObject();
        writer.WriteStartObject();
        writer.WriteString("rel", "help");
        writer.WriteString("href", "https://docs.openstack.org/api-ref/clustering");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
