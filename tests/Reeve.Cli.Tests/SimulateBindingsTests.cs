using System.Text;
using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

/// <summary>A history of events through bindings, with actions muted.</summary>
public sealed class SimulateBindingsTests : IDisposable
{
    private const string Web = """
        kind: Target
        metadata: {name: web}
        spec: {capacity: {min: 1, max: 4, desired: 2}, driver: {name: simulated}}
        ---
        kind: Policy
        metadata: {name: busy}
        spec: {type: reeve.threshold-1.0, properties: {service: cpu, upper_bound: 80, ttl: 10m}}
        ---
        kind: Binding
        metadata: {name: grow}
        spec:
          policy: busy
          targets: {path: web}
          per: group
          on: {events: [cpu]}
          restraints: {cooldown: 1m}
          escalation: [{steps: [{operation: scale_out, settle: 30s, attempts: unlimited}]}]
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_would_be_done_and_what_holds_it_back_are_told_at_their_times()
    {
        var (code, told, complaint) = await RunAsync(Web, """
            {"target":"web","service":"cpu","metric":95,"time":"2026-03-01T10:00:00Z"}
            {"host":"web","service":"cpu","metric":96,"time":1772359220}
            {"target":"nobody","service":"cpu","metric":96}
            {"advance_to":1772359290}
            {"target":"web","service":"cpu","metric":10,"time":1772359295}
            """);

        Assert.Equal((0, ""), (code, complaint));
        var lines = told.TrimEnd().Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Equal(
            [
                "2026-03-01 10:00:00 incident.triggered", "2026-03-01 10:00:00 action.started", "2026-03-01 10:00:30 action.judged",
                "2026-03-01 10:00:30 action.held", "2026-03-01 10:01:00 action.started", "2026-03-01 10:01:30 action.judged",
                "2026-03-01 10:01:30 action.held", "2026-03-01 10:01:35 incident.resolved",
            ],
            lines.SkipLast(3).Select(l => string.Join(' ', l.Split(' ').Take(3))));
        Assert.Contains(
            "cooling down: the last action ended at 10:00:00, 1m must pass, until 10:01:00", lines[3], StringComparison.Ordinal);
        Assert.Equal("4 events, 1 that no binding wants; until 2026-03-01 10:01:35", lines[^3]);
        Assert.Equal("incidents: 1 triggered, 1 resolved", lines[^2]);
        Assert.Equal("actions: 2 would be started, 2 held back (cooldown 2)", lines[^1]);
    }

    [Fact]
    public async Task The_same_history_tells_the_same_story_as_lines_of_json_too()
    {
        const string history = """
            {"target":"web","service":"cpu","metric":95,"time":100}
            {"target":"web","service":"cpu","metric":10,"time":500}
            """;
        var first = await RunAsync(Web, history, "-o", "json");
        var second = await RunAsync(Web, history, "-o", "json");

        Assert.Equal(first, second);
        var lines = first.Out.TrimEnd().Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal("incident.triggered", lines[0].GetProperty("kind").GetString());
        Assert.Equal(("web", "grow"), (lines[1].GetProperty("target").GetString(), lines[1].GetProperty("binding").GetString()));
        var summary = lines[^1].GetProperty("summary");
        Assert.Equal((2, 0), (summary.GetProperty("events").GetInt32(), summary.GetProperty("unmatched").GetInt32()));
        Assert.True(summary.GetProperty("held").GetProperty("cooldown").GetInt32() > 0);
    }

    [Fact]
    public async Task A_binding_that_is_disabled_stays_so_and_one_that_runs_programs_is_left_out()
    {
        var documents = Web.Replace("policy: busy\n", "policy: busy\n  enabled: false\n", StringComparison.Ordinal) + "\n" + """
            ---
            kind: Policy
            metadata: {name: look}
            spec: {type: reeve.check-1.0, properties: {command: [/bin/false]}}
            ---
            kind: Binding
            metadata: {name: looked}
            spec:
              policy: look
              targets: {path: web}
              per: all
              on: {schedule: {every: 1s}}
              escalation: [{steps: [{operation: heal}]}]
            """;

        var (code, told, complaint) = await RunAsync(
            documents, """{"target":"web","service":"cpu","metric":95,"time":100}""" + "\n" + """{"advance_to":200}""",
            "--programs", "/bin");

        Assert.Equal((0, ""), (code, complaint));
        Assert.StartsWith("1 events, 1 that no binding wants", told, StringComparison.Ordinal);
        Assert.Contains("left out, because they wait for the outside: `looked`", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_is_due_in_virtual_time_and_a_dead_instance_is_found()
    {
        const string alive = """
            kind: Target
            metadata: {name: farm}
            spec: {capacity: {min: 1, max: 2, desired: 2}, driver: {name: simulated}}
            ---
            kind: Policy
            metadata: {name: enough}
            spec: {type: reeve.capacity-1.0, properties: {}}
            ---
            kind: Binding
            metadata: {name: keep}
            spec:
              policy: enough
              targets: {path: farm}
              per: group
              on: {schedule: {every: 10s}}
              escalation: [{steps: [{operation: create, settle: 5s}]}]
            """;

        var (code, told, complaint) = await RunAsync(alive, """{"advance_to":0}""" + "\n" + """{"advance_to":60}""");

        Assert.Equal((0, ""), (code, complaint));
        Assert.Contains("1970-01-01 00:00:04  incident.triggered", told, StringComparison.Ordinal);
        Assert.Contains("`farm` has 0 of 2 wanted instances", told, StringComparison.Ordinal);
    }

    private const string Asking = """
        ---
        kind: Binding
        metadata: {name: asked}
        spec:
          policy: busy
          targets: {path: web}
          per: group
          on: {events: [cpu]}
          restraints: {approval: {message: may it grow?, timeout: 5m}}
          escalation: [{steps: [{operation: scale_out, settle: 30s}]}]
        """;

    [Theory]
    [InlineData(null, 0, "questions to people: 1 waiting; `--approve all` or `--approve none` answers")]
    [InlineData("all", 1, "questions to people: 1 approved")]
    [InlineData("none", 0, "questions to people: 1 denied")]
    public async Task Questions_to_people_wait_or_get_the_answer_that_is_said(string? approve, int acted, string end)
    {
        var documents = Web[..Web.IndexOf("---\nkind: Binding", StringComparison.Ordinal)].TrimEnd() + "\n" + Asking;
        var (code, told, complaint) = await RunAsync(
            documents,
            """
            {"target":"web","service":"cpu","metric":95,"time":100}
            {"target":"web","service":"cpu","metric":96,"time":160}
            """,
            approve is null ? [] : ["--approve", approve]);

        Assert.Equal((0, ""), (code, complaint));
        Assert.Equal(acted, told.Split("action.started").Length - 1);
        Assert.Contains("may it grow?", told, StringComparison.Ordinal);
        Assert.EndsWith(end + "\n", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_nobody_answers_expires_in_virtual_time()
    {
        var documents = Web[..Web.IndexOf("---\nkind: Binding", StringComparison.Ordinal)].TrimEnd() + "\n" + Asking;
        var (_, told, _) = await RunAsync(
            documents, """{"target":"web","service":"cpu","metric":95,"time":100}""" + "\n" + """{"advance_to":800}""", "-o", "json");
        var summary = JsonDocument.Parse(told.TrimEnd().Split('\n')[^1]).RootElement.GetProperty("summary");
        Assert.Equal("""{"expired":1}""", summary.GetProperty("approvals").GetRawText());
    }

    [Fact]
    public async Task A_policy_that_is_asked_before_an_operation_refuses_it_and_another_one_amends_it()
    {
        const string guard = """
            ---
            kind: PolicyType
            metadata: {name: acme.guard-1.0}
            spec:
              engine: rego
              source:
                module: |
                  package guard
                  refuse := "not at the weekend" if startswith(input.facts.now, "2026-02-28")
                  amend := {"count": 2}
            ---
            kind: Policy
            metadata: {name: guarded}
            spec: {type: acme.guard-1.0}
            ---
            kind: Binding
            metadata: {name: guard}
            spec: {policy: guarded, targets: {path: web}, per: group, on: {operations: [{operation: scale_out}]}}
            """;
        var (code, told, complaint) = await RunAsync(Web + "\n" + guard, """
            {"target":"web","service":"cpu","metric":95,"time":"2026-02-28T23:59:00Z"}
            {"target":"web","service":"cpu","metric":10,"time":"2026-02-28T23:59:10Z"}
            {"target":"web","service":"cpu","metric":95,"time":"2026-03-01T10:00:00Z"}
            """);

        Assert.Equal((0, ""), (code, complaint));
        Assert.Contains("refused by binding `guard`: not at the weekend", told, StringComparison.Ordinal);
        Assert.Contains("operations: 1 refused by a policy that was asked before", told, StringComparison.Ordinal);
        Assert.Contains("2026-03-01 10:00:00  operation.judged", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy: buzy", "{\"advance_to\":1}", "there is no policy `buzy`; did you mean `busy`?")]
    [InlineData("policy: busy", "{\"service\":\"cpu\"}", "history.jsonl:1: the field `target` is missing")]
    [InlineData("policy: busy", "{\"target\":", "history.jsonl:1: this is no JSON")]
    [InlineData("policy: busy", "{\"advance_to\":\"soon\"}", "history.jsonl:1: ")]
    [InlineData("policy: busy", "", "holds no event")]
    public async Task What_is_wrong_is_told_with_its_place(string policy, string history, string complaint)
    {
        var (code, told, said) = await RunAsync(Web.Replace("policy: busy", policy, StringComparison.Ordinal), history);

        Assert.Equal((2, ""), (code, told));
        Assert.Contains(complaint, said, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Out, string Error)> RunAsync(string documents, string history, params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var args = (string[])
        [
            "simulate", "-f", _folder.Write("documents.yaml", documents), "--events", _folder.Write("history.jsonl", history), .. more,
        ];
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(""));
        var code = await CommandLine.RunAsync(args, new Terminal(input, output, error, 0), CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
