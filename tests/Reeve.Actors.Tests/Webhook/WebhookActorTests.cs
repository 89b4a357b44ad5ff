using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Reeve.Actors.Outbound;
using Reeve.Actors.Webhook;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.TestKit;

namespace Reeve.Actors.Tests.Webhook;

public sealed class WebhookActorTests : IAsyncLifetime
{
    private readonly WebhookActor _actor = new(TimeProvider.System);
    private HttpSink _sink = null!;

    public async Task InitializeAsync() => _sink = await HttpSink.StartAsync();

    public async Task DisposeAsync()
    {
        _actor.Dispose();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task A_call_sends_the_context_and_the_key_and_keeps_the_answer()
    {
        _sink.Reply(HttpReply.With(202, "queued"));

        var outcome = await ActAsync("");

        Assert.True(outcome.Succeeded, outcome.Error);
        Assert.Equal((202, "queued"), (outcome.Output.Whole("status"), outcome.Output.Text("body")));
        var request = Assert.Single(_sink.Requests);
        Assert.Equal(("POST", "/hook", """{"reason":"too slow"}"""), (request.Method, request.Path, request.Text));
        Assert.Equal(("key-1", "application/json"), (request.Headers["Idempotency-Key"], request.Headers["Content-Type"]));
    }

    [Fact]
    public async Task Body_method_and_headers_are_as_the_inputs_say()
    {
        const string more = """
            , "method": "PUT", "body": [1, {"a": "b"}], "headers": {"X-Team": "ops", "Content-Type": "application/cloudevents+json"}
            """;

        await ActAsync(more);

        var request = Assert.Single(_sink.Requests);
        Assert.Equal(("PUT", """[1,{"a":"b"}]"""), (request.Method, request.Text));
        Assert.Equal(("ops", "application/cloudevents+json"), (request.Headers["X-Team"], request.Headers["Content-Type"]));
    }

    [Fact]
    public async Task However_a_body_was_spelt_when_it_was_kept_its_bytes_are_the_same()
    {
        await ActAsync(""", "body": {"at": "12:00+00:00", "n": 1.50, "what": "`größer`"}""");
        await ActAsync(""", "body": {"at":"12:00\u002B00:00","n":1.50,"what":"\u0060gr\u00F6\u00DFer\u0060"}""");

        Assert.Equal(_sink.Requests[0].Text, _sink.Requests[1].Text);
    }

    [Fact]
    public async Task A_signed_call_can_be_verified_by_its_receiver()
    {
        using var folder = new TempFolder();
        var secret = folder.Write("secret", "s3cret\n");

        var outcome = await ActAsync($$$""", "sign": {"secret": {"file": "{{{secret}}}"}}""");

        Assert.True(outcome.Succeeded, outcome.Error);
        var request = Assert.Single(_sink.Requests);
        var signature = request.Headers["Reeve-Signature"];
        var parts = signature.Split(',').Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]);
        var expected = HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes($"{parts["t"]}.{request.Text}"));
        Assert.Equal(Convert.ToHexStringLower(expected), parts["v1"]);
        var age = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - long.Parse(parts["t"], CultureInfo.InvariantCulture);
        Assert.InRange(age, 0, 60);
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_said_and_nothing_is_sent()
    {
        var outcome = await ActAsync(""", "sign": {"secret": {"env": "NO_SUCH_SECRET"}}""");

        Assert.Equal("sign: secret: the environment of Reeve has no variable `NO_SUCH_SECRET`", outcome.Error);
        Assert.Empty(_sink.Requests);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(429, true)]
    [InlineData(408, true)]
    [InlineData(404, false)]
    [InlineData(400, false)]
    [InlineData(302, false)]
    public async Task A_status_says_whether_trying_again_can_help(int status, bool transient)
    {
        _sink.Reply(HttpReply.With(status, "why"));

        var outcome = await ActAsync(""", "headers": {"X": "y"}""", "?token=hush");

        Assert.Equal((false, transient), (outcome.Succeeded, outcome.Transient));
        Assert.Equal($"{_sink.Url}hook: answered {status}", outcome.Error);
        Assert.Equal("why", outcome.Output.Text("body"));
    }

    [Fact]
    public async Task Retry_After_is_handed_on()
    {
        _sink.Reply(new HttpReply { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "17" } });

        Assert.Equal(TimeSpan.FromSeconds(17), (await ActAsync("")).RetryAfter);
    }

    [Fact]
    public async Task An_endpoint_that_never_answers_times_out()
    {
        _sink.Reply(HttpReply.Never);

        var outcome = await ActAsync(""", "timeout": "200ms" """);

        Assert.Equal((false, true), (outcome.Succeeded, outcome.Transient));
        Assert.EndsWith("no answer within 200ms", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_cut_or_refused_may_be_tried_again()
    {
        _sink.ReplyNext(HttpReply.CutOff);
        var cut = await ActAsync("");
        var url = _sink.Url;
        await _sink.DisposeAsync();
        var refused = await _actor.ActAsync(ActorCalls.With($$"""{"url": "{{url}}"}"""), CancellationToken.None);

        Assert.Equal((false, true), (cut.Succeeded, cut.Transient));
        Assert.Equal((false, true), (refused.Succeeded, refused.Transient));
        Assert.Contains("refused", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kept_answer_is_bounded()
    {
        _sink.Reply(HttpReply.With(200, new string('x', 300_000)));

        Assert.Equal(64 * 1024, (await ActAsync("")).Output.Text("body")!.Length);
    }

    [Fact]
    public async Task A_redirect_is_followed_on_the_same_host_only()
    {
        await using var other = await HttpSink.StartAsync();
        _sink.ReplyNext(Redirect("/elsewhere"), HttpReply.Ok, Redirect($"{other.Url}hook"));

        var same = await ActAsync("");
        var across = await ActAsync("");

        Assert.True(same.Succeeded, same.Error);
        Assert.Equal((false, false), (across.Succeeded, across.Transient));
        Assert.Equal("/elsewhere", _sink.Requests[1].Path);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[::ffff:169.254.1.1]/")]
    public async Task Link_local_and_metadata_addresses_are_refused(string url)
    {
        var outcome = await _actor.ActAsync(ActorCalls.With($$"""{"url": "{{url}}"}"""), CancellationToken.None);

        Assert.Equal((false, false), (outcome.Succeeded, outcome.Transient));
        Assert.Contains("may not be called", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_this_machine_or_of_a_neighbour_is_not_refused() =>
        Assert.DoesNotContain(
            (string[])["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "2001:db8::1"],
            text => AddressRules.IsRefused(System.Net.IPAddress.Parse(text)));

    [Fact]
    public void All_mistakes_of_the_inputs_are_told_at_once()
    {
        var inputs = Json.Parse("""
            {"url": "ftp://x", "method": "BREW", "headers": {"A": "b\r\nEvil: 1", "Host": "x"}, "sign": {"secret": "plain"}, "timeout": -1,
             "bdy": 1}
            """);

        var mistakes = _actor.Check(inputs).ToList();

        string[] parts =
        [
            "url: expected an http", "method: expected one of", "`A` is no header", "`Host` is set by", "sign.secret", "timeout", "`bdy`",
        ];
        foreach (var part in parts)
        {
            Assert.Contains(mistakes, mistake => mistake.Contains(part, StringComparison.Ordinal));
        }
    }

    private static HttpReply Redirect(string to) =>
        new() { Status = 307, Headers = new Dictionary<string, string> { ["Location"] = to } };

    private Task<ActorOutcome> ActAsync(string more, string query = "") =>
        _actor.ActAsync(ActorCalls.With($$"""{"url": "{{_sink.Url}}hook{{query}}"{{more}}}"""), CancellationToken.None);
}
