using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Rest;

namespace Reeve.Senlin.Identity;

/// <summary>
/// The little of Keystone's v3 API that a client needs to authenticate with a password: discovery, a token, and the catalogue that
/// leads to the clustering service.
/// </summary>
internal sealed class Keystone(UserFile? users, TimeProvider time)
{
    /// <summary>Where it is.</summary>
    public const string Prefix = "/identity";

    private const int MostTokens = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);
    private readonly ConcurrentDictionary<string, Token> _tokens = new(StringComparer.Ordinal);

    /// <summary>Who has this token; null when nobody has, or has it no more.</summary>
    public Ownership? CallerOf(string token) =>
        _tokens.TryGetValue(token, out var known) && known.ExpiresAt > time.GetUtcNow()
            ? new Ownership(known.User.Name, known.User.Project, known.User.Domain)
            : null;

    /// <summary>Answers a request; <paramref name="mount"/> is where Senlin's face is.</summary>
    public Task AnswerAsync(SenlinCall call, string path, string mount)
    {
        var method = call.Http.Request.Method;
        var rest = path[Prefix.Length..].TrimEnd('/');
        return (method, rest) switch
        {
            ("GET", "") => call.ReplyAsync(300, writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartObject("versions");
                writer.WriteStartArray("values");
                Version(writer, call);
                writer.WriteEndArray();
                writer.WriteEndObject();
                writer.WriteEndObject();
            }),
            ("GET", "/v3") => call.OneAsync(200, "version", writer => Version(writer, call)),
            ("POST", "/v3/auth/tokens") => IssueAsync(call, mount),
            ("GET" or "HEAD", "/v3/auth/tokens") => ShowAsync(call, mount),
            ("DELETE", "/v3/auth/tokens") => RevokeAsync(call),
            ("GET", "/v3/auth/catalog") => CatalogAsync(call, mount),
            _ => throw new SenlinFault(404, "NotFound", $"there is nothing at `{path}`"),
        };
    }

    private static void Version(Utf8JsonWriter writer, SenlinCall call)
    {
        writer.WriteStartObject();
        writer.WriteString("id", "v3.14");
        writer.WriteString("status", "stable");
        writer.WriteString("updated", "2020-04-07T00:00:00Z");
        writer.WriteStartArray("links");
        writer.WriteStartObject();
        writer.WriteString("rel", "self");
        writer.WriteString("href", $"{call.Base}/v3/");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartArray("media-types");
        writer.WriteStartObject();
        writer.WriteString("base", "application/json");
        writer.WriteString("type", "application/vnd.openstack.identity-v3+json");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private async Task IssueAsync(SenlinCall call, string mount)
    {
        var body = await call.ReadBodyAsync();
        var identity = Member(Member(body, "auth"), "identity");
        var user = Member(Member(identity, "password"), "user");
        if (user.ValueKind != JsonValueKind.Object)
        {
            throw new SenlinFault(400, "BadRequest", "auth/identity: only the method `password` is served, with a `user`");
        }

        var name = user.Text("name") ?? user.Text("id") ?? "";
        if (users?.Find(name, user.Text("password") ?? "") is not { } known)
        {
            throw Refused();
        }

        var scope = Member(Member(Member(body, "auth"), "scope"), "project");
        if ((scope.Text("name") ?? scope.Text("id")) is { } project && project != known.Project)
        {
            throw Refused();
        }

        var now = time.GetUtcNow();
        if (_tokens.Count >= MostTokens)
        {
            foreach (var old in _tokens.OrderBy(t => t.Value.ExpiresAt).Take(MostTokens / 10).ToList())
            {
                _tokens.TryRemove(old.Key, out _);
            }
        }

        var id = Uuid.New() + Uuid.New();
        var token = new Token(known, now, now + Lifetime);
        _tokens[id] = token;
        call.Http.Response.Headers["X-Subject-Token"] = id;
        await call.OneAsync(201, "token", writer => Write(writer, token, call, mount));
    }

    private Task ShowAsync(SenlinCall call, string mount)
    {
        var token = Live(call.Http.Request.Headers["X-Subject-Token"].ToString());
        return call.OneAsync(200, "token", writer => Write(writer, token, call, mount));
    }

    private Task RevokeAsync(SenlinCall call)
    {
        var id = call.Http.Request.Headers["X-Subject-Token"].ToString();
        _ = Live(id);
        _tokens.TryRemove(id, out _);
        return call.NothingAsync();
    }

    private Task CatalogAsync(SenlinCall call, string mount)
    {
        _ = Live(call.Http.Request.Headers["X-Auth-Token"].ToString());
        return call.ReplyAsync(200, writer =>
        {
            writer.WriteStartObject();
            Catalog(writer, call, mount);
            writer.WriteEndObject();
        });
    }

    private Token Live(string id) => _tokens.TryGetValue(id, out var token) && token.ExpiresAt > time.GetUtcNow() ? token : throw Refused();

    private static SenlinFault Refused() => new(401, "Unauthorized", "The request you have made requires authentication.");

    private static void Write(Utf8JsonWriter writer, Token token, SenlinCall call, string mount)
    {
        var user = token.User;
        writer.WriteStartObject();
        writer.WriteStartArray("methods");
        writer.WriteStringValue("password");
        writer.WriteEndArray();
        writer.WriteString("issued_at", Time(token.IssuedAt));
        writer.WriteString("expires_at", Time(token.ExpiresAt));
        writer.WriteStartArray("audit_ids");
        writer.WriteStringValue(Uuid.Short(Uuid.For("audit", user.Name, Time(token.IssuedAt))));
        writer.WriteEndArray();
        writer.WriteStartObject("user");
        writer.WriteString("id", user.Name);
        writer.WriteString("name", user.Name);
        Domain(writer, user);
        writer.WriteNull("password_expires_at");
        writer.WriteEndObject();
        writer.WriteStartObject("project");
        writer.WriteString("id", user.Project);
        writer.WriteString("name", user.Project);
        Domain(writer, user);
        writer.WriteEndObject();
        writer.WriteBoolean("is_domain", false);
        writer.WriteStartArray("roles");
        writer.WriteStartObject();
        writer.WriteString("id", "member");
        writer.WriteString("name", "member");
        writer.WriteEndObject();
        writer.WriteEndArray();
        Catalog(writer, call, mount);
        writer.WriteEndObject();
    }

    private static void Domain(Utf8JsonWriter writer, KnownUser user)
    {
        writer.WriteStartObject("domain");
        writer.WriteString("id", user.Domain);
        writer.WriteString("name", user.Domain);
        writer.WriteEndObject();
    }

    private static void Catalog(Utf8JsonWriter writer, SenlinCall call, string mount)
    {
        var root = $"{call.Http.Request.Scheme}://{call.Http.Request.Host}";
        writer.WriteStartArray("catalog");
        foreach (var (type, name, url) in (ReadOnlySpan<(string, string, string)>)
            [("clustering", "senlin", root + mount), ("identity", "keystone", $"{root}{Prefix}/v3")])
        {
            writer.WriteStartObject();
            writer.WriteString("id", Uuid.For("service", type).Replace("-", "", StringComparison.Ordinal));
            writer.WriteString("type", type);
            writer.WriteString("name", name);
            writer.WriteStartArray("endpoints");
            foreach (var side in (string[])["public", "internal", "admin"])
            {
                writer.WriteStartObject();
                writer.WriteString("id", Uuid.For("endpoint", type, side).Replace("-", "", StringComparison.Ordinal));
                writer.WriteString("interface", side);
                writer.WriteString("region", "RegionOne");
                writer.WriteString("region_id", "RegionOne");
                writer.WriteString("url", url);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static JsonElement Member(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? value : default;

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private sealed record Token(KnownUser User, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);
}
