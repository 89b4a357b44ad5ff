using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies;
using Reeve.Runtime.Catalog;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary>
/// <c>POST /api/v1/apply</c>: documents as text, one or many (or several files as
/// <c>multipart/form-data</c>), applied as one; <c>POST /api/v1/delete</c> removes what such documents name.
/// </summary>
internal static class ApplyOperations
{
    public static readonly string[] DocumentTypes = ["application/yaml", "application/x-yaml", "text/yaml", "application/json"];

    public static void Map(Routes routes)
    {
        routes.Post("/api/v1/apply", Needs.Author, ApplyAsync);
        routes.Post("/api/v1/delete", Needs.Author, DeleteAsync);
    }

    /// <summary>The reply to a change of documents; throws an <see cref="ApiProblem"/> when nothing was done.</summary>
    public static async Task ReplyAsync(ApiCall call, ApplyOutcome outcome, bool dryRun)
    {
        if (!outcome.Succeeded)
        {
            throw ApiProblem.InDocuments(outcome.Mistakes);
        }

        foreach (var change in outcome.Changes)
        {
            if (!dryRun && change.Kind != ResourceChangeKind.Unchanged)
            {
                call.State.NotAtWork.TryRemove(change.Key, out _);
            }
        }

        var before = dryRun && call.Query("diff") is not null && call.Flag("diff") ? await BeforeAsync(call, outcome) : null;
        await call.WriteAsync(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("dry_run", dryRun);
            writer.WriteStartArray("changes");
            foreach (var change in outcome.Changes)
            {
                writer.WriteStartObject();
                writer.WriteString("kind", change.Key.Kind);
                writer.WriteString("name", change.Key.Name);
                writer.WriteString("tenant", change.Key.Scope.Tenant);
                writer.WriteString("project", change.Key.Scope.Project);
                writer.WriteString("change", change.Kind.ToString().ToLowerInvariant());
                writer.WriteNumber("revision", change.Revision);
                if (before is not null)
                {
                    WriteDiff(writer, change, before.GetValueOrDefault(change.Key));
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static async Task ApplyAsync(ApiCall call)
    {
        var dryRun = call.Flag("dry_run");
        var prune = call.Flag("prune") ? new PruneRule(Paging.LabelsOf(call)) : null;
        if (prune is null && call.Query("label") is not null)
        {
            throw new ApiProblem(ErrorCodes.NotAllowed, "label: it narrows what `prune` deletes, and `prune` is not said");
        }

        var documents = await ReadAsync(call);
        MustBeAllowed(call, documents);
        MustServe(call, dryRun);
        await ReplyAsync(
            call, await call.State.Catalog.ApplyAsync(documents, call.Scope, call.Who, dryRun, prune, call.Aborted), dryRun);
    }

    private static async Task<Dictionary<ResourceKey, StoredResource>> BeforeAsync(ApiCall call, ApplyOutcome outcome)
    {
        var before = new Dictionary<ResourceKey, StoredResource>();
        foreach (var change in outcome.Changes.Where(c => c.Kind is ResourceChangeKind.Changed or ResourceChangeKind.Deleted))
        {
            if (await call.State.Resources.GetAsync(change.Key, call.Aborted) is { } stored)
            {
                before[change.Key] = stored;
            }
        }

        return before;
    }

    private static void WriteDiff(Utf8JsonWriter writer, ResourceChange change, StoredResource? before)
    {
        if (before is not null)
        {
            writer.WritePropertyName("before");
            ResourceOperations.Write(writer, before);
        }

        if (change.Kind is ResourceChangeKind.Changed or ResourceChangeKind.Created && change.Body.ValueKind == JsonValueKind.Object)
        {
            writer.WritePropertyName("after");
            ResourceOperations.Write(writer, new StoredResource(change.Key, change.Revision, change.Body, default, default, ""));
        }
    }

    private static async Task DeleteAsync(ApiCall call)
    {
        var dryRun = call.Flag("dry_run");
        var documents = await ReadAsync(call);
        MustBeAllowed(call, documents);
        MustServe(call, dryRun);
        var mistakes = documents.Mistakes.ToList();
        var keys = documents.Documents.Select(d => KeyOf(d, call, mistakes)).OfType<ResourceKey>().ToList();
        if (mistakes.Count > 0)
        {
            throw ApiProblem.InDocuments(mistakes);
        }

        await ReplyAsync(call, await call.State.Catalog.DeleteAsync(keys, null, call.Who, dryRun, call.Aborted), dryRun);
    }

    /// <summary>
    /// A document may name a tenant and a project of its own: whoever hands it in must be an author there too. Throws an
    /// <see cref="ApiProblem"/>.
    /// </summary>
    public static void MustBeAllowed(ApiCall call, DocumentSet documents, Role role = Role.Author)
    {
        foreach (var document in documents.Documents)
        {
            var metadata = document.Root.ValueKind == JsonValueKind.Object && document.Root.TryGetProperty("metadata", out var given)
                ? given
                : default;
            call.MustBe(
                role, metadata.Text("tenant") ?? call.Scope.Tenant, metadata.Text("project") ?? call.Scope.Project);
        }
    }

    // an acknowledged change is on disk; while the disk is away nobody is left to wait for it
    public static void MustServe(ApiCall call, bool dryRun = false)
    {
        if (!dryRun && call.State.NotReady().FirstOrDefault() is { } reason)
        {
            throw new ApiProblem(ErrorCodes.Unavailable, $"{reason}; try again later") { RetryAfter = 2 };
        }
    }

    private static async Task<DocumentSet> ReadAsync(ApiCall call)
    {
        var limits = new DocumentLimits { MaxBytes = call.State.Options.MaxRequestBytes };
        var texts = call.Http.Request.HasFormContentType
            ? await call.FilesAsync()
            : [(call.Query("file") ?? "body", await call.BodyAsync(DocumentTypes))];
        var read = texts.Select(t => (t.Name, Set: DocumentReader.Read(t.Text, t.Name, limits))).ToList();
        var empty = read.FirstOrDefault(r => r.Set.Mistakes.Length == 0 && r.Set.Documents.Length == 0);
        return empty.Name is null
            ? new DocumentSet([.. read.SelectMany(r => r.Set.Documents)], [.. read.SelectMany(r => r.Set.Mistakes)])
            : throw new ApiProblem(ErrorCodes.MalformedText, $"{empty.Name}: there is no document in it");
    }

    private static ResourceKey? KeyOf(Document document, ApiCall call, List<Mistake> mistakes)
    {
        var own = new List<Mistake>();
        var read = ResourceDocument.Read(document.Root, call.Scope, own);
        mistakes.AddRange(document.Locate(own));
        return read?.Key;
    }
}
