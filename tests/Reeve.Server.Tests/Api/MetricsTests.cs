using Reeve.TestKit;

namespace Reeve.Server.Tests.Api;

public sealed class MetricsTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    [Fact]
    public async Task Promtool_finds_nothing_wrong_and_the_loop_is_counted()
    {
        await reeve.ApplyAsync(RunningReeve.Shop);
        await reeve.PostAsync("/api/v1/events", """{"target":"shop/web","service":"load","metric":50}""");
        await Eventually.IsTrueAsync(async () => (await TextAsync()).Contains("reeve_episodes_opened_total 1", StringComparison.Ordinal));
        var text = await TextAsync();
        Assert.Contains("reeve_intake_events_total{outcome=\"accepted\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("reeve_store_up 1", text, StringComparison.Ordinal);
        Assert.Contains("reeve_living{kind=\"bindings\"} 1", text, StringComparison.Ordinal);
        await using var promtool = await ChildProcess.StartAsync("promtool", "check", "metrics");
        await promtool.Input.WriteAsync(text);
        promtool.Input.Close();
        Assert.Equal((0, ""), (await promtool.WaitForExitAsync(), promtool.Transcript()));
    }

    private async Task<string> TextAsync()
    {
        using var response = await reeve.Client.GetAsync("/metrics");
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync();
    }
}
