using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa;

/// <summary>Policies: <c>/v1/policies</c>.</summary>
internal sealed class PolicyOperations(OpaRoom room)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public ValueTask ListAsync(HttpContext http) => OpaReply.WriteAsync(
        http, StatusCodes.Status200OK, OpaParameters.Read(http.Request).Pretty, room.Policies.Current, static (writer, snapshot) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("result");
            foreach (var policy in snapshot.Policies.Values)
            {
                WritePolicy(writer, policy);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    public ValueTask GetAsync(HttpContext http, string id)
    {
        if (!room.Policies.Current.Policies.TryGetValue(id, out var policy))
        {
            throw OpaProblem.NotFound($"storage_not_found_error: policy id \"{id}\"");
        }

        return OpaReply.WriteAsync(http, StatusCodes.Status200OK, OpaParameters.Read(http.Request).Pretty, policy, static (writer, p) =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("result");
            WritePolicy(writer, p);
            writer.WriteEndObject();
        });
    }

    public async ValueTask PutAsync(HttpContext http, string id)
    {
        var text = await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, static bytes =>
        {
            try
            {
                return Strict.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
            }
            catch (DecoderFallbackException)
            {
                throw OpaProblem.Invalid("the policy is not UTF-8");
            }
        });
        await room.Policies.PutPolicyAsync(id, text);
        await EmptyAsync(http);
    }

    public async ValueTask DeleteAsync(HttpContext http, string id)
    {
        await room.Policies.DeletePolicyAsync(id);
        await EmptyAsync(http);
    }

    private static ValueTask EmptyAsync(HttpContext http)
    {
        var parameters = OpaParameters.Read(http.Request);
        return OpaReply.WriteAsync(http, StatusCodes.Status200OK, parameters.Pretty, parameters.Metrics, static (writer, metrics) =>
        {
            writer.WriteStartObject();
            if (metrics)
            {
                writer.WriteStartObject("metrics");
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        });
    }

    private static void WritePolicy(Utf8JsonWriter writer, OpaPolicy policy)
    {
        writer.WriteStartObject();
        writer.WriteString("id", policy.Id);
        writer.WriteString("raw", policy.Text);
        writer.WritePropertyName("ast");
        AstJson.Write(writer, policy.Module);
        writer.WriteEndObject();
    }
}
