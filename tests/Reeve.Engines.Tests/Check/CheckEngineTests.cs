using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Engines.Tests.Check;

public sealed class CheckEngineTests
{
    private readonly CheckHarness _harness = new();

    [Fact]
    public async Task Exit_code_0_passes()
    {
        var verdict = await _harness.RunAsync("""{"command":["/opt/check","-v"],"timeout":"5s","output_limit":100}""");
        Assert.Null(verdict.Failure);
        Assert.Equal("check", Assert.Single(verdict.Checks).Name);
        Assert.Empty(verdict.Checks[0].Findings);
        Assert.Equal(["/opt/check", "-v"], [.. _harness.Called!.Command]);
        Assert.Equal(TimeSpan.FromSeconds(5), _harness.Called.Timeout);
        Assert.Equal(100, _harness.Called.OutputLimit);
    }

    [Fact]
    public async Task Another_exit_code_is_a_finding_with_the_output()
    {
        _harness.Outcome = new(2, false, "all", "\n  disk is full\nmore", true, TimeSpan.FromMilliseconds(1234));
        var finding = Assert.Single((await _harness.RunAsync("""{"command":["/opt/check"]}""")).Checks[0].Findings);
        Assert.Equal("check `check` ended with exit code 2: disk is full", finding.Summary);
        Assert.Equal(
            """{"exit_code":2,"timed_out":false,"stdout":"all","stderr":"\n  disk is full\nmore","truncated":true,"duration_ms":1234}""",
            finding.Data.GetRawText());
        Assert.Equal("""{"exit_code":2,"timed_out":false}""", finding.Identity!.Value.GetRawText());
    }

    [Fact]
    public async Task A_time_out_is_a_finding()
    {
        _harness.Outcome = new(null, true, "", "", false, TimeSpan.FromSeconds(30));
        var finding = Assert.Single((await _harness.RunAsync("""{"command":["/opt/check"]}""")).Checks[0].Findings);
        Assert.Equal("check `check` took longer than 30s", finding.Summary);
        Assert.Equal("""{"exit_code":null,"timed_out":true}""", finding.Identity!.Value.GetRawText());
    }

    [Fact]
    public async Task What_cannot_be_started_is_a_policy_that_cannot_be_evaluated()
    {
        _harness.Outcome = new(null, false, "", "", false, TimeSpan.Zero, "there is no file `/opt/check`");
        var verdict = await _harness.RunAsync("""{"command":["/opt/check"]}""");
        Assert.Equal("the check could not be started: there is no file `/opt/check`", verdict.Failure);
        _harness.Refused = "`/opt` is not allowed";
        verdict = await _harness.RunAsync("""{"command":["/opt/check"]}""");
        Assert.Equal("the check was not started: `/opt` is not allowed", verdict.Failure);
    }

    [Fact]
    public async Task References_are_filled_in_from_the_target()
    {
        await _harness.RunAsync("""
            {
              "command": ["/opt/check", "{{ target.path }}:{{ target.properties.port }}"],
              "env": { "GROUP": "{{ group.name }}" },
              "input": false
            }
            """);
        Assert.Equal("shop/web/web-1:8080", _harness.Called!.Command[1]);
        Assert.Equal("web", _harness.Called.Environment["GROUP"]);
        Assert.Equal("shop/web/web-1", _harness.Called.Environment["REEVE_TARGET"]);
        Assert.Equal("", _harness.Called.Input);
    }

    [Fact]
    public async Task A_reference_to_what_is_not_there_fails_before_anything_runs()
    {
        var verdict = await _harness.RunAsync("""{"command":["/opt/check","{{ target.properties.prot }}"]}""");
        Assert.StartsWith("the check's command cannot be filled in: ", verdict.Failure, StringComparison.Ordinal);
        Assert.Null(_harness.Called);
    }

