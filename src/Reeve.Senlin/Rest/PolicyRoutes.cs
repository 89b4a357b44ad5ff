using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Policies;
using Reeve.Senlin.Policies.Kinds;

namespace Reeve.Senlin.Rest;

/// <summary>
/// What can be asked about policies without any of them existing: their types, whether a spec is right, what they would say.
/// </summary>
internal static class PolicyRoutes
{
    public static void Map(SenlinRoutes routes, TimeProvider time)
    {
        routes.Get("/v1/policy-types", ListTypesAsync);
        routes.Get("/v1/policy-types/{name}", GetTypeAsync);
        routes.Post("/v1/policies/validate", ValidateAsync);
        routes.Post("/v1/policies/simulate", call => SimulateAsync(call, time));
    }

    private static Task ListTypesAsync(SenlinCall call) => call.ReplyAsync(200, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("policy_types");
        foreach (var type in SenlinTypes.All)
        {
            if (call.Minor >= 5)
            {
                SenlinTypes.WriteRow(writer, type);
                continue;
            }

            writer.WriteStartObject();
            writer.WriteString("name", type.FullName);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static Task GetTypeAsync(SenlinCall call)
    {
        var name = call.Route("name");
        var type = SenlinTypes.Find(name) ?? throw SenlinFault.NotFound("policy_type", name);
        return call.ReplyAsync(200, writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("policy_type");
            SenlinTypes.Write(writer, type, call.Minor >= 5);
            writer.WriteEndObject();
        });
    }

    private static async Task ValidateAsync(SenlinCall call)
    {
        call.NeedsMinor(2);
        var body = await call.ReadBodyAsync();
        var policy = body.Of("policy");
        if (policy.ValueKind != JsonValueKind.Object)
        {
            throw SenlinFault.BadRequest("Malformed request data, missing 'policy' key in request body.");
        }

        foreach (var name in policy.EnumerateObject().Select(m => m.Name).Where(n => n != "spec"))
        {
            throw SenlinFault.BadRequest($"Additional properties are not allowed ('{name}' was unexpected)");
        }

        var spec = SpecOf(policy);
        var read = PolicyReader.Read(spec, isUpstream: true, call.Room.MinHealthInterval);
        Refuse(read);
        await call.ReplyAsync(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("policy");
            writer.WriteNull("created_at");
            writer.WriteStartObject("data");
            writer.WriteEndObject();
            writer.WriteString("domain", "default");
            writer.WriteNull("id");
            writer.WriteString("name", "validated_policy");
            writer.WriteString("project", "default");
            writer.WritePropertyName("spec");
            spec.WriteTo(writer);
            writer.WriteString("type", read.TypeName);
            writer.WriteNull("updated_at");
            writer.WriteString("user", "default");
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    /// <summary>The spec in a request; also one that is JSON in a text.</summary>
    internal static JsonElement SpecOf(JsonElement policy)
    {
        var spec = policy.Of("spec");
        return spec.ValueKind switch
        {
            JsonValueKind.Undefined => throw SenlinFault.BadRequest("'spec' is a required property"),
            JsonValueKind.Object => spec,
            _ => throw SenlinFault.BadRequest($"The value ({Core.Policies.Properties.PythonText.Str(spec)}) is not a valid JSON."),
        };
    }

    /// <summary>Throws when a spec cannot be used.</summary>
    internal static void Refuse(PolicySpec read)
    {
        if (read.Mistakes.Count > 0)
        {
            throw SenlinFault.InvalidSpec(read.Mistakes);
        }

        if (read.Type is null)
        {
            throw SenlinFault.NotFound("policy_type", read.TypeName);
        }
    }

    private static async Task SimulateAsync(SenlinCall call, TimeProvider time)
    {
        var body = await call.ReadBodyAsync();
        var (request, mistakes) = SimulateRequest.Read(body, time.GetUtcNow());
        if (request is null)
        {
            throw SenlinFault.InvalidSpec(mistakes);
        }

        var outcome = PolicyChain.Ask(request.Question, request.Links);
        await call.ReplyAsync(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", outcome.IsOk ? "OK" : "ERROR");
            writer.WriteString("reason", outcome.Reason);
            writer.WritePropertyName("data");
            Json.From(request.Question.Data).WriteTo(writer);
            writer.WriteStartArray("trace");
            foreach (var (link, decision) in outcome.Trace)
            {
                writer.WriteStartObject();
                writer.WriteString("policy", link.Identity.Name.Length > 0 ? link.Identity.Name : link.Identity.Id);
                writer.WriteString("type", link.TypeName);
                writer.WriteString("decision", decision.IsError ? "ERROR" : "OK");
                writer.WriteString("reason", decision.Reason ?? "");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
