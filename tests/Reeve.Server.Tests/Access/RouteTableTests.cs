using System.Globalization;
using System.Net;
using System.Text;
using Reeve.Server.Access;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Access;

/// <summary>
/// Every route, asked by nobody, by another tenant's admin and by each role; the table of answers is <c>docs/reference/access.md</c>.
/// </summary>
public sealed class RouteTableTests(GuardedReeve guarded) : IClassFixture<GuardedReeve>
{
    private static readonly string[] RoleNames = ["viewer", "operator", "approver", "author", "admin"];

    [Fact]
    public void Every_route_says_what_it_needs() =>
        Assert.Empty(guarded.Reeve.App.RouteNeeds.Where(r => r.Needs is null).Select(r => $"{r.Method} {r.Pattern}"));

    [Fact]
    public async Task The_table_of_who_may_ask_what_is_what_the_server_does()
    {
        var tokens = new List<(string Who, string? Token)> { ("no token", null), ("other tenant", await guarded.TokenAsync("admin@else")) };
        foreach (var role in RoleNames)
        {
            tokens.Add((role, await guarded.TokenAsync($"{role}@acme")));
        }

        tokens.Add(("admin of all", guarded.Admin));
        var table = new StringBuilder();
        table.AppendLine(
            """
            # Who may ask what

            The tests ask every route as each of these. All roles but the last are of the tenant `acme`, and so is what is asked for.
            `yes`: the request is let through to its route; 401: say who calls;
            403: not with this token. How roles and scopes work is told in [access.md](../access.md).

            """);
        table.AppendLine(CultureInfo.InvariantCulture, $"| route | needs | {string.Join(" | ", tokens.Select(t => t.Who))} |");
        table.AppendLine(CultureInfo.InvariantCulture, $"|---|---|{string.Concat(Enumerable.Repeat("---|", tokens.Count))}");
        foreach (var (method, pattern, needs) in guarded.Reeve.App.RouteNeeds
            .OrderBy(r => r.Pattern, StringComparer.Ordinal).ThenBy(r => r.Method, StringComparer.Ordinal))
        {
            var answers = new List<string>();
            foreach (var (who, token) in tokens)
            {
                var answer = await AskAsync(token, method, pattern, needs!);
                Assert.True(answer == Expected(who, needs!), $"{method} {pattern} as {who}: {answer}, needs {needs}");
                answers.Add(answer);
            }

            table.AppendLine(CultureInfo.InvariantCulture, $"| `{method} {pattern}` | {needs} | {string.Join(" | ", answers)} |");
        }

        await ReferencePage.HoldAsync("access.md", table.ToString());
    }

    private async Task<string> AskAsync(string? token, string method, string pattern, Needs needs)
    {
        var path = pattern.Replace("{**name}", "nothing", StringComparison.Ordinal).Replace("{name}", "nothing", StringComparison.Ordinal)
            .Replace("{id}", "nothing", StringComparison.Ordinal).Replace("{kind}", "execution", StringComparison.Ordinal);
        var query = needs.Reach == Reach.Scope ? "?tenant=acme" : "";

        // nothing is changed: whoever is let through sends what is no document
        using var request = new HttpRequestMessage(new HttpMethod(method), path + query);
        if (method is "POST" or "PUT")
        {
            request.Content = new StringContent("[]", Encoding.UTF8, "application/json");
        }

        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        using var reply = await guarded.Reeve.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return reply.StatusCode switch
        {
            HttpStatusCode.Unauthorized => "401",
            HttpStatusCode.Forbidden => "403",
            HttpStatusCode.InternalServerError => "500",
            _ => "yes",
        };
    }

    private static string Expected(string who, Needs needs) => (needs.Reach, who) switch
    {
        (Reach.Nothing, _) => "yes",
        (_, "no token") => "401",
        (Reach.Caller, _) or (_, "admin of all") => "yes",
        (Reach.Everything, _) or (_, "other tenant") => "403",
        _ => who == "admin" || needs.Role.Name() == who || needs.Role == Role.Viewer ? "yes" : "403",
    };
}
