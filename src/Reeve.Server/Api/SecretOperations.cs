using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Journal;
using Reeve.Server.Access;
using Reeve.Storage.Records;

namespace Reeve.Server.Api;

/// <summary><c>/api/v1/secrets</c>: set, named, removed; never read back.</summary>
internal static class SecretOperations
{
    private const int LongestSecret = 64 * 1024;

    public static void Map(Routes routes)
    {
        routes.Get("/api/v1/secrets", Needs.Admin, ListAsync);
        routes.Put("/api/v1/secrets/{name}", Needs.Admin, SetAsync);
        routes.Delete("/api/v1/secrets/{name}", Needs.Admin, RemoveAsync);
        routes.PostOnce("/api/v1/secret-keys/rotate", Needs.AdminEverywhere, RotateAsync);
    }

    private static Task ListAsync(ApiCall call)
    {
        var seen = call.State.Secrets.Of(call.Scope.Tenant, call.Query("project"));
        var (items, next) = Paging.Page(call, seen, s => $"{s.Scope.Project}/{s.Name}", s => s.Name, descending: false);
        return Paging.WriteAsync(call, items, next, Write);
    }

    private static async Task SetAsync(ApiCall call)
    {
        var name = call.Route("name");
        if (!ResourceDocument.IsName(name))
        {
            throw new ApiProblem(ErrorCodes.NotAllowed, $"name: {Quote.Text(name)} is no name: use letters, digits, `-`, `_` and `.`");
        }

        var mistakes = new List<Mistake>();
        var fields = new FieldReader(await call.ObjectAsync(), "", mistakes);
        var value = fields.RequiredText("value");
        fields.Close();
        if (mistakes.Count > 0)
        {
            // the reader's own sentences may show what was sent
            throw new ApiProblem(mistakes[0].Code, "body: expected an object with the one field `value`, a text that is not empty");
        }

        if (Encoding.UTF8.GetByteCount(value) > LongestSecret)
        {
            throw new ApiProblem(ErrorCodes.TooLarge, $"value: it has more than {LongestSecret} bytes");
        }

        ApplyOperations.MustServe(call);
        var isNew = call.State.Secrets.Find(call.Scope, name) is null;
        var kept = await call.State.Secrets.SetAsync(call.Scope, name, value, call.Who, call.Aborted);
        await NoteAsync(call, $"set secret `{name}`");
        await call.WriteAsync(isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, writer => Write(writer, kept));
    }

    private static async Task RemoveAsync(ApiCall call)
    {
        ApplyOperations.MustServe(call);
        var name = call.Route("name");
        var kept = call.State.Secrets.Find(call.Scope, name);
        if (kept is null || !await call.State.Secrets.RemoveAsync(call.Scope, name, call.Aborted))
        {
            var names = call.State.Secrets.Of(call.Scope.Tenant, call.Scope.Project).Select(s => s.Name);
            throw new ApiProblem(ErrorCodes.NotFound, $"there is no secret {Quote.Text(name)}{DidYouMean.Hint(name, names)}");
        }

        await NoteAsync(call, $"removed secret `{name}`");
        await call.WriteAsync(StatusCodes.Status200OK, writer => Write(writer, kept));
    }

    private static async Task RotateAsync(ApiCall call)
    {
        ApplyOperations.MustServe(call);
        var (sealedAnew, problem) = await call.State.Secrets.RotateAsync(call.Aborted);
        if (problem is not null)
        {
            throw new ApiProblem(ErrorCodes.Conflict, problem);
        }

        await NoteAsync(call, $"sealed {sealedAnew} secrets with a new key");
        await call.WriteAsync(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("sealed", sealedAnew);
            writer.WriteEndObject();
        });
    }

    private static Task NoteAsync(ApiCall call, string what)
    {
        var changes = new ChangeSet();
        changes.Journal.Add(new JournalEntry
        {
            At = call.State.Runtime.Time.GetUtcNow(),
            Scope = call.Scope,
            Kind = JournalKinds.AccessChanged,
            Who = call.Who,
            Summary = what,
        });
        return call.State.Changes.CommitAsync(changes, CancellationToken.None);
    }

    private static void Write(Utf8JsonWriter writer, KeptSecret secret)
    {
        writer.WriteStartObject();
        writer.WriteString("name", secret.Name);
        writer.WriteString("tenant", secret.Scope.Tenant);
        writer.WriteString("project", secret.Scope.Project);
        writer.WriteString("key", secret.KeyId);
        writer.WriteString("updated_at", secret.UpdatedAt);
        writer.WriteString("updated_by", secret.UpdatedBy);
        writer.WriteEndObject();
    }
}
