using System.Globalization;
using System.Text;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Server.Api.OpenApi;
using Reeve.Server.Tests.Access;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Reference;

/// <summary>The page of the REST routes, from the description that the server gives of itself and from what each route needs.</summary>
public sealed class RestPageTests(GuardedReeve guarded) : IClassFixture<GuardedReeve>
{
    private static readonly string[] Methods = ["get", "post", "put", "delete"];

    [Fact]
    public async Task The_page_of_the_routes_is_what_the_server_answers()
    {
        using var document = JsonDocument.Parse(OpenApiDocument.Current.Text);
        var root = document.RootElement;
        var needs = guarded.Reeve.App.RouteNeeds
            .ToDictionary(r => $"{r.Method} {r.Pattern.Replace("{**", "{", StringComparison.Ordinal)}", r => r.Needs!.ToString());
        var text = new StringBuilder(
            """
            # The routes of the REST API

            All of `/openapi/v1.json` in short; what they have in common is told in [api.md](../api.md), what each role gets in
            [access.md](access.md). Every list takes `limit` and `after`. Every route that needs a role takes `tenant` and `project`.

            """.ReplaceLineEndings("\n"));
        var described = root.GetProperty("paths").EnumerateObject()
            .SelectMany(p => Methods.Where(m => p.Value.TryGetProperty(m, out _)).Select(m => (
                Path: p.Name, Method: m, Shared: p.Value, Operation: p.Value.GetProperty(m))))
            .ToList();
        foreach (var tag in root.GetProperty("tags").EnumerateArray())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Title(tag.Text("name")!)}\n\n{tag.Text("description")}\n\n");
            text.Append("| route | does | needs | query | headers | body |\n|---|---|---|---|---|---|\n");
            foreach (var (path, method, shared, operation) in described.Where(d => TagOf(d.Operation) == tag.Text("name")))
            {
                var route = $"{method.ToUpperInvariant()} {path}";
                var parameters = List(shared).Concat(List(operation)).Select(p => Resolve(root, p)).ToList();
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{route}` | {ReferencePage.Cell(operation.Text("summary"))} | {needs[route]} | {Names(parameters, "query")} "
                    + $"| {Names(parameters, "header")} | {Body(operation)} |\n");
            }
        }

        Assert.Empty(described.Where(d => !root.GetProperty("tags").EnumerateArray().Any(t => t.Text("name") == TagOf(d.Operation)))
            .Select(d => $"{d.Method} {d.Path} has the tag {TagOf(d.Operation)}, which is not told"));
        await ReferencePage.HoldAsync("rest.md", text.ToString());
    }

    private static string TagOf(JsonElement operation) => operation.GetProperty("tags")[0].GetString()!;

    private static string Title(string tag) => $"{char.ToUpperInvariant(tag[0])}{tag[1..]}";

    private static IEnumerable<JsonElement> List(JsonElement of) =>
        of.TryGetProperty("parameters", out var list) ? list.EnumerateArray() : [];

    private static string Names(IEnumerable<JsonElement> parameters, string where) => string.Join(" ", parameters
        .Where(p => p.Text("in") == where && p.Text("name") is not ("tenant" or "project" or "limit" or "after"))
        .Select(p => $"`{p.Text("name")}`"));

    private static string Body(JsonElement operation) => operation.TryGetProperty("requestBody", out var body)
        && body.TryGetProperty("content", out var content)
            ? string.Join(" ", content.EnumerateObject().Select(c => $"`{c.Name}`"))
            : "";

    private static JsonElement Resolve(JsonElement root, JsonElement value)
    {
        while (value.Text("$ref") is { } reference)
        {
            value = reference[2..].Split('/').Aggregate(root, (at, name) => at.GetProperty(name));
        }

        return value;
    }
}
