using System.Net;
using System.Text;
using Reeve.Core.Time;
using Reeve.Server.Api.Requests;
using Reeve.Server.Hosting;

namespace Reeve.Server.Tests.Api;

public sealed class IdempotencyTests : IAsyncLifetime
{
    private readonly RunningReeve _reeve = new();

    public Task InitializeAsync() => _reeve.InitializeAsync();

    public Task DisposeAsync() => _reeve.DisposeAsync();

    [Fact]
    public async Task The_same_request_with_the_same_key_is_answered_alike_also_after_a_restart()
    {
        var first = await ApplyAsync("one", "10s", "k");
        Assert.False(first.Headers.ContainsKey("Idempotency-Replayed"));
        await ApplyAsync("one", "20s", "other");
        await _reeve.RestartAsync();
        var again = await ApplyAsync("one", "10s", "k");
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(first.Body.GetRawText(), again.Body.GetRawText());
        var policy = await _reeve.GetAsync("/api/v1/policies/one");
        Assert.Equal("2", policy.Body.GetProperty("metadata").GetProperty("revision").ToString());
    }

    [Fact]
    public async Task Another_request_with_the_same_key_is_refused()
    {
        await ApplyAsync("one", "10s", "k");
        var body = await ApplyAsync("two", "10s", "k");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, body.Status);
        Assert.Equal("key-reused", body.Code);
        var address = await _reeve.PostAsync("/api/v1/delete", "{}", ("Idempotency-Key", "k"));
        Assert.Equal("key-reused", address.Code);
        Assert.Equal(HttpStatusCode.NotFound, (await _reeve.GetAsync("/api/v1/policies/two")).Status);
    }

    [Fact]
    public async Task What_failed_can_be_mended_and_tried_again_with_its_key()
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ApplyAsync("one", "nonsense", "k")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ApplyAsync("one", "10s", "k")).Status);
    }

    [Fact]
    public async Task Tenants_and_callers_have_keys_of_their_own()
    {
        await ApplyAsync("one", "10s", "k");
        Assert.Equal(HttpStatusCode.OK, (await ApplyAsync("two", "10s", "k", "?tenant=acme")).Status);
        var other = await _reeve.PostAsync(
            "/api/v1/apply", """{"kind":"Policy","metadata":{"name":"three"},"spec":{"type":"reeve.heartbeat-1.0"}}""",
            ("Idempotency-Key", "k"), ("Reeve-User", "ann"));
        Assert.Equal(HttpStatusCode.OK, other.Status);
    }

    [Fact]
    public async Task Of_many_at_once_one_is_done_and_the_others_get_its_answer()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _reeve.PostAsync(
            "/api/v1/executions", """{"actor":"webhook","with":{"url":"http://127.0.0.1:1/"}}""",
            ("Idempotency-Key", "k"))));
        Assert.Single(replies.Select(r => r.Text("id")).Distinct());
        Assert.Single(replies, r => !r.Headers.ContainsKey("Idempotency-Replayed"));
        Assert.All(replies, r => Assert.Equal($"/api/v1/executions/{r.Text("id")}", r.Headers["Location"]));
    }

    [Fact]
    public async Task A_form_that_is_sent_again_has_another_boundary_and_is_the_same_request()
    {
        Assert.False((await SendFormAsync("first")).Headers.ContainsKey("Idempotency-Replayed"));
        Assert.True((await SendFormAsync("second")).Headers.ContainsKey("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("größe")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/apply") { Content = new StringContent("kind: Policy") };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key.Length == 0 ? new string('k', 201) : key);
        request.Content.Headers.ContentType = new("application/yaml");
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 });
        client.BaseAddress = _reeve.Client.BaseAddress;
        using var response = await client.SendAsync(request);
        Assert.True((int)response.StatusCode is 400 or 422, response.StatusCode.ToString());
    }

    [Fact]
    public void A_caller_who_asks_too_often_waits_and_the_others_do_not()
    {
        var time = new VirtualTime(DateTimeOffset.UnixEpoch);
        var rates = new RequestRates(10, time);
        for (var i = 0; i < 20; i++)
        {
            Assert.Null(rates.WaitOf("ann"));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(100), rates.WaitOf("ann"));
        Assert.Null(rates.WaitOf("ben"));
        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Null(rates.WaitOf("ann"));
        Assert.NotNull(rates.WaitOf("ann"));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(20, Enumerable.Range(0, 30).Count(_ => rates.WaitOf("ann") is null));
    }

    [Fact]
    public async Task Too_many_requests_are_refused_with_the_time_to_come_again()
    {
        var slow = new RunningReeve
        {
            Custom = folder => new ReeveOptions
            {
                DataFolder = folder,
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                RequestsPerSecond = 1,
            },
        };
        await slow.InitializeAsync();
        var replies = new List<Reply>();
        for (var i = 0; i < 4; i++)
        {
            replies.Add(await slow.GetAsync("/api/v1/status"));
        }

        var refused = replies.First(r => r.Status == HttpStatusCode.TooManyRequests);
        Assert.Equal("rate-limited", refused.Code);
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal(HttpStatusCode.OK, (await slow.GetAsync("/health/live")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await slow.PostAsync("/api/v1/events", "[]")).Status);
        await slow.DisposeAsync();
    }

    private Task<Reply> ApplyAsync(string name, string ttl, string key, string query = "") => _reeve.SendAsync(
        HttpMethod.Post, $"/api/v1/apply{query}",
        $"kind: Policy\nmetadata: {{name: {name}}}\nspec: {{type: reeve.heartbeat-1.0, properties: {{ttl: {ttl}}}}}", "application/yaml",
        ("Idempotency-Key", key));

    private async Task<Reply> SendFormAsync(string boundary)
    {
        using var form = new MultipartFormDataContent(boundary)
        {
            { new StringContent("kind: Policy\nmetadata: {name: formed}\nspec: {type: reeve.heartbeat-1.0}"), "file", "a.yaml" },
        };
        return await _reeve.SendAsync(HttpMethod.Post, "/api/v1/apply", form, null, ("Idempotency-Key", "form"));
    }
}
