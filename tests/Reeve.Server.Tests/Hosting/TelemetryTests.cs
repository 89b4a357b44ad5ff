using System.Text;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Hosting;

public sealed class TelemetryTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task From_the_signal_to_what_the_action_calls_it_is_one_trace()
    {
        await using var collector = await HttpSink.StartAsync();
        await using var called = await HttpSink.StartAsync();
        var reeve = Make(collector.Url.ToString());
        await reeve.InitializeAsync();
        var applied = await reeve.ApplyAsync($$"""
            kind: Target
            metadata: {name: shop}
            spec: {kind: node}
            ---
            kind: Policy
            metadata: {name: busy}
            spec: {type: reeve.threshold-1.0, properties: {service: load, upper_bound: 10} }
            ---
            kind: Binding
            metadata: {name: tell}
            spec:
              policy: busy
              targets: {path: shop}
              on: {events: [load]}
              escalation: [{steps: [{actor: webhook, with: {url: '{{called.Url}}', body: {text: s3cret-body} } }]}]
            """);
        Assert.True(applied.Status == System.Net.HttpStatusCode.OK, applied.Body.GetRawText());
        await reeve.PostAsync(
            "/api/v1/events", """{"target":"shop","service":"load","metric":50}""", ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"));
        await Eventually.IsTrueAsync(() => called.Requests.Count > 0);
        await Eventually.IsTrueAsync(async () => (await reeve.GetAsync("/api/v1/executions?status=succeeded")).Items.Count > 0);
        await reeve.DisposeAsync();

        var spans = collector.Requests.Where(r => r.Path == "/v1/traces").SelectMany(r => SeenSpan.ReadAll(r.Body))
            .Where(s => s.Trace == Trace)
            .ToDictionary(s => s.Id);
        var sent = called.Requests[0].Headers["traceparent"].Split('-');
        Assert.Equal(Trace, sent[1]);
        var way = new List<string>();
        for (var at = sent[2]; spans.TryGetValue(at, out var span); at = span.Parent)
        {
            way.Add(span.Name);
        }

        way.Reverse();
        Assert.Equal(["POST /api/v1/events", "reeve.loop", "reeve.execution", "reeve.step", "POST"], way);
        Assert.Equal(
            ["match", "gather", "evaluate", "restrain", "incident", "act", "record"],
            spans.Values.Where(s => s.Name.StartsWith("reeve.loop.", StringComparison.Ordinal)).Select(s => s.Name["reeve.loop.".Length..])
                .Distinct());
        Assert.Contains(collector.Requests, r => r.Path == "/v1/metrics" && Says(r, "reeve.actions") && Says(r, "reeve.intake.events"));
        Assert.DoesNotContain(collector.Requests, r => Says(r, "s3cret-body"));
    }

    [Fact]
    public async Task A_collector_that_is_away_holds_nothing_up()
    {
        var reeve = Make($"http://127.0.0.1:{FreePort.Take()}");
        await reeve.InitializeAsync();
        await reeve.ApplyAsync(RunningReeve.Shop);
        await reeve.PostAsync("/api/v1/events", """{"target":"shop/web","service":"load","metric":5}""");
        await reeve.DisposeAsync();
    }

    [Theory]
    [InlineData("nonsense", 1, "no address of a collector")]
    [InlineData("ftp://x", 1, "no address of a collector")]
    [InlineData(null, 1.5, "from 0 to 1")]
    public async Task Wrong_options_are_refused_at_the_start(string? otlp, double share, string why)
    {
        using var folder = new TempFolder();
        var refused = await Assert.ThrowsAsync<StartException>(() => ReeveApp.StartAsync(
            new ReeveOptions { DataFolder = folder.At("data"), Urls = "http://127.0.0.1:0", Otlp = otlp, TraceShare = share },
            CancellationToken.None));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private static bool Says(ReceivedRequest request, string text) =>
        Encoding.Latin1.GetString(request.Body).Contains(text, StringComparison.Ordinal);

    private static RunningReeve Make(string collector) => new()
    {
        Custom = folder => new ReeveOptions
        {
            DataFolder = folder,
            Urls = "http://127.0.0.1:0",
            LogLevel = "none",
            Otlp = collector,
            AllowLinkLocal = true,
        },
    };
}
