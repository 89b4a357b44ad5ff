using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies;
using Reeve.Server.Access;
using Reeve.Storage.Records;

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
            routes.Get($"/api/v1/{path}", Needs.Viewer, call => ListAsync(call, kind));
            routes.Get($"/api/v1/{path}/{{name}}", Needs.Viewer, call => GetAsync(call, kind));
            MapChanges(routes, path, kind, kind == ResourceKinds.Silence ? Needs.Operator : Needs.Author);
        }
    }

    /// <summary>Put and delete of one document of a kind.</summary>
    public static void MapChanges(Routes routes, string path, string kind, Needs needs)
    {
        routes.Put($"/api/v1/{path}/{{name}}", needs, call => PutAsync(call, kind, needs.Role));
        routes.Delete($"/api/v1/{path}/{{name}}", needs, call => DeleteAsync(call, kind));
    }

    public static async Task ListAsync(ApiCall call, string kind)
    {
        var (limit, after) = Paging.Of(call);
        var sort = call.Query("sort") ?? "name";
        if (sort.TrimStart('-') is not ("name" or "updated_at"))
        {
            throw new ApiProblem(ErrorCodes.NotAllowed, $"sort: documents are sorted by `name` or `updated_at`, not by {Quote.Text(sort)}");
        }

        var query = new ResourceQuery(call.Scope.Tenant, kind)
        {
            Project = call.Query("project"),
            NamePrefix = call.Query("name"),
            Labels = Paging.LabelsOf(call),
            ByTime = sort.EndsWith("updated_at", StringComparison.Ordinal),
            Descending = sort.StartsWith('-'),
            After = after,
            Limit = limit,
        };
        var page = await call.State.Resources.ListAsync(query, call.Aborted);
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

    private static async Task PutAsync(ApiCall call, string kind, Role role)
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

        ApplyOperations.MustBeAllowed(call, documents, role);

        // the expected revision travels in the document, where the catalog checks it under its lock
        var dryRun = call.Flag("dry_run");
        var expected = await ExpectedRevisionAsync(call, new ResourceKey(call.Scope, kind, name));
        if (expected is { } revision)
        {
            var body = (JsonObject)Json.ToNode(document.Root)!;
            ((JsonObject)body["metadata"]!)["revision"] = revision;
            documents = new DocumentSet([document with { Root = Json.From(body) }], []);
        }

        var outcome = await call.State.Catalog.ApplyAsync(documents, call.Scope, call.Who, dryRun, call.Aborted);
        MustMatch(outcome.Mistakes, expected);
        if (outcome.Succeeded)
        {
            call.Http.Response.Headers.ETag = $"\"{outcome.Changes[0].Revision}\"";
        }

        await ApplyOperations.ReplyAsync(call, outcome, dryRun);
    }

    private static async Task DeleteAsync(ApiCall call, string kind)
    {
        var dryRun = call.Flag("dry_run");
        ApplyOperations.MustServe(call, dryRun);
        var key = new ResourceKey(call.Scope, kind, call.Route("name"));
        var expected = await ExpectedRevisionAsync(call, key);
        var outcome = await call.State.Catalog.DeleteAsync([key], expected, call.Who, dryRun, call.Aborted);
        MustMatch(outcome.Mistakes, expected);
        if (outcome.Mistakes is [{ Code: ErrorCodes.NotFound }])
        {
            throw NotFound(call, key);
        }

        await ApplyOperations.ReplyAsync(call, outcome, dryRun);
    }

    private static void MustMatch(IReadOnlyList<Mistake> mistakes, long? expected)
    {
        if (expected is not null && mistakes.Any(m => m.Code == ErrorCodes.Conflict))
        {
            throw new ApiProblem(mistakes, StatusCodes.Status412PreconditionFailed);
        }
    }

    /// <summary>
    /// The revision that the document must have, 0 for none, as <c>If-Match</c> and <c>If-None-Match</c> say; null when they say nothing.
    /// </summary>
    private static async Task<long?> ExpectedRevisionAsync(ApiCall call, ResourceKey key)
    {
        if (call.Http.Request.Headers.IfNoneMatch.ToString().Trim() is { Length: > 0 } none)
        {
            return none == "*"
                ? 0
                : throw new ApiProblem(ErrorCodes.NotAllowed, $"if-none-match: a change takes `*` only, found {Quote.Text(none)}");
        }

        var match = call.Http.Request.Headers.IfMatch.ToString().Trim();
        if (match.Length == 0)
        {
            return null;
        }

        // a bare number is what people write
        if (long.TryParse(match, NumberStyles.None, CultureInfo.InvariantCulture, out var bare) && bare > 0)
        {
            return bare;
        }

        if (match != "*" && ETags.Read(match) is null)
        {
            throw new ApiProblem(ErrorCodes.WrongType, $"if-match: expected a revision such as `\"3\"`, found {Quote.Text(match)}");
        }

        var now = (await call.State.Resources.GetAsync(key, call.Aborted))?.Revision;
        return now is { } revision && ETags.Match(match, $"\"{revision}\"", weakly: false)
            ? revision
            : throw new ApiProblem(
                ErrorCodes.Conflict,
                now is null
                    ? $"if-match: there is no `{key}`"
                    : $"if-match: `{key}` has revision {now}, which is not {Quote.Text(match)}: somebody else changed it; look at it first",
                StatusCodes.Status412PreconditionFailed);
    }
}
