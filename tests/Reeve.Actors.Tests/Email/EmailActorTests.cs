using System.Net;
using System.Net.Sockets;
using Reeve.Actors.Email;
using Reeve.Core.Documents;
using Reeve.TestKit;

namespace Reeve.Actors.Tests.Email;

public sealed class EmailActorTests : IAsyncLifetime
{
    private const string Inputs = """{"to": ["ops@example.org"], "subject": "shöp is slow", "body": "look at it"}""";
    private SmtpSink _sink = null!;

    public async Task InitializeAsync() => _sink = await SmtpSink.StartAsync();

    public async Task DisposeAsync() => await _sink.DisposeAsync();

    [Fact]
    public async Task A_mail_arrives_with_subject_body_and_recipients()
    {
        const string inputs = """
            {"to": ["ops@example.org", "Boss <boss@example.org>"], "cc": "log@example.org", "subject": "shöp is slow", "body": "look at ït"}
            """;

        var outcome = await Actor().ActAsync(ActorCalls.With(inputs), CancellationToken.None);

        Assert.True(outcome.Succeeded, outcome.Error);
        var mail = Assert.Single(await _sink.WaitForAsync(1));
        Assert.Equal(("shöp is slow", "look at ït"), (mail.Subject, mail.Body.Trim()));
        Assert.Equal(["boss@example.org", "log@example.org", "ops@example.org"], mail.To.Order());
        Assert.Equal("reeve@example.org", mail.From);
    }

    [Fact]
    public async Task A_repetition_has_the_same_message_id()
    {
        await Actor().ActAsync(ActorCalls.With(Inputs), CancellationToken.None);
        await Actor().ActAsync(ActorCalls.With(Inputs), CancellationToken.None);
        await Actor().ActAsync(ActorCalls.With(Inputs) with { IdempotencyKey = "key-2" }, CancellationToken.None);

        var ids = (await _sink.WaitForAsync(3)).Select(mail => mail.Headers["Message-ID"]).ToList();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
    }

    [Fact]
    public async Task Without_a_body_the_mail_says_why_it_was_sent()
    {
        await Actor().ActAsync(ActorCalls.With("""{"to": "ops@example.org", "subject": "s"}"""), CancellationToken.None);

        Assert.Contains("\"reason\": \"too slow\"", (await _sink.WaitForAsync(1))[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_html_mail_keeps_its_plain_text()
    {
        const string inputs = """{"to": "ops@example.org", "subject": "s", "body": "plain", "html": "<b>bold</b>"}""";

        await Actor().ActAsync(ActorCalls.With(inputs), CancellationToken.None);

        var raw = (await _sink.WaitForAsync(1))[0].Raw;
        Assert.Contains("multipart/alternative", raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_down_may_be_tried_again()
    {
        await _sink.StopAsync();

        var outcome = await Actor().ActAsync(ActorCalls.With(Inputs), CancellationToken.None);

        Assert.Equal((false, true), (outcome.Succeeded, outcome.Transient));
        Assert.StartsWith($"mail server 127.0.0.1:{_sink.Port}: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("refused", outcome.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_server_that_never_greets_times_out()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var settings = Settings() with { Port = ((IPEndPoint)silent.LocalEndpoint).Port, Timeout = TimeSpan.FromMilliseconds(300) };

        var outcome = await new EmailActor(settings, TimeProvider.System).ActAsync(ActorCalls.With(Inputs), CancellationToken.None);

        Assert.Equal((false, true), (outcome.Succeeded, outcome.Transient));
        Assert.EndsWith("the mail was not taken within 300ms", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_mail_ends_as_cancelled()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var cancel = new CancellationTokenSource();
        var settings = Settings() with { Port = ((IPEndPoint)silent.LocalEndpoint).Port };
        var sending = new EmailActor(settings, TimeProvider.System).ActAsync(ActorCalls.With(Inputs), cancel.Token);
        using var connected = await silent.AcceptTcpClientAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData("""{"to": "ops@example.org", "subject": "a\r\nBcc: all@example.org"}""", "subject: must be one line")]
    [InlineData("""{"to": "ops@example.org\r\nBcc: x@example.org", "subject": "a"}""", "is no mail address")]
    [InlineData("""{"to": "nobody", "subject": "a"}""", "to: `nobody` is no mail address")]
    [InlineData("""{"to": [], "subject": "a"}""", "to: expected at least one address")]
    [InlineData("""{"to": "ops@example.org"}""", "the field `subject` is missing")]
    public void Mistakes_are_found_before_anything_is_sent(string inputs, string mistake) =>
        Assert.Contains(Actor().Check(Json.Parse(inputs)), found => found.Contains(mistake, StringComparison.Ordinal));

    [Fact]
    public async Task Without_a_mail_server_a_call_says_so()
    {
        var outcome = await new EmailActor(null, TimeProvider.System).ActAsync(ActorCalls.With(Inputs), CancellationToken.None);

        Assert.Equal("email: no mail server is configured; name one when Reeve is started", outcome.Error);
    }

    private EmailSettings Settings() => new(_sink.Host, "reeve@example.org") { Port = _sink.Port };

    private EmailActor Actor() => new(Settings(), TimeProvider.System);
}
