using System.Net;
using System.Text;

namespace Reeve.Server.Tests.Api;

public sealed class DocumentTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    [Fact]
    public async Task Applied_twice_is_created_and_then_unchanged()
    {
        const string text = "kind: Policy\nmetadata: {name: twice}\nspec: {type: reeve.heartbeat-1.0, properties: {ttl: 10s}}";
        var plan = await reeve.ApplyAsync(text, "?dry_run=true");
        var first = await reeve.ApplyAsync(text);
        var second = await reeve.ApplyAsync(text);
        Assert.Equal("created", plan.Body.GetProperty("changes")[0].GetProperty("change").GetString());
        Assert.Equal("created", first.Body.GetProperty("changes")[0].GetProperty("change").GetString());
        Assert.Equal("unchanged", second.Body.GetProperty("changes")[0].GetProperty("change").GetString());
        Assert.Equal(1, second.Body.GetProperty("changes")[0].GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task What_is_read_can_be_applied_again_and_changes_nothing()
    {
        await reeve.ApplyAsync(
            "kind: Policy\nmetadata: {name: again, labels: {a: b}}\nspec: {type: reeve.heartbeat-1.0, properties: {ttl: 10s}}");
        var read = await reeve.GetAsync("/api/v1/policies/again");
        var applied = await reeve.ApplyAsync(read.Body.GetRawText());
        Assert.Equal("\"1\"", read.Headers["ETag"]);
        Assert.Equal("unchanged", applied.Body.GetProperty("changes")[0].GetProperty("change").GetString());
    }

    [Fact]
    public async Task Malformed_yaml_is_refused_with_file_line_and_column()
    {
        var reply = await reeve.ApplyAsync("kind: Policy\nmetadata: {name: x\nspec: }", "?file=shop.yaml");
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal("application/problem+json", reply.Type);
        Assert.Equal("malformed-text", reply.Code);
        Assert.Equal("shop.yaml", reply.Errors[0].GetProperty("file").GetString());
        Assert.True(reply.Errors[0].GetProperty("line").GetInt32() >= 2);
    }

    [Fact]
    public async Task All_mistakes_come_at_once_each_with_its_place()
    {
        var reply = await reeve.ApplyAsync("""
            kind: Binding
            metadata: {name: wrong}
            spec:
              polcy: nothing
              mode: 5
              per: everyone
            """);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        var messages = string.Join('\n', reply.Errors.Select(e => e.GetProperty("message").GetString()));
        Assert.True(reply.Errors.Count >= 4, messages);
        Assert.Contains("did you mean `policy`?", messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_kind_is_refused_with_a_guess()
    {
        var reply = await reeve.ApplyAsync("kind: Polcy\nmetadata: {name: x}\nspec: {}");
        Assert.Equal("unknown-kind", reply.Code);
        Assert.Contains("did you mean `Policy`?", reply.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reference_to_nothing_is_a_mistake_and_nothing_of_the_text_is_applied()
    {
        var reply = await reeve.ApplyAsync("""
            kind: Policy
            metadata: {name: left-out}
            spec: {type: reeve.heartbeat-1.0, properties: {ttl: 10s}}
            ---
            kind: Binding
            metadata: {name: dangling}
            spec: {policy: not-there, targets: {path: shop}, on: {events: [x]}}
            """);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await reeve.GetAsync("/api/v1/policies/left-out")).Status);
    }

    [Fact]
    public async Task What_is_in_use_cannot_be_deleted()
    {
        await reeve.ApplyAsync(RunningReeve.Shop);
        var reply = await reeve.SendAsync(HttpMethod.Delete, "/api/v1/policies/busy");
        Assert.Equal(HttpStatusCode.Conflict, reply.Status);
        Assert.Equal("in-use", reply.Code);
        Assert.Equal(HttpStatusCode.OK, (await reeve.GetAsync("/api/v1/policies/busy")).Status);
    }

    [Fact]
    public async Task Of_two_who_change_the_same_revision_the_second_is_told()
    {
        const string text = "kind: Policy\nmetadata: {name: contested}\nspec: {type: reeve.heartbeat-1.0, properties: {ttl: 10s}}";
        await reeve.ApplyAsync(text);
        var replies = await Task.WhenAll(Enumerable.Range(20, 4).Select(ttl =>
            reeve.SendAsync(
                HttpMethod.Put, "/api/v1/policies/contested", text.Replace("10s", $"{ttl}s", StringComparison.Ordinal),
                "application/yaml", ("If-Match", "\"1\""))));
        Assert.Single(replies, r => r.Status == HttpStatusCode.OK);
        Assert.Equal(3, replies.Count(r => r.Status == HttpStatusCode.PreconditionFailed && r.Code == "conflict"));
        Assert.Equal(
            "2", (await reeve.GetAsync("/api/v1/policies/contested")).Body.GetProperty("metadata").GetProperty("revision").ToString());
    }

    [Fact]
    public async Task A_put_must_be_of_the_document_that_the_address_names()
    {
        var reply = await reeve.SendAsync(
            HttpMethod.Put, "/api/v1/policies/one",
            "kind: Policy\nmetadata: {name: other}\nspec: {type: reeve.heartbeat-1.0}",
            "application/yaml");
        Assert.Equal("not-allowed", reply.Code);
    }

    [Fact]
    public async Task A_policy_type_cannot_change_under_policies_that_it_would_break()
    {
        const string type = "kind: PolicyType\nmetadata: {name: mine-1.0}\nspec: {engine: check, properties: {depth: {type: Integer}}, "
            + "source: {command: [/bin/true]}}";
        var made = await reeve.ApplyAsync(
            type + "\n---\nkind: Policy\nmetadata: {name: deep}\nspec: {type: mine-1.0, properties: {depth: 3}}");
        Assert.True(made.Status == HttpStatusCode.OK, made.Body.GetRawText());
        var reply = await reeve.ApplyAsync(type.Replace("depth", "height", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Conflict, reply.Status);
        Assert.Equal("in-use", reply.Code);
        Assert.Equal(HttpStatusCode.Conflict, (await reeve.SendAsync(HttpMethod.Delete, "/api/v1/policy-types/mine-1.0")).Status);
    }

    [Fact]
    public async Task Text_that_is_not_utf_8_is_refused()
    {
        var reply = await reeve.SendAsync(
            HttpMethod.Post, "/api/v1/apply", new ByteArrayContent([0x6b, 0x69, 0xff, 0xfe, 0x6e]), "application/yaml");
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal("not-utf8", reply.Code);
    }

    [Fact]
    public async Task A_huge_body_is_refused_with_413()
    {
        var reply = await reeve.SendAsync(
            HttpMethod.Post, "/api/v1/apply", new ByteArrayContent(new byte[9 * 1024 * 1024]), "application/yaml");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.Status);
        Assert.Equal("too-large", reply.Code);
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused_with_415()
    {
        var reply = await reeve.SendAsync(HttpMethod.Post, "/api/v1/apply", "<a/>", "application/xml");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, reply.Status);
        Assert.Equal("unsupported-media", reply.Code);
    }

    [Fact]
    public async Task Several_files_are_applied_as_one_and_mistakes_name_the_file()
    {
        var right = Encoding.UTF8.GetBytes("kind: Policy\nmetadata: {name: of-a-form}\nspec: {type: reeve.heartbeat-1.0}");
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(right), "file", "a.yaml" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes("kind: Policy\nmetadata: {name: b}\nspec: {typ: x}")), "file", "dir/b.yaml" },
        };
        var reply = await reeve.SendAsync(HttpMethod.Post, "/api/v1/apply", form, null);
        Assert.All(reply.Errors, e => Assert.Equal("dir/b.yaml", e.GetProperty("file").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await reeve.GetAsync("/api/v1/policies/of-a-form")).Status);
    }

    [Fact]
    public async Task Lists_come_in_pages_with_a_link()
    {
        for (var i = 0; i < 5; i++)
        {
            await reeve.ApplyAsync($"kind: Policy\nmetadata: {{name: paged-{i}, project: paging}}\nspec: {{type: reeve.heartbeat-1.0}}");
        }

        var names = new List<string>();
        string? path = "/api/v1/policies?limit=2&project=paging";
        while (path is not null)
        {
            var page = await reeve.GetAsync(path);
            names.AddRange(page.Items.Select(i => i.GetProperty("metadata").GetProperty("name").GetString()!));
            path = page.Headers.TryGetValue("Link", out var link) ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
        }

        Assert.Equal(["paged-0", "paged-1", "paged-2", "paged-3", "paged-4"], names);
        Assert.Equal("not-allowed", (await reeve.GetAsync("/api/v1/policies?limit=0")).Code);
    }

    [Fact]
    public async Task Policy_types_are_listed_with_their_properties()
    {
        var type = await reeve.GetAsync("/api/v1/policy-types/reeve.threshold-1.0");
        Assert.True(type.Body.GetProperty("built_in").GetBoolean());
        Assert.True(type.Body.GetProperty("properties").TryGetProperty("upper_bound", out _), type.Body.GetRawText());
        Assert.Contains("did you mean", (await reeve.GetAsync("/api/v1/policy-types/reeve.treshold-1.0")).Detail, StringComparison.Ordinal);
    }
}