    [Fact]
    public async Task The_context_is_on_the_standard_input()
    {
        await _harness.RunAsync("""{"command":["/opt/check"]}""");
        var input = JsonDocument.Parse(_harness.Called!.Input).RootElement;
        Assert.Equal("shop/web/web-1", input.GetProperty("target").GetProperty("path").GetString());
        Assert.Equal(2, input.GetProperty("group").GetProperty("capacity").GetProperty("desired").GetInt32());
        Assert.Equal("tick", input.GetProperty("signal").GetProperty("kind").GetString());
        Assert.Equal("disk-free", input.GetProperty("policy").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_type_of_a_users_own_gives_its_properties_to_the_program()
    {
        var type = CheckHarness.OwnType("""{"command":["/opt/disk","{{ properties.mount }}"],"env":{"LEVEL":"{{ properties.level }}"}}""");
        Assert.Empty(_harness.Engine.CheckSource(type));
        await _harness.RunAsync(type, """{"mount":"/data","level":90,"deep-scan":true,"tags":["a"],"none":null}""");
        Assert.Equal(["/opt/disk", "/data"], [.. _harness.Called!.Command]);
        Assert.Equal("/data", _harness.Called.Environment["REEVE_PROPERTY_MOUNT"]);
        Assert.Equal("90", _harness.Called.Environment["LEVEL"]);
        Assert.Equal("90", _harness.Called.Environment["REEVE_PROPERTY_LEVEL"]);
        Assert.Equal("true", _harness.Called.Environment["REEVE_PROPERTY_DEEP_SCAN"]);
        Assert.Equal("""["a"]""", _harness.Called.Environment["REEVE_PROPERTY_TAGS"]);
        Assert.False(_harness.Called.Environment.ContainsKey("REEVE_PROPERTY_NONE"));
        Assert.Equal(90, JsonDocument.Parse(_harness.Called.Input).RootElement.GetProperty("properties").GetProperty("level").GetInt32());
    }

    [Fact]
    public async Task A_workflow_that_succeeds_passes()
    {
        var verdict = await _harness.RunAsync("""
            { "workflow": "probe", "inputs": { "path": "{{ target.path }}", "port": "{{ target.properties.port }}" }, "timeout": "2m" }
            """);
        Assert.Empty(Assert.Single(verdict.Checks).Findings);
        var ran = _harness.Ran!.Value;
        Assert.Equal(
            ("probe", "shop/web/web-1", "policy/disk-free", TimeSpan.FromMinutes(2)), (ran.Workflow, ran.Target, ran.By, ran.Timeout));
        Assert.Equal("""{"path":"shop/web/web-1","port":8080}""", ran.Inputs.GetRawText());
        Assert.Equal("check/watch/shop/web/web-1/tick-1772352000000", ran.Key);
    }

    [Theory]
    [InlineData(ExecutionStatus.Failed, "no answer", "check workflow `probe` failed: no answer")]
    [InlineData(ExecutionStatus.Cancelled, null, "check workflow `probe` cancelled")]
    [InlineData(ExecutionStatus.Running, null, "check workflow `probe` took longer than 30s")]
    public async Task A_workflow_that_does_not_succeed_is_a_finding(ExecutionStatus status, string? error, string summary)
    {
        _harness.Status = status;
        _harness.Error = error;
        var finding = Assert.Single((await _harness.RunAsync("""{"workflow":"probe"}""")).Checks[0].Findings);
        Assert.Equal(summary, finding.Summary);
        Assert.Equal("exe-7", finding.Data.GetProperty("execution").GetString());
        Assert.Equal(error, finding.Data.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Asked_before_an_operation_a_check_that_fails_refuses_it()
    {
        _harness.Outcome = new(1, false, "", "not now", false, TimeSpan.Zero);
        var before = new OperationSignal
        {
            Scope = Scope.Default,
            At = CheckHarness.Now,
            Execution = new ExecutionId("exe-1"),
            Operation = "restart",
            Target = new TargetKey(Scope.Default, "shop/web/web-1"),
            Phase = OperationPhase.Before,
            Inputs = Json.EmptyObject,
            Data = Json.EmptyObject,
            RequestedBy = "ann",
        };
        var verdict = await _harness.RunAsync("""{"command":["/opt/check"]}""", before);
        Assert.Equal("check `check` ended with exit code 1: not now", verdict.Operation!.Refusal);
        Assert.Null((await _harness.RunAsync("""{"command":["/opt/check"]}""")).Operation);
    }

    [Fact]
    public async Task Output_of_any_kind_makes_one_short_line()
    {
        _harness.Outcome = new(1, false, "", "\u0000\u0007" + new string('x', 10_000) + "\n", false, TimeSpan.Zero);
        var finding = Assert.Single((await _harness.RunAsync("""{"command":["/opt/check"]}""")).Checks[0].Findings);
        Assert.True(finding.Summary.Length < 260);
        Assert.DoesNotContain(finding.Summary, char.IsControl);
    }

    [Theory]
    [InlineData("{}", "", "give a `command` (a list: the executable, then its arguments) or a `workflow`")]
    [InlineData(
        """{"comand":["/x"]}""", "",
        "give a `command` (a list: the executable, then its arguments) or a `workflow`; did you mean `command` by `comand`?")]
    [InlineData("""{"command":["/x"],"workflow":"w"}""", "/workflow", "a check runs a `command` or a `workflow`, not both")]
    [InlineData("""{"command":[]}""", "/command", "expected the path of an executable as the first item")]
    [InlineData("""{"command":"ls -l"}""", "/command", "expected a list, found the text `ls -l`")]
    [InlineData("""{"command":["/x",7]}""", "/command/1", "expected a text, found the number `7`; write it in quotes")]
    [InlineData("""{"workflow":""}""", "/workflow", "expected the name of a workflow, found an empty text")]
    [InlineData("""{"workflow":"w","env":{"A":"b"}}""", "/env", "`env` goes with a `command`; a workflow gets `inputs`")]
    [InlineData(
        """{"command":["/x"],"inputs":{"a":1}}""", "/inputs",
        "`inputs` go with a `workflow`; a program gets arguments, `env` and its standard input")]
    [InlineData(
        """{"command":["/x"],"env":{"1 A":"b"}}""", "/env",
        "`1 A` is no name of a variable: expected letters, digits and `_`, not starting with a digit")]
    [InlineData("""{"command":["/x"],"output_limit":99999999}""", "/output_limit", "expected at most `1048576`, found `99999999`")]
    public void Mistakes_in_the_source_are_said_with_their_place(string source, string path, string message)
    {
        var mistakes = _harness.Engine.CheckSource(CheckHarness.OwnType(source)).ToList();
        Assert.Contains(mistakes, m => m.Path == "/spec/source" + path && m.Message == message);
    }

    [Fact]
    public void An_unknown_field_and_an_unknown_reference_are_said_with_a_guess()
    {
        var type = CheckHarness.OwnType("""{"command":["/x","{{ tagret.path }}"],"timout":"3s"}""");
        var mistakes = _harness.Engine.CheckSource(type).ToList();
        Assert.Contains(
            mistakes, m => m.Path == "/spec/source/timout" && m.Message.EndsWith("did you mean `timeout`?", StringComparison.Ordinal));
        Assert.Contains(
            mistakes, m => m.Path == "/spec/source/command" && m.Message.Contains("did you mean `target`?", StringComparison.Ordinal));
    }

    [Fact]
    public void A_source_that_is_no_object_is_a_mistake_and_no_more()
    {
        foreach (var source in new[] { "[]", "7", "null", "\"x\"" })
        {
            Assert.NotEmpty(_harness.Engine.CheckSource(CheckHarness.OwnType(source)));
            Assert.Null(_harness.Engine.Compile(CheckHarness.OwnType(source), CheckHarness.Policy("disk-1.0", "{}")).Program);
        }
    }
}
