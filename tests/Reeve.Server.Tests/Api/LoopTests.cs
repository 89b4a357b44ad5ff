using System.Net;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Api;

/// <summary>An event, what becomes of it, and what is told of it, over HTTP alone.</summary>
public sealed class LoopTests : IAsyncLifetime
{
    private readonly RunningReeve _reeve = new();

    public async Task InitializeAsync()
    {
        await _reeve.InitializeAsync();
        var applied = await _reeve.ApplyAsync(RunningReeve.Shop);
        Assert.True(applied.Status == HttpStatusCode.OK, applied.Body.GetRawText());
        var created = await StartAsync("""{"operation":"create","target":"shop"}""");
        Assert.Equal("succeeded", (await _reeve.EndOfAsync(created)).GetProperty("status").GetString());
    }

    public Task DisposeAsync() => _reeve.DisposeAsync();

    [Fact]
    public async Task A_finding_asks_people_and_acts_once_they_agree_and_can_be_explained()
    {
        await SendLoadAsync();
        var approval = await PendingAsync();
        var answer = await _reeve.PostAsync(
            $"/api/v1/approvals/{approval}", """{"decision":"approve","comment":"go on"}""", ("Reeve-User", "ada"));
        Assert.Equal("approved", answer.Text("status"));
        Assert.Equal("user/ada", answer.Text("decided_by"));
        var execution = (await Eventually.FindAsync(async () =>
            (await _reeve.GetAsync("/api/v1/executions?binding=grow")).Items
                .Select(i => i.GetProperty("id").GetString())
                .FirstOrDefault()))!;
        Assert.Equal("succeeded", (await _reeve.EndOfAsync(execution)).GetProperty("status").GetString());
        var instances = (await _reeve.GetAsync("/api/v1/targets?below=shop&kind=instance")).Items;
        Assert.Equal(["shop/web/web-1", "shop/web/web-2"], instances.Select(i => i.GetProperty("path").GetString()));
        Assert.Equal("started", (await _reeve.GetAsync("/api/v1/targets/shop/web/web-2")).Text("state"));

        var story = Story(await _reeve.GetAsync($"/api/v1/explain/execution/{execution}"));
        Assert.Contains("seen", story, StringComparison.Ordinal);
        Assert.Contains("policy `busy` revision 1", story, StringComparison.Ordinal);
        Assert.Contains("answered", story, StringComparison.Ordinal);
        Assert.Contains("said yes:", story, StringComparison.Ordinal);
        Assert.Contains("scale_out on `shop/web` succeeded", story, StringComparison.Ordinal);
        var incident = (await _reeve.GetAsync("/api/v1/incidents?status=triggered")).Items[0].GetProperty("id").GetString();
        Assert.Contains("still stands", Story(await _reeve.GetAsync($"/api/v1/explain/incident/{incident}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_done_can_be_explained()
    {
        await SendLoadAsync();
        await PendingAsync();
        var story = Story(await _reeve.GetAsync("/api/v1/explain/binding/grow?target=shop/web"));
        Assert.Contains("waiting for an approval", story, StringComparison.Ordinal);
        Assert.Matches(@"evaluations, .* last_seen \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", story);
        Assert.DoesNotContain("\\u", story, StringComparison.Ordinal);
        var unknown = await _reeve.GetAsync("/api/v1/explain/bindin/grow");
        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
        Assert.Contains("did you mean `binding`?", unknown.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_denial_stops_it_and_a_second_other_answer_is_a_conflict()
    {
        await SendLoadAsync();
        var approval = await PendingAsync();
        Assert.Equal("denied", (await _reeve.PostAsync($"/api/v1/approvals/{approval}", """{"decision":"deny"}""")).Text("status"));
        Assert.Equal(HttpStatusCode.OK, (await _reeve.PostAsync($"/api/v1/approvals/{approval}", """{"decision":"deny"}""")).Status);
        Assert.Equal(
            HttpStatusCode.Conflict, (await _reeve.PostAsync($"/api/v1/approvals/{approval}", """{"decision":"approve"}""")).Status);
        Assert.Equal("not-allowed", (await _reeve.PostAsync($"/api/v1/approvals/{approval}", """{"decision":"maybe"}""")).Code);
        Assert.Empty((await _reeve.GetAsync("/api/v1/executions?binding=grow")).Items);
    }

    [Fact]
    public async Task An_open_question_is_still_there_after_a_restart()
    {
        await SendLoadAsync();
        var approval = await PendingAsync();
        await _reeve.RestartAsync();
        Assert.Equal("approved", (await _reeve.PostAsync($"/api/v1/approvals/{approval}", """{"decision":"approve"}""")).Text("status"));
        var execution = (await Eventually.FindAsync(async () =>
            (await _reeve.GetAsync("/api/v1/executions?binding=grow")).Items
                .Select(i => i.GetProperty("id").GetString())
                .FirstOrDefault()))!;
        Assert.Equal("succeeded", (await _reeve.EndOfAsync(execution)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_same_idempotency_key_starts_one_execution()
    {
        const string body = """{"operation":"check","target":"shop"}""";
        var replies = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => _reeve.PostAsync("/api/v1/executions", body, ("Idempotency-Key", "k-1"))));
        Assert.Single(replies.Select(r => r.Text("id")).Distinct());
        Assert.All(replies, r => Assert.Equal(HttpStatusCode.Accepted, r.Status));
        Assert.Equal(3, replies.Count(r => r.Headers.ContainsKey("Idempotency-Replayed")));
        Assert.Equal(
            "key-reused",
            (await _reeve.PostAsync("/api/v1/executions", """{"operation":"restart","target":"shop"}""", ("Idempotency-Key", "k-1"))).Code);
    }

    [Fact]
    public async Task What_overlaps_is_refused_with_the_holder_and_waits_its_turn_when_asked_to()
    {
        await _reeve.ApplyAsync("kind: Workflow\nmetadata: {name: long}\nspec: {steps: [{name: pause, wait: 1h}]}");
        var holder = await StartAsync("""{"workflow":"long","target":"shop/web"}""");
        var refused = await _reeve.PostAsync("/api/v1/executions", """{"operation":"restart","target":"shop"}""");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Equal("overlap", refused.Code);
        Assert.Equal(holder, refused.Body.GetProperty("holder").GetProperty("id").GetString());
        var queued = await StartAsync("""{"operation":"restart","target":"shop","queue":true}""");
        Assert.Equal(HttpStatusCode.Accepted, (await _reeve.PostAsync($"/api/v1/executions/{holder}/cancel", "{}")).Status);
        Assert.Equal("cancelled", (await _reeve.EndOfAsync(holder)).GetProperty("status").GetString());
        Assert.Equal("succeeded", (await _reeve.EndOfAsync(queued)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await _reeve.PostAsync($"/api/v1/executions/{holder}/cancel", "")).Status);
    }

    [Fact]
    public async Task A_failed_execution_goes_on_where_it_failed()
    {
        await using var sink = await HttpSink.StartAsync();
        sink.Reply(HttpReply.With(404));
        await _reeve.ApplyAsync($$$"""
            kind: Workflow
            metadata: {name: calls}
            spec:
              steps:
                - {name: first, actor: webhook, with: {url: "{{{sink.Url}}}first"}, continue_on_error: true}
                - {name: second, actor: webhook, with: {url: "{{{sink.Url}}}second"}}
            """);
        var id = await StartAsync("""{"workflow":"calls"}""");
        Assert.Equal("failed", (await _reeve.EndOfAsync(id)).GetProperty("status").GetString());
        sink.Reply(HttpReply.Ok);
        Assert.Equal(HttpStatusCode.Accepted, (await _reeve.PostAsync($"/api/v1/executions/{id}/resume", "{}")).Status);
        Assert.Equal("succeeded", (await _reeve.EndOfAsync(id)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await _reeve.PostAsync($"/api/v1/executions/{id}/resume", "{}")).Status);
    }

    [Theory]
    [InlineData("{}", "missing-field")]
    [InlineData("""{"operation":"scale_up","target":"shop"}""", "not-found")]
    [InlineData("""{"operation":"check"}""", "missing-field")]
    [InlineData("""{"operation":"check","target":"shp"}""", "not-found")]
    [InlineData("""{"operation":"check","workflow":"greet"}""", "not-allowed")]
    [InlineData("""{"workflow":"gret"}""", "not-found")]
    [InlineData("""{"workflow":"greet"}""", "missing-field")]
    [InlineData("""{"operation":"check","target":"shop","dryrun":true}""", "unknown-field")]
    [InlineData("""{"operation":"check","target":"shop","dry_run":"yes"}""", "wrong-type")]
    [InlineData("""[1]""", "wrong-type")]
    [InlineData("""{"operation":""", "malformed-text")]
    public async Task What_cannot_be_started_is_refused(string body, string code)
    {
        var reply = await _reeve.PostAsync("/api/v1/executions", body);
        Assert.Equal(code, reply.Code);
    }

    [Fact]
    public async Task The_journal_goes_on_after_the_last_number_seen()
    {
        var first = (await _reeve.GetAsync("/api/v1/journal?order=oldest&limit=2")).Items;
        Assert.Equal([1L, 2L], first.Select(i => i.GetProperty("sequence").GetInt64()));
        var next = (await _reeve.GetAsync("/api/v1/journal?order=oldest&limit=1&after=2")).Items;
        Assert.Equal(3, next[0].GetProperty("sequence").GetInt64());
        Assert.All(
            (await _reeve.GetAsync("/api/v1/journal?kind=execution.ended")).Items,
            i => Assert.Equal("execution.ended", i.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task The_status_counts()
    {
        await SendLoadAsync();
        await PendingAsync();
        var status = (await _reeve.GetAsync("/api/v1/status")).Body;
        Assert.True(status.GetProperty("ready").GetBoolean());
        Assert.Equal(1, status.GetProperty("intake").GetProperty("accepted").GetInt32());
        Assert.Equal(1, status.GetProperty("living").GetProperty("approvals").GetInt32());
        Assert.Equal(1, status.GetProperty("counters").GetProperty("found").GetInt32());
    }

    private async Task SendLoadAsync() =>
        Assert.Equal(
            1,
            (await _reeve.PostAsync("/api/v1/events", """{"target":"shop/web","service":"load","metric":50}""")).Body
                .GetProperty("accepted")
                .GetInt32());

    private async Task<string> StartAsync(string body)
    {
        var reply = await _reeve.PostAsync("/api/v1/executions", body);
        Assert.True(reply.Status == HttpStatusCode.Accepted, reply.Body.GetRawText());
        return reply.Text("id");
    }

    private async Task<string> PendingAsync() =>
        await Eventually.FindAsync(
            async () => (await _reeve.GetAsync("/api/v1/approvals?status=pending")).Items
                .Select(i => i.GetProperty("id").GetString())
                .FirstOrDefault());

    private static string Story(Reply reply)
    {
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        return string.Join('\n', reply.Body.GetProperty("story").EnumerateArray().Select(l =>
            $"{l.GetProperty("topic").GetString()}: {l.GetProperty("text").GetString()} "
                + $"{(l.TryGetProperty("details", out var d) ? string.Join("; ", d.EnumerateArray()) : "")}"));
    }
}
