using Reeve.Actors.Drivers;
using Reeve.Core.Documents;
using Reeve.Core.Identity;
using Reeve.Core.Targets;
using Reeve.TestKit;

namespace Reeve.Actors.Tests.Drivers;

public sealed class HttpDriverTests : IAsyncLifetime
{
    private readonly HttpDriver _driver = new(TimeProvider.System);
    private HttpSink _sink = null!;

    public async Task InitializeAsync() => _sink = await HttpSink.StartAsync();

    public async Task DisposeAsync()
    {
        _driver.Dispose();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task A_verb_is_posted_with_the_target_and_its_key()
    {
        _sink.Reply(HttpReply.With(200, """{"state": "started", "properties": {"address": "10.0.0.7"}}"""));

        var outcome = await InvokeAsync(""", "headers": {"Authorization": "Bearer x"}""");

        Assert.Equal((true, TargetState.Started, "10.0.0.7"), (outcome.Succeeded, outcome.State, outcome.Properties.Text("address")));
        var request = Assert.Single(_sink.Requests);
        Assert.Equal(("/ops/start", "shop/w-1:start"), (request.Path, request.Headers["Idempotency-Key"]));
        Assert.Equal("Bearer x", request.Headers["Authorization"]);
        var body = Json.Parse(request.Text);
        Assert.Equal(("start", "shop/w-1:start"), (body.Text("verb"), body.Text("idempotency_key")));
        var target = body.GetProperty("target");
        Assert.Equal(("shop/w-1", "instance", "stopped"), (target.Text("path"), target.Text("kind"), target.Text("state")));
        Assert.Equal("small", body.GetProperty("inputs").Text("size"));
    }

    [Theory]
    [InlineData(500, "", true, "shop/w-1: start: answered 500")]
    [InlineData(422, """{"error": "no room", "state": "failed"}""", false, "shop/w-1: start: answered 422: no room")]
    [InlineData(200, """{"error": "no room"}""", false, "shop/w-1: start: no room")]
    [InlineData(200, "fine", false, "shop/w-1: start: the answer is no object with a known `state`")]
    [InlineData(200, """{"state": "3"}""", false, "shop/w-1: start: the answer is no object with a known `state`")]
    public async Task What_goes_wrong_is_an_outcome(int status, string body, bool transient, string error)
    {
        _sink.Reply(HttpReply.With(status, body));

        var outcome = await InvokeAsync("");

        Assert.Equal((false, transient, error), (outcome.Succeeded, outcome.Transient, outcome.Error));
    }

    [Fact]
    public async Task A_server_that_hangs_times_out()
    {
        _sink.Reply(HttpReply.Never);

        var outcome = await InvokeAsync(""", "timeout": "200ms" """);

        Assert.Equal((false, true, "shop/w-1: start: no answer within 200ms"), (outcome.Succeeded, outcome.Transient, outcome.Error));
    }

    private Task<DriverOutcome> InvokeAsync(string more)
    {
        var target = new Target { Key = new TargetKey(Scope.Default, "shop/w-1"), Kind = "instance", State = TargetState.Stopped };
        var config = Json.Parse($$"""{"url": "{{_sink.Url}}ops/"{{more}}}""");
        var call = new DriverCall(DriverVerb.Start, target, config, Json.Object(("size", "small")), "shop/w-1:start");
        return _driver.InvokeAsync(call, CancellationToken.None);
    }
}
