using System.Net;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Intake;

public sealed class AlertmanagerTests
{
    private const string Path = "/api/v1/intake/alertmanager";

    private const string Shop = """
        kind: Target
        metadata: {name: shop}
        spec:
          children:
            - name: web
              capacity: {min: 1, max: 4, desired: 1}
              driver: {name: simulated}
        ---
        kind: Policy
        metadata: {name: alerted}
        spec:
          type: reeve.threshold-1.0
          properties: {service: ShopBusy, upper_bound: 0}
        ---
        kind: Binding
        metadata: {name: grow}
        spec:
          policy: alerted
          targets: {path: shop/web}
          per: group
          on: {events: [ShopBusy]}
          escalation:
            - steps: [{operation: scale_out, target: group}]
        ---
        kind: Workflow
        metadata: {name: load}
        spec: {steps: [{name: pause, wait: 1s}]}
        """;

    [Fact]
    public async Task An_alert_of_prometheus_opens_an_incident_and_acts_and_its_end_resolves_it()
    {
        await using var reeve = new Holder();
        await reeve.Value.InitializeAsync();
        using var folder = new TempFolder();
        var (prometheus, alertmanager) = (FreePort.Take(), FreePort.Take());
        var host = new Uri(reeve.Value.App.Urls[0]).Authority;
        Directory.CreateDirectory(folder.At("am"));
        await File.WriteAllTextAsync(folder.At("am.yml"), $$"""
            route: {receiver: reeve, group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
            receivers:
              - name: reeve
                webhook_configs: [{url: "http://{{host}}{{Path}}", send_resolved: true}]
            """);
        await File.WriteAllTextAsync(folder.At("rules.yml"), """
            groups:
              - name: shop
                interval: 1s
                rules:
                  - alert: ShopBusy
                    expr: reeve_living{kind="workflows"} > 0
                    labels: {reeve_target: shop/web, severity: page}
                    annotations: {summary: the shop is busy}
            """);
        await File.WriteAllTextAsync(folder.At("prometheus.yml"), $$"""
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [{{folder.At("rules.yml")}}]
            alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:{{alertmanager}}"]}]}]}
            scrape_configs: [{job_name: reeve, static_configs: [{targets: ["{{host}}"]}]}]
            """);
        await using var alerts = await ChildProcess.StartAsync(
            "prometheus-alertmanager", $"--config.file={folder.At("am.yml")}", $"--storage.path={folder.At("am")}",
            $"--web.listen-address=127.0.0.1:{alertmanager}", "--cluster.listen-address=");
        await using var rules = await ChildProcess.StartAsync(
            "prometheus", $"--config.file={folder.At("prometheus.yml")}", $"--storage.tsdb.path={folder.At("tsdb")}",
            $"--web.listen-address=127.0.0.1:{prometheus}");
        await reeve.Value.ApplyAsync(Shop);
        await Eventually.IsTrueAsync(
            async () => (await reeve.Value.GetAsync("/api/v1/executions")).Items.Any(e => e.ToString()
                .Contains("scale_out", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(60));
        var opened = Assert.Single((await reeve.Value.GetAsync("/api/v1/incidents")).Items);
        Assert.Equal("triggered", opened.GetProperty("status").GetString());

        // the cause goes away; the alert ends five minutes after the last sample unless prometheus looks again, which it does each second
        await reeve.Value.SendAsync(HttpMethod.Delete, "/api/v1/workflows/load");
        await Eventually.IsTrueAsync(
            async () => (await reeve.Value.GetAsync("/api/v1/incidents")).Items is [var one] && one.GetProperty("status")
                .GetString() == "resolved",
            TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("""{}""", "/alerts")]
    [InlineData("""{"alerts":[1]}""", "/alerts/0")]
    [InlineData("""{"alerts":[{"status":"firing","labels":{"alertname":"A"}}]}""", "/alerts/0/labels")]
    [InlineData("""{"alerts":[{"status":"firing","labels":{"instance":"a"}}]}""", "/alerts/0/labels/alertname")]
    [InlineData("""{"alerts":[{"status":"odd","labels":{"instance":"a","alertname":"A"}}]}""", "/alerts/0/status")]
    public async Task What_is_no_alert_is_refused_and_says_where(string body, string path)
    {
        await using var reeve = new Holder();
        await reeve.Value.InitializeAsync();
        var reply = await reeve.Value.PostAsync(Path, body);
        Assert.Equal(path, reply.Errors[0].GetProperty("path").GetString());
        Assert.NotEqual(HttpStatusCode.Accepted, reply.Status);
    }

    private sealed class Holder : IAsyncDisposable
    {
        public RunningReeve Value { get; } = new();

        public async ValueTask DisposeAsync() => await Value.DisposeAsync();
    }
}
