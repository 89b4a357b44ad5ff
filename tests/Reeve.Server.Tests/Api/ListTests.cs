using System.Net;
using System.Text.Json;

namespace Reeve.Server.Tests.Api;

/// <summary>Pages, filters, sorting and conditional requests.</summary>
public sealed class ListTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    [Theory]
    [InlineData("sort=name", "a-0 a-1 a-2 b-0 b-1")]
    [InlineData("sort=-name", "b-1 b-0 a-2 a-1 a-0")]
    [InlineData("sort=updated_at", "b-1 a-2 a-1 a-0 b-0")]
    [InlineData("sort=-updated_at", "b-0 a-0 a-1 a-2 b-1")]
    [InlineData("name=a-", "a-0 a-1 a-2")]
    [InlineData("label=half%3Deven", "a-0 a-2 b-0")]
    [InlineData("label=half%3Deven&label=last&sort=-name", "b-0")]
    [InlineData("label=last", "b-0")]
    public async Task Documents_are_filtered_and_sorted_and_the_pages_fit_together(string query, string expected)
    {
        foreach (var name in (string[])["b-1", "a-2", "a-1", "a-0", "b-0"])
        {
            var half = name is "a-1" or "b-1" ? "odd" : "even";
            var labels = $"{{half: {half}{(name == "b-0" ? ", last: really" : "")}}}";
            await reeve.ApplyAsync($$"""
                kind: Policy
                metadata: {name: {{name}}, project: listing, labels: {{labels}} }
                spec: {type: reeve.heartbeat-1.0}
                """);
        }

        for (var limit = 1; limit <= 6; limit++)
        {
            Assert.Equal(expected, string.Join(' ', await NamesAsync($"/api/v1/policies?project=listing&limit={limit}&{query}")));
        }
    }

    [Fact]
    public async Task Targets_are_filtered_and_sorted_and_the_pages_fit_together()
    {
        await reeve.ApplyAsync("""
            kind: Target
            metadata: {name: t, project: tree, labels: {root: 'yes'}}
            spec:
              children:
                - {name: c, kind: group, labels: {tier: web}, driver: {name: simulated}}
                - {name: b, kind: node, labels: {tier: web}}
                - {name: a, kind: node, labels: {tier: db}}
            """);
        const string path = "/api/v1/targets?project=tree&limit=2";
        Assert.Equal("t t/a t/b t/c", string.Join(' ', await NamesAsync(path)));
        Assert.Equal("t/c t/b t/a t", string.Join(' ', await NamesAsync($"{path}&sort=-path")));
        Assert.Equal("t t/c t/a t/b", string.Join(' ', await NamesAsync($"{path}&sort=kind")));
        Assert.Equal("t/b t/c", string.Join(' ', await NamesAsync($"{path}&label=tier%3Dweb")));
        Assert.Equal("t/c", string.Join(' ', await NamesAsync($"{path}&driver=simulated")));
        Assert.Equal("t/a t/b", string.Join(' ', await NamesAsync($"{path}&kind=node&below=t&state=unknown")));
        Assert.Equal("not-allowed", (await reeve.GetAsync($"{path}&state=broken")).Code);
    }

    [Fact]
    public async Task Policy_types_are_filtered_and_sorted()
    {
        var up = await NamesAsync("/api/v1/policy-types?limit=3&built_in=true&name=reeve.");
        var down = await NamesAsync("/api/v1/policy-types?limit=2&built_in=true&name=reeve.&sort=-name");
        Assert.NotEmpty(up);
        Assert.Equal(up, Enumerable.Reverse(down));
        Assert.Empty(await NamesAsync("/api/v1/policy-types?engine=none"));
    }

    [Theory]
    [InlineData("/api/v1/policies?after=%00nonsense")]
    [InlineData("/api/v1/policies?sort=updated_at&after=nonsense")]
    [InlineData("/api/v1/targets?after=~")]
    [InlineData("/api/v1/journal?after=nonsense")]
    [InlineData("/api/v1/incidents?after=1.2.3")]
    public async Task A_cursor_that_nobody_gave_out_does_no_harm(string path) =>
        Assert.Equal(HttpStatusCode.OK, (await reeve.GetAsync(path)).Status);

    [Fact]
    public async Task What_the_caller_has_already_is_not_sent_again()
    {
        await reeve.ApplyAsync("kind: Policy\nmetadata: {name: tagged, project: tags}\nspec: {type: reeve.heartbeat-1.0}");
        foreach (var path in (string[])["/api/v1/policies/tagged?project=tags", "/api/v1/policies?project=tags", "/openapi/v1.json"])
        {
            var tag = (await reeve.GetAsync(path)).Headers["ETag"];
            Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(path, tag));
            Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(path, $"\"other\", W/{tag}"));
            Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(path, "*"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(path, "\"other\""));
        }
    }

    [Theory]
    [InlineData("\"1\"", HttpStatusCode.OK)]
    [InlineData("1", HttpStatusCode.OK)]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("\"7\", \"1\"", HttpStatusCode.OK)]
    [InlineData("\"7\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"1\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("\"abc,1\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("nonsense", HttpStatusCode.UnprocessableEntity)]
    public async Task A_change_is_made_only_of_what_the_caller_has_seen(string match, HttpStatusCode expected)
    {
        const string path = "/api/v1/policies/matched?project=matching";
        const string text = "kind: Policy\nmetadata: {name: matched, project: matching}\nspec: {type: reeve.heartbeat-1.0}";
        await reeve.ApplyAsync(text);
        var plan = await reeve.SendAsync(HttpMethod.Put, path + "&dry_run=true", text, "application/yaml", ("If-Match", match));
        Assert.Equal(expected, plan.Status);
        Assert.Equal(expected, (await DeleteAsync(path + "&dry_run=true", match)).Status);
        var absent = await DeleteAsync(path.Replace("matched", "absent", StringComparison.Ordinal), "*");
        Assert.Equal(HttpStatusCode.PreconditionFailed, absent.Status);
        var there = await reeve.SendAsync(HttpMethod.Put, path, text, "application/yaml", ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, there.Status);
    }

    [Fact]
    public async Task What_is_nested_too_deeply_is_refused_with_400()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200));
        foreach (var path in (string[])["/api/v1/apply", "/api/v1/executions", "/api/v1/delete"])
        {
            var reply = await reeve.PostAsync(path, $"{{\"a\": {deep}}}");
            Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
            Assert.Equal("too-deep", reply.Code);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await reeve.PostAsync("/api/v1/events", $"{{\"a\": {deep}}}")).Status);
    }

    private Task<Reply> DeleteAsync(string path, string match) =>
        reeve.SendAsync(HttpMethod.Delete, path, (string?)null, null, ("If-Match", match));

    private async Task<HttpStatusCode> StatusAsync(string path, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var response = await reeve.Client.SendAsync(request);
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }

        return response.StatusCode;
    }

    private async Task<List<string>> NamesAsync(string? path)
    {
        var names = new List<string>();
        while (path is not null)
        {
            var page = await reeve.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            names.AddRange(page.Items.Select(NameOf));
            path = page.Headers.TryGetValue("Link", out var link) ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
        }

        return names;
    }

    private static string NameOf(JsonElement item) =>
        item.TryGetProperty("path", out var path) ? path.GetString()!
        : item.TryGetProperty("metadata", out var metadata) ? metadata.GetProperty("name").GetString()!
        : item.GetProperty("name").GetString()!;
}
