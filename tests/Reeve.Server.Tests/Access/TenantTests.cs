using System.Net;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Access;

/// <summary>Tenants, and projects inside one, as their tokens see them: each for itself, and no word of the others.</summary>
public sealed class TenantTests : IAsyncLifetime
{
    private readonly GuardedReeve _guarded = new();
    private string _acme = "";
    private string _rival = "";
    private string _project = "";

    public async Task InitializeAsync()
    {
        await _guarded.InitializeAsync();
        _acme = await _guarded.TokenAsync("admin@acme");
        _rival = await _guarded.TokenAsync("admin@rival");
        _project = await _guarded.TokenAsync("author@acme/blue", "operator@acme/blue");
        await MustAsync(_acme, RunningReeve.Shop);
        await MustAsync(_rival, RunningReeve.Shop.Replace("shop", "depot", StringComparison.Ordinal));
    }

    public Task DisposeAsync() => _guarded.DisposeAsync();

    [Theory]
    [InlineData("/api/v1/policies")]
    [InlineData("/api/v1/bindings")]
    [InlineData("/api/v1/workflows")]
    [InlineData("/api/v1/targets")]
    [InlineData("/api/v1/targets?as=document")]
    [InlineData("/api/v1/journal")]
    [InlineData("/api/v1/incidents")]
    [InlineData("/api/v1/executions")]
    [InlineData("/api/v1/approvals")]
    [InlineData("/api/v1/tokens")]
    public async Task Every_list_shows_ones_own_tenant_and_asking_for_another_is_refused(string path)
    {
        var own = await _guarded.GetAsync(_acme, path);
        Assert.Equal(HttpStatusCode.OK, own.Status);
        Assert.DoesNotContain("rival", own.Body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("depot", own.Body.GetRawText(), StringComparison.Ordinal);
        var sign = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var there = await _guarded.GetAsync(_acme, $"{path}{sign}tenant=rival");
        var nowhere = await _guarded.GetAsync(_acme, $"{path}{sign}tenant=nobody");
        Assert.Equal(HttpStatusCode.Forbidden, there.Status);
        Assert.Equal(there.Detail.Replace("rival", "nobody", StringComparison.Ordinal), nowhere.Detail);
        Assert.Equal(HttpStatusCode.Forbidden, (await _guarded.GetAsync(_acme, $"{path}{sign}tenant=acme&tenant=rival")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await _guarded.GetAsync(_acme, $"{path}{sign}tenant=*")).Status);
    }

    [Fact]
    public async Task What_another_tenant_has_is_not_found_and_not_guessed_at()
    {
        foreach (var path in (string[])["targets/depot", "targets/depo", "policies/busi", "explain/binding/x"])
        {
            var reply = await _guarded.GetAsync(_acme, $"/api/v1/{path}");
            Assert.Equal(HttpStatusCode.NotFound, reply.Status);
            Assert.DoesNotContain("depot", reply.Detail.Replace("`depot`", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        var started = await GreetAsync(_rival);
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        var id = started.Text("id");
        foreach (var path in (string[])[$"/api/v1/executions/{id}", $"/api/v1/explain/execution/{id}"])
        {
            Assert.Equal(HttpStatusCode.OK, (await _guarded.GetAsync(_rival, path)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await _guarded.GetAsync(_acme, path)).Status);
        }

        Assert.Equal(
            HttpStatusCode.NotFound, (await _guarded.SendAsync(_acme, HttpMethod.Post, $"/api/v1/executions/{id}/cancel", "{}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _guarded.GetAsync(_guarded.Admin, $"/api/v1/executions/{id}?tenant=rival")).Status);
    }

    [Fact]
    public async Task A_document_that_names_another_tenant_or_project_is_refused_wherever_it_is_handed_in()
    {
        const string foreign = "kind: Silence\nmetadata: {name: s, tenant: rival}\nspec: {}";
        Assert.Equal(HttpStatusCode.Forbidden, (await _guarded.ApplyAsync(_acme, foreign)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await _guarded.ApplyAsync(_acme, foreign, "?dry_run=true")).Status);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await _guarded.SendAsync(_acme, HttpMethod.Post, "/api/v1/delete", foreign, "application/yaml")).Status);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await _guarded.SendAsync(_acme, HttpMethod.Put, "/api/v1/silences/s", foreign, "application/yaml")).Status);
        const string red = "kind: Policy\nmetadata: {name: p, project: red}\nspec: {type: reeve.threshold-1.0}";
        Assert.Equal(HttpStatusCode.Forbidden, (await _guarded.ApplyAsync(_project, red)).Status);
    }

    [Fact]
    public async Task A_token_for_one_project_works_there_without_saying_so_and_sees_no_other()
    {
        await MustAsync(_project, RunningReeve.Shop.Replace("shop", "stall", StringComparison.Ordinal));
        var targets = await _guarded.GetAsync(_project, "/api/v1/targets");
        Assert.All(targets.Items, t => Assert.Equal("blue", t.GetProperty("project").GetString()));
        Assert.NotEmpty(targets.Items);
        Assert.Equal(HttpStatusCode.OK, (await _guarded.GetAsync(_project, "/api/v1/targets/stall/web")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await _guarded.GetAsync(_project, "/api/v1/targets/shop?project=default")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await _guarded.GetAsync(_project, "/api/v1/journal?project=default")).Status);

        // an id from another project of the same tenant
        var other = await GreetAsync(_acme);
        Assert.Equal(HttpStatusCode.NotFound, (await _guarded.GetAsync(_project, $"/api/v1/executions/{other.Text("id")}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _guarded.GetAsync(_acme, $"/api/v1/executions/{other.Text("id")}")).Status);
    }

    [Fact]
    public async Task Events_go_to_ones_own_tenant_and_the_stream_tells_of_it_alone()
    {
        using var heard = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events?after=0");
        request.Headers.Authorization = new("Bearer", _acme);
        using var stream = await _guarded.Reeve.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, heard.Token);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(heard.Token));
        await MustAsync(_rival, Small("hidden"));
        await MustAsync(_acme, Small("shown"));
        var all = "";
        while (await reader.ReadLineAsync(heard.Token) is { } line && !line.Contains("shown", StringComparison.Ordinal))
        {
            all += line;
        }

        Assert.DoesNotContain("hidden", all, StringComparison.Ordinal);
        Assert.DoesNotContain("rival", all, StringComparison.Ordinal);
        const string seen = """{"target": "shop/web", "service": "load", "metric": 50}""";
        Assert.Equal("1", (await _guarded.SendAsync(_acme, HttpMethod.Post, "/api/v1/events", seen)).Text("accepted"));
        Assert.Equal("0", (await _guarded.SendAsync(_rival, HttpMethod.Post, "/api/v1/events", seen)).Text("accepted"));
        await Eventually.IsTrueAsync(async () => (await _guarded.GetAsync(_acme, "/api/v1/approvals")).Items.Count == 1);
        Assert.Empty((await _guarded.GetAsync(_rival, "/api/v1/approvals")).Items);
    }

    private static string Small(string name) => $"kind: Workflow\nmetadata: {{name: {name}}}\nspec: {{steps: [{{name: a, wait: 1s}}]}}";

    private Task<Reply> GreetAsync(string token) =>
        _guarded.SendAsync(token, HttpMethod.Post, "/api/v1/executions", """{"workflow": "greet", "with": {"who": "x"}}""");

    private async Task MustAsync(string token, string documents)
    {
        var reply = await _guarded.ApplyAsync(token, documents);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
    }
}
