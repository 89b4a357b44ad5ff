using Microsoft.AspNetCore.Http;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa;

/// <summary>Asks the policy <c>system.authz</c> whether a request may pass.</summary>
internal sealed class OpaAuthorizer(OpaRoom room)
{
    private const string Undefined = "authorization policy missing or undefined";
    private const string Rejected = "request rejected by administrative policy";

    /// <summary>Throws <see cref="OpaProblem"/> when it may not.</summary>
    public async ValueTask MustPassAsync(HttpContext http, string path)
    {
        var input = await InputAsync(http, path);
        var decision = room.Decider.Document(
            room.Policies.Current, room.Config.DefaultAuthorizationDecision, input, default, http.RequestAborted);
        switch (decision)
        {
            case null:
                throw new OpaProblem(StatusCodes.Status500InternalServerError, "internal_error", Undefined);
            case BooleanValue { Boolean: true }:
                return;
            case ObjectValue fields when fields.Get("allowed") is BooleanValue { Boolean: true }:
                return;
            case ObjectValue fields when DataTree.TextMember(fields, "reason") is { Length: > 0 } reason:
                throw new OpaProblem(StatusCodes.Status401Unauthorized, "unauthorized", reason);
            default:
                throw new OpaProblem(StatusCodes.Status401Unauthorized, "unauthorized", Rejected);
        }
    }

    private async ValueTask<ObjectValue> InputAsync(HttpContext http, string path)
    {
        var request = http.Request;
        var fields = new List<KeyValuePair<string, Value>>
        {
            new("path", DataTree.ArrayOf(OpaPath.Parse(path).Select(DataTree.Of))),
            new("method", DataTree.Of(request.Method)),
            new("params", DataTree.ObjectOf(request.Query.Select(q => Several(q.Key, q.Value)))),
            new("headers", DataTree.ObjectOf(request.Headers.Select(h => Several(h.Key, h.Value)))),
        };
        if (room.Options.TokenAuthentication && Token(request) is { } token)
        {
            fields.Add(new("identity", DataTree.Of(token)));
        }

        if (HttpMethods.IsPost(request.Method) && (path == "/" || path.StartsWith("/v0/data", StringComparison.Ordinal)
            || path.StartsWith("/v1/", StringComparison.Ordinal)))
        {
            var bytes = await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, static span => span.ToArray());
            request.Headers.ContentEncoding = default;
            request.Body = new MemoryStream(bytes, writable: false);
            if (ValueJson.Read(bytes, room.Inputs.Limits, out _) is { } body)
            {
                fields.Add(new("body", body));
            }
        }

        return DataTree.ObjectOf(fields);
    }

    private static KeyValuePair<string, Value> Several(string name, IEnumerable<string?> values) =>
        new(name, DataTree.ArrayOf(values.Select(v => DataTree.Of(v ?? ""))));

    private static string? Token(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
    }
}
