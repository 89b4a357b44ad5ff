using System.Globalization;
using System.Net;
using System.Text;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Access;

/// <summary>
/// The faces of other systems, asked by nobody, by another tenant's admin and by each role. They are closed as a whole, whatever the
/// address below them; the table of answers is <c>docs/reference/access-faces.md</c>.
/// </summary>
public sealed class FaceTableTests(GuardedReeve guarded) : IClassFixture<GuardedReeve>
{
    private static readonly string[] RoleNames = ["viewer", "operator", "approver", "author", "admin"];

    // every address that OPA's face knows, and one that it does not
    private static readonly (string Method, string Path)[] Opa =
    [
        ("GET", "/"), ("POST", "/"), ("GET", "/health"), ("GET", "/metrics"),
        ("GET", "/v1/data"), ("GET", "/v1/data/x"), ("POST", "/v1/data/x"), ("PUT", "/v1/data/x"), ("PATCH", "/v1/data/x"),
        ("DELETE", "/v1/data/x"), ("POST", "/v0/data/x"), ("POST", "/v1/batch/data/x"), ("GET", "/v1/query"), ("POST", "/v1/query"),
        ("POST", "/v1/compile"), ("GET", "/v1/policies"), ("GET", "/v1/policies/x"), ("PUT", "/v1/policies/x"),
        ("DELETE", "/v1/policies/x"), ("GET", "/v1/config"), ("GET", "/v1/status"), ("GET", "/not/there"),
    ];

    private static readonly (string Method, string Path)[] Identity =
    [
        ("GET", "/v3"), ("POST", "/v3/auth/tokens"), ("GET", "/v3/auth/tokens"), ("DELETE", "/v3/auth/tokens"),
        ("GET", "/v3/auth/catalog"), ("GET", "/not/there"),
    ];

    [Fact]
    public async Task The_other_faces_answer_whom_the_table_says()
    {
        var asking = new List<(string Who, string? Token)> { ("no token", null), ("other tenant", await guarded.TokenAsync("admin@else")) };
        foreach (var role in RoleNames)
        {
            asking.Add((role, await guarded.TokenAsync($"{role}@acme")));
        }

        asking.Add(("viewer of all", await guarded.TokenAsync("viewer@*")));
        asking.Add(("author of all", await guarded.TokenAsync("author@*")));
        asking.Add(("admin of all", guarded.Admin));
        var senlin = guarded.Reeve.App.SenlinRoutes.Append(("GET", "/not/there")).ToList();
        Assert.True(senlin.Count > 50);
        var table = new StringBuilder(
            """
            # Who may ask what of the other faces

            With `--auth tokens` and without `--senlin-users` and `--opa-authorize`, which let each face decide by itself. The tests ask
            each address as each of these; a face is closed as a whole, so that an address that is not there is refused alike. `yes`: it
            is let through; 401: say who calls; 403: not with this token.


            """.ReplaceLineEndings("\n"));
        table.Append(CultureInfo.InvariantCulture, $"| route | {string.Join(" | ", asking.Select(t => t.Who))} |\n");
        table.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---|", asking.Count))}\n");
        foreach (var (method, path) in Opa.Select(r => (r.Method, $"/opa{r.Path}"))
            .Concat(Identity.Select(r => (r.Method, $"/identity{r.Path}")))
            .Concat(senlin.Select(r => (r.Item1, $"/senlin{r.Item2}")).Distinct()))
        {
            var answers = new List<string>();
            foreach (var (who, token) in asking)
            {
                var answer = await AskAsync(token, method, path);
                Assert.True(answer == Expected(who, method, path), $"{method} {path} as {who}: {answer}");
                answers.Add(answer);
            }

            table.Append(CultureInfo.InvariantCulture, $"| `{method} {path}` | {string.Join(" | ", answers)} |\n");
        }

        await ReferencePage.HoldAsync("access-faces.md", table.ToString());
    }

    private static string Expected(string who, string method, string path)
    {
        if (path == "/opa/health" || who == "admin of all")
        {
            return "yes";
        }

        var changes = method is "PUT" or "PATCH" or "DELETE";
        return who == "no token" ? "401"
            : path.StartsWith("/opa", StringComparison.Ordinal) && (who == "author of all" || (who == "viewer of all" && !changes)) ? "yes"
            : "403";
    }

    private async Task<string> AskAsync(string? token, string method, string pattern)
    {
        var path = string.Join('/', pattern.Split('/').Select(p => p.StartsWith('{') ? "nothing" : p));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT" or "PATCH")
        {
            // nothing is changed: whoever is let through sends what nothing can be made of
            request.Content = new StringContent("[", Encoding.UTF8, "application/json");
        }

        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        using var reply = await guarded.Reeve.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return reply.StatusCode switch
        {
            // a 401 of Keystone's and a 403 of Senlin's own are answers of the route
            HttpStatusCode.Unauthorized when reply.Headers.WwwAuthenticate.Count > 0 => "401",
            HttpStatusCode.Forbidden when path.StartsWith("/opa", StringComparison.Ordinal) || IsProblem(reply) => "403",
            HttpStatusCode.InternalServerError => "500",
            _ => "yes",
        };
    }

    private static bool IsProblem(HttpResponseMessage reply) =>
        reply.Content.Headers.ContentType?.MediaType == "application/problem+json";
}
