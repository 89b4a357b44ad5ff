using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Server.Opa.Bundles;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa;

/// <summary>What the service is and how it goes: <c>/v1/config</c> and <c>/v1/status</c>.</summary>
internal sealed class StatusOperations(OpaRoom room)
{
    public ValueTask ConfigAsync(HttpContext http) => OpaReply.WriteAsync(
        http, StatusCodes.Status200OK, OpaParameters.Read(http.Request).Pretty, room, static (writer, r) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("result");
            foreach (var member in r.Config.Shown.EnumerateObject()
                .Where(m => m.Name is not ("labels" or "default_decision" or "default_authorization_decision")))
            {
                member.WriteTo(writer);
            }

            WriteLabels(writer, r);
            writer.WriteString("default_decision", "/" + r.Config.DefaultDecision);
            writer.WriteString("default_authorization_decision", "/" + r.Config.DefaultAuthorizationDecision);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    public ValueTask StatusAsync(HttpContext http) => OpaReply.WriteAsync(
        http, StatusCodes.Status200OK, OpaParameters.Read(http.Request).Pretty, room, static (writer, r) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("result");
            WriteLabels(writer, r);
            if (r.Bundles.Count > 0)
            {
                writer.WriteStartObject("bundles");
                foreach (var bundle in r.Bundles)
                {
                    WriteBundle(writer, bundle.State);
                }

                writer.WriteEndObject();
            }

            writer.WriteStartObject("plugins");
            foreach (var (name, state) in r.Health.Plugins())
            {
                writer.WriteStartObject(name);
                writer.WriteString("state", state);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            if (r.Log is { } log)
            {
                log.WriteStatus(writer);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    private static void WriteLabels(Utf8JsonWriter writer, OpaRoom room)
    {
        writer.WriteStartObject("labels");
        foreach (var (name, value) in room.Labels)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteBundle(Utf8JsonWriter writer, BundleState state)
    {
        writer.WriteStartObject(state.Name);
        writer.WriteString("name", state.Name);
        if (state.IsActive)
        {
            writer.WriteString("active_revision", state.Revision);
            writer.WriteString("type", state.Type);
            writer.WriteNumber("size", state.Size);
        }

        Time(writer, "last_request", state.LastRequest);
        Time(writer, "last_successful_request", state.LastSuccessfulRequest);
        Time(writer, "last_successful_download", state.LastSuccessfulDownload);
        Time(writer, "last_successful_activation", state.LastSuccessfulActivation);
        if (state.Message is { } message)
        {
            writer.WriteString("code", "bundle_error");
            writer.WriteString("message", message);
        }

        if (state.HttpCode is { } code)
        {
            writer.WriteNumber("http_code", code);
        }

        if (state.Errors.Count > 0)
        {
            OpaReply.WriteErrors(writer, state.Errors);
        }

        writer.WriteEndObject();
    }

    private static void Time(Utf8JsonWriter writer, string name, DateTimeOffset? at)
    {
        if (at is { } moment)
        {
            writer.WriteString(name, moment.UtcDateTime);
        }
    }
}
