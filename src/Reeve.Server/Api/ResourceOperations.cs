using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies;

namespace Reeve.Server.Api;

/// <summary>
/// Documents by kind and name: list, read, put (with <c>If-Match</c>), delete. What is read can be applied again as it is.
/// </summary>
internal static class ResourceOperations
{
    private static readonly (string Path, string Kind)[] Kinds =
    [
        ("policies", ResourceKinds.Policy), ("bindings", ResourceKinds.Binding),
        ("workflows", ResourceKinds.Workflow), ("silences", ResourceKinds.Silence),
    ];

    public static void Map(Routes routes)
    {
        foreach (var (path, kind) in Kinds)
        {
            routes.Get($"/api/v1/{path}", call => ListAsync(call, kind));
            routes.Get($"/api/v1/{path}/{{name}}", call => GetAsync(call, kind));
            MapChanges(routes, path, kind);
        }
    }

    /// <summary>Put and delete of one document of a kind.</summary>
    public static void MapChanges(Routes routes, string path, string kind)
    {
        routes.Put($"/api/v1/{path}/{{name}}", call => PutAsync(call, kind));
        routes.Delete($"/api/v1/{path}/{{name}}", call => DeleteAsync(call, kind));
    }

    public static async Task ListAsync(ApiCall call, string kind)
    {
        var (limit, after) = Paging.Of(call);
        var page = await call.State.Resources.ListAsync(call.Scope.Tenant, call.Query("project"), kind, after, limit, call.Aborted);
        await Paging.WriteAsync(call, page.Items, page.Next, Write);
    }

    public static async Task GetAsync(ApiCall call, string kind)
    {
        var stored = await FindAsync(call, kind);
        call.Http.Response.Headers.ETag = $"\"{stored.Revision}\"";
        call.Http.Response.Headers.LastModified = stored.UpdatedAt.ToString("R");
        await call.WriteAsync(StatusCodes.Status200OK, writer => Write(writer, stored));
    }

    /// <summary>The document as applied, with its revision in it.</summary>
    public static void Write(Utf8JsonWriter writer, StoredResource stored)
    {
        var body = (JsonObject)Json.ToNode(stored.Body)!;
        if (body["metadata"] is not JsonObject metadata)
        {
            body["metadata"] = metadata = [];
        }

        metadata["tenant"] = stored.Key.Scope.Tenant;
        metadata["project"] = stored.Key.Scope.Project;
        metadata["revision"] = stored.Revision;
        body.WriteTo(writer);
    }

    private static async Task<StoredResource> FindAsync(ApiCall call, string kind)
    {
        var key = new ResourceKey(call.Scope, kind, call.Route("name"));
        return await call.State.Resources.GetAsync(key, call.Aborted) ?? throw NotFound(call, key);
    }

    public static ApiProblem NotFound(ApiCall call, ResourceKey key) => new(
        ErrorCodes.NotFound,
        $"there is no {key.Kind} {Quote.Text(key.Name)}{DidYouMean.Hint(key.Name, call.State.Catalog.NamesOf(key.Scope, key.Kind))}");

    private static async Task PutAsync(ApiCall call, string kind)
    {
        var name = call.Route("name");
        var documents = DocumentReader.Read(await call.BodyAsync(ApplyOperations.DocumentTypes), "body");
        ApplyOperations.MustServe(call);
        if (documents.Mistakes.Length > 0)
        {
            throw ApiProblem.InDocuments(documents.Mistakes);
        }

        if (documents.Documents.Length != 1)
        {
            throw new ApiProblem(
                ErrorCodes.WrongType, $"body: expected one document, found {documents.Documents.Length}; use `/api/v1/apply` for many");
        }

        var document = documents.Documents[0];
        var metadata = document.Root.TryGetProperty("metadata", out var given) ? given : default;
        if (document.Root.Text("kind") != kind || metadata.Text("name") != name)
        {
            throw new ApiProblem(ErrorCodes.NotAllowed, $"body: the document must be the {kind} {Quote.Text(name)}, as the address says");
        }

        // the expected revision travels in the document, where the catalog checks it under its lock
        var expected = ExpectedRevision(call);
        if (expected is { } revision)
        {
            var body = (JsonObject)Json.ToNode(document.Root)!;
            ((JsonObject)body["metadata"]!)["revision"] = revision;
            documents = new DocumentSet([document with { Root = Json.From(body) }], []);
        }

        var outcome = await call.State.Catalog.ApplyAsync(documents, call.Scope, call.Who, dryRun: false, call.Aborted);
        MustMatch(outcome.Mistakes, expected);
        if (outcome.Succeeded)
        {
            call.Http.Response.Headers.ETag = $"\"{outcome.Changes[0].Revision}\"";
        }

        await ApplyOperations.ReplyAsync(call, outcome, dryRun: false);
    }

    private static async Task DeleteAsync(ApiCall call, string kind)
    {
        ApplyOperations.MustServe(call);
        var key = new ResourceKey(call.Scope, kind, call.Route("name"));
        var expected = ExpectedRevision(call);
        var outcome = await call.State.Catalog.DeleteAsync([key], expected, call.Who, dryRun: false, call.Aborted);
        MustMatch(outcome.Mistakes, expected);
        if (outcome.Mistakes is [{ Code: ErrorCodes.NotFound }])
        {
            throw NotFound(call, key);
        }

        await ApplyOperations.ReplyAsync(call, outcome, dryRun: false);
    }

    private static void MustMatch(IReadOnlyList<Mistake> mistakes, long? expected)
    {
        if (expected is not null && mistakes.Any(m => m.Code == ErrorCodes.Conflict))
        {
            throw new ApiProblem(mistakes, StatusCodes.Status412PreconditionFailed);
        }
    }

    private static long? ExpectedRevision(ApiCall call)
    {
        if (call.Http.Request.Headers.IfNoneMatch.ToString() == "*")
        {
            return 0;
        }

        var match = call.Http.Request.Headers.IfMatch.ToString();
        if (match.Length == 0)
        {
            return null;
        }

        return long.TryParse(match.Trim('"'), out var revision) && revision > 0
            ? revision
            : throw new ApiProblem(ErrorCodes.WrongType, $"if-match: expected a revision such as `\"3\"`, found {Quote.Text(match)}");
    }
}
