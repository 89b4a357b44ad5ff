using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Server.Access;
using Reeve.Storage.Records;

namespace Reeve.Server.Api;

/// <summary><c>/api/v1/tokens</c>: who may call; and <c>/api/v1/whoami</c>. An admin sees and ends what it could have made.</summary>
internal static class TokenOperations
{
    private const int MostGrants = 50;
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan UsualLife = TimeSpan.FromDays(90);

    public static void Map(Routes routes)
    {
        routes.Get("/api/v1/whoami", Needs.AnyCaller, WhoAsync);
        routes.Get("/api/v1/tokens", Needs.Admin, ListAsync);
        routes.PostOnce("/api/v1/tokens", Needs.Admin, MakeAsync);
        routes.Delete("/api/v1/tokens/{id}", Needs.Admin, RevokeAsync);
    }

    private static Task WhoAsync(ApiCall call) => call.WriteAsync(StatusCodes.Status200OK, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("name", call.Who);
        WriteGrants(writer, call.Admitted.Caller.Grants);
        writer.WriteEndObject();
    });

    private static Task ListAsync(ApiCall call)
    {
        var seen = call.State.Tokens.All.Where(t => MayManage(call, t.Grants));
        var (items, next) = Paging.Page(call, seen, t => t.Token.Name, t => t.Token.Id, descending: false);
        return Paging.WriteAsync(call, items, next, (writer, item) => Write(writer, item.Token, item.Grants, null));
    }

    private static async Task MakeAsync(ApiCall call)
    {
        var mistakes = new List<Mistake>();
        var fields = new FieldReader(await call.ObjectAsync(), "", mistakes);
        var name = fields.RequiredText("name");
        var grants = GrantsOf(fields, mistakes);
        var life = fields.Duration("expires_in", TimeSpan.FromSeconds(1), LongestLife) ?? UsualLife;
        fields.Close();
        if (name.Length > 0 && !ResourceDocument.IsName(name))
        {
            fields.Report(ErrorCodes.NotAllowed, "name", $"{Quote.Text(name)} is no name: use letters, digits, `-`, `_` and `.`");
        }

        if (mistakes.Count > 0)
        {
            throw ApiProblem.InDocuments(mistakes);
        }

        foreach (var grant in grants.Where(g => !call.Admitted.Caller.MayGive(g)))
        {
            throw Admitted.Refused(call.Admitted.Caller, Role.Admin, grant.Tenant, grant.Project);
        }

        ApplyOperations.MustServe(call);
        var ends = call.State.Runtime.Time.GetUtcNow() + life;
        var (token, text) = await call.State.Tokens.MakeAsync(name, grants, ends, call.Who, call.Aborted);
        await NoteAsync(call, token, grants, "made");
        call.Http.Response.Headers.CacheControl = "no-store";
        call.Http.Response.Headers.Location = $"/api/v1/tokens/{token.Id}";
        await call.WriteAsync(StatusCodes.Status201Created, writer => Write(writer, token, grants, text));
    }

    private static async Task RevokeAsync(ApiCall call)
    {
        ApplyOperations.MustServe(call);
        var id = call.Route("id");
        var (found, grants) = call.State.Tokens.All.FirstOrDefault(t => t.Token.Id == id);
        if (found is null || !MayManage(call, grants))
        {
            throw new ApiProblem(ErrorCodes.NotFound, $"there is no token {Quote.Text(id)}");
        }

        var revoked = await call.State.Tokens.RevokeAsync(id, call.Aborted) ?? found;
        if (found.RevokedAt is null)
        {
            await NoteAsync(call, revoked, grants, "revoked");
        }

        await call.WriteAsync(StatusCodes.Status200OK, writer => Write(writer, revoked, grants, null));
    }

    private static IReadOnlyList<Grant> GrantsOf(FieldReader fields, List<Mistake> mistakes)
    {
        var texts = fields.Texts("grants");
        if (texts.Length is 0 or > MostGrants)
        {
            fields.Report(
                texts.Length == 0 ? ErrorCodes.MissingField : ErrorCodes.TooLarge, "grants",
                $"expected 1 to {MostGrants} grants such as `viewer@tenant/project`, found {texts.Length}");
        }

        var grants = new List<Grant>();
        for (var i = 0; i < texts.Length && i < MostGrants; i++)
        {
            if (Grant.Read(texts[i], out var problem) is { } grant)
            {
                grants.Add(grant);
            }
            else
            {
                mistakes.Add(new Mistake(ErrorCodes.NotAllowed, $"/grants/{i}", problem!));
            }
        }

        return [.. grants.Distinct()];
    }

    private static bool MayManage(ApiCall call, IReadOnlyList<Grant> grants) => grants.All(call.Admitted.Caller.MayGive);

    // who may do what is part of the record, of each tenant's own; the token itself is not
    private static Task NoteAsync(ApiCall call, KeptToken token, IReadOnlyList<Grant> grants, string what)
    {
        var changes = new ChangeSet();
        foreach (var own in grants.GroupBy(g => new Scope(
            g.Tenant == Grant.Every ? call.Scope.Tenant : g.Tenant, g.Project == Grant.Every ? Scope.Default.Project : g.Project)))
        {
            changes.Journal.Add(new JournalEntry
            {
                At = call.State.Runtime.Time.GetUtcNow(),
                Scope = own.Key,
                Kind = JournalKinds.AccessChanged,
                Who = call.Who,
                Summary = $"{what} token `{token.Name}` ({token.Id}) with {string.Join(' ', own)}",
            });
        }

        return call.State.Changes.CommitAsync(changes, CancellationToken.None);
    }

    private static void Write(Utf8JsonWriter writer, KeptToken token, IReadOnlyList<Grant> grants, string? text)
    {
        writer.WriteStartObject();
        writer.WriteString("id", token.Id);
        writer.WriteString("name", token.Name);
        WriteGrants(writer, grants);
        writer.WriteString("created_by", token.CreatedBy);
        writer.WriteString("created_at", token.CreatedAt);
        if (token.ExpiresAt is { } end)
        {
            writer.WriteString("expires_at", end);
        }

        if (token.RevokedAt is { } revoked)
        {
            writer.WriteString("revoked_at", revoked);
        }

        if (text is not null)
        {
            writer.WriteString("token", text);
        }

        writer.WriteEndObject();
    }

    private static void WriteGrants(Utf8JsonWriter writer, IReadOnlyList<Grant> grants)
    {
        writer.WriteStartArray("grants");
        foreach (var grant in grants)
        {
            writer.WriteStringValue(grant.ToString());
        }

        writer.WriteEndArray();
    }
}
