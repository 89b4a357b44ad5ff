using System.Net;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Opa;

/// <summary>Policies in Rego within the loop: from the document to what is done.</summary>
public sealed class RegoPolicyTests : IAsyncLifetime
{
    private readonly RunningReeve _reeve = new();

    private const string Documents = """
        kind: Target
        metadata: {name: shop}
        spec:
          children:
            - name: web
              capacity: {min: 1, max: 4, desired: 1}
              driver: {name: simulated}
        ---
        kind: PolicyType
        metadata: {name: acme.busy-1.0}
        spec:
          engine: rego
          properties:
            bound: {type: Number, default: 10}
          source:
            module: |
              package acme

              findings contains {"summary": "the load is high", "data": {"service": input.event.service}} if {
                input.event.metric > input.properties.bound
              }

              actions := [{"workflow": "greet", "with": {"who": input.target.path}}] if {
                input.event.metric > input.properties.bound
              }

              refuse contains "a freeze is on" if {
                input.operation.name == "restart"
                data.frozen
              }
            data: {frozen: true}
        ---
        kind: Workflow
        metadata: {name: greet}
        spec:
          inputs: {who: {required: true}}
          steps:
            - name: pause
              wait: 1ms
        ---
        kind: Policy
        metadata: {name: busy}
        spec: {type: acme.busy-1.0}
        ---
        kind: Binding
        metadata: {name: watch}
        spec:
          policy: busy
          targets: {path: shop/web}
          per: group
          on: {events: [load], operations: [{operation: restart}]}
        """;

    public Task InitializeAsync() => _reeve.InitializeAsync();

    public Task DisposeAsync() => _reeve.DisposeAsync();

    [Fact]
    public async Task A_finding_opens_an_incident_and_the_policys_own_action_runs()
    {
        await ApplyAsync();
        await _reeve.PostAsync("/api/v1/events", """[{"target": "shop/web", "service": "load", "metric": 12}]""");
        await Eventually.IsTrueAsync(async () => (await _reeve.GetAsync("/api/v1/incidents")).Items.Count == 1);
        Assert.Contains("the load is high", (await _reeve.GetAsync("/api/v1/incidents")).Body.GetRawText(), StringComparison.Ordinal);
        await Eventually.IsTrueAsync(async () => (await _reeve.GetAsync("/api/v1/executions")).Body.GetRawText().Contains(
            "greet", StringComparison.Ordinal));
        await _reeve.PostAsync("/api/v1/events", """[{"target": "shop/web", "service": "load", "metric": 2}]""");
        await Eventually.IsTrueAsync(async () => (await _reeve.GetAsync("/api/v1/incidents")).Body.GetRawText().Contains(
            "resolved", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_operation_is_refused_and_the_reason_is_shown()
    {
        await ApplyAsync();
        var asked = await _reeve.PostAsync("/api/v1/executions", """{"operation":"restart","target":"shop/web"}""");
        var ended = await _reeve.EndOfAsync(asked.Body.GetProperty("id").GetString()!);
        Assert.Equal("failed", ended.GetProperty("status").GetString());
        Assert.Contains("a freeze is on", ended.GetRawText(), StringComparison.Ordinal);
    }

    private async Task ApplyAsync()
    {
        var applied = await _reeve.ApplyAsync(Documents);
        Assert.True(applied.Status == HttpStatusCode.OK, applied.Body.GetRawText());
    }
}
