using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies;
using Reeve.Core.Policies.Properties;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary>Policy types, those that are part of Reeve included; <c>?as=document</c> gives the document of one that was applied.</summary>
internal static class PolicyTypeOperations
{
    public static void Map(Routes routes)
    {
        routes.Get("/api/v1/policy-types", Needs.Viewer, ListAsync);
        routes.Get("/api/v1/policy-types/{name}", Needs.Viewer, GetAsync);
        ResourceOperations.MapChanges(routes, "policy-types", ResourceKinds.PolicyType, Needs.Author);
    }

    private static Task ListAsync(ApiCall call)
    {
        if (call.Query("as") == "document")
        {
            return ResourceOperations.ListAsync(call, ResourceKinds.PolicyType);
        }

        if (call.Query("sort") is not (null or "name" or "-name"))
        {
            throw new ApiProblem(ErrorCodes.NotAllowed, "sort: only documents (`as=document`) are sorted by `updated_at`");
        }

        bool? builtIn = call.Query("built_in") is null ? null : call.Flag("built_in");
        var found = call.State.Catalog.TypesOf(call.Scope)
            .Where(t => builtIn is null || t.BuiltIn == builtIn)
            .Where(t => call.Query("engine") is not { } engine || t.Engine == engine)
            .Where(t => call.Query("name") is not { } prefix || t.FullName.StartsWith(prefix, StringComparison.Ordinal));
        var (items, next) = Paging.Page(call, found, t => t.FullName, t => t.FullName, call.Query("sort") == "-name");
        return Paging.WriteAsync(call, items, next, Write);
    }

    private static Task GetAsync(ApiCall call)
    {
        if (call.Query("as") == "document")
        {
            return ResourceOperations.GetAsync(call, ResourceKinds.PolicyType);
        }

        var name = call.Route("name");
        var types = call.State.Catalog.TypesOf(call.Scope);
        var type = types.FirstOrDefault(t => t.FullName == name)
            ?? throw new ApiProblem(
                ErrorCodes.NotFound, $"there is no policy type {Quote.Text(name)}{DidYouMean.Hint(name, types.Select(t => t.FullName))}");
        if (!type.BuiltIn)
        {
            call.Http.Response.Headers.ETag = $"\"{type.Revision}\"";
        }

        return call.WriteAsync(StatusCodes.Status200OK, writer => Write(writer, type));
    }

    private static void Write(Utf8JsonWriter writer, PolicyType type)
    {
        writer.WriteStartObject();
        writer.WriteString("name", type.FullName);
        writer.WriteString("version", type.Version);
        writer.WriteString("engine", type.Engine);
        writer.WriteBoolean("built_in", type.BuiltIn);
        writer.WriteNumber("revision", type.Revision);
        writer.WriteString("description", type.Description);
        writer.WriteStartArray("support");
        foreach (var support in type.Support)
        {
            writer.WriteStartObject();
            writer.WriteString("status", support.Level.ToString().ToLowerInvariant());
            writer.WriteString("since", support.Since);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WritePropertyName("properties");
        PropertySchemaDocument.Write(type.Properties).WriteTo(writer);
        if (type.Source.ValueKind == JsonValueKind.Object && type.Source.EnumerateObject().Any())
        {
            writer.WritePropertyName("source");
            type.Source.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
