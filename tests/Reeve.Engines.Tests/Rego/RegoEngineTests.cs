using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Policies;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Engines.Check;
using Reeve.Engines.Rego;

namespace Reeve.Engines.Tests.Rego;

public sealed class RegoEngineTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_finding_has_its_summary_and_the_data_that_shows_it()
    {
        var verdict = Ask(
            """
            package shop
            findings contains {"summary": "busy", "data": {"load": input.event.metric}} if input.event.metric > input.properties.bound
            """,
            Event(12), """{"bound": 10}""");
        var check = Assert.Single(verdict.Checks);
        var finding = Assert.Single(check.Findings);
        Assert.Equal(("rego", "busy", """{"load":12}"""), (check.Name, finding.Summary, finding.Data.GetRawText()));
    }

    [Fact]
    public void Without_findings_the_check_has_passed()
    {
        var verdict = Ask("package shop\nfindings contains \"busy\" if input.event.metric > 10", Event(3));
        Assert.Empty(Assert.Single(verdict.Checks).Findings);
        Assert.Null(verdict.Failure);
    }

    [Fact]
    public void Findings_by_check_are_one_check_each_and_one_that_is_silent_later_has_passed()
    {
        var instance = Open(
            """
            package shop
            findings[name] := [{"summary": name}] if {
                some name in ["cpu", "memory"]
                input.event[name] > 90
            }
            """.Replace("some name in [\"cpu\", \"memory\"]", "name := [\"cpu\", \"memory\"][_]", StringComparison.Ordinal));
        var first = Signal(instance, Event(1, ("cpu", "95"), ("memory", "99")));
        Assert.Equal([("cpu", 1), ("memory", 1), ("rego", 0)], first.Checks.Select(c => (c.Name, c.Findings.Length)));
        var saved = instance.Save();
        Assert.Equal("""["cpu","memory"]""", saved.GetRawText());
        var second = Signal(instance, Event(1, ("cpu", "95")));
        Assert.Equal([("cpu", 1), ("memory", 0), ("rego", 0)], second.Checks.Select(c => (c.Name, c.Findings.Length)).Order());
        Assert.False(instance.IsIdle);
        Signal(instance, Event(1));
        Assert.True(instance.IsIdle);
    }

    [Fact]
    public void Actions_are_steps_and_a_bare_name_is_a_workflow()
    {
        var verdict = Ask(
            """
            package shop
            actions := ["heal-all", {"operation": "scale_out", "target": "group", "with": {"count": 2}}, {"operation": "explode"}]
            """,
            Event(1));
        Assert.Equal(
            [(ActionKind.Workflow, "heal-all", null), (ActionKind.Operation, "scale_out", "group")],
            verdict.Actions.Select(a => (a.Kind, a.Name, a.Target)));
        var diagnostic = Assert.Single(verdict.Diagnostics);
        Assert.Contains("there is no operation `explode`", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Emcos_policies_say_that_an_action_is_required()
    {
        var source = """{"version": "v0", "module": "package emco\nactionRequired { input.event.metric > 9 }"}""";
        Assert.Equal("action required", Signal(OpenSource(source), Event(10)).Checks.Single().Findings.Single().Summary);
        Assert.Empty(Signal(OpenSource(source), Event(1)).Checks.Single().Findings);
    }

    [Theory]
    [InlineData("refuse contains \"no\" if input.operation.name == \"delete\"", "no")]
    [InlineData("allow := false", "the policy does not allow it")]
    [InlineData("deny contains \"is frozen\"", "is frozen")]
    [InlineData("refuse := \"never\"", "never")]
    [InlineData("refuse if input.operation.phase == \"before\"", "the policy refuses it")]
    public void Before_an_operation_it_can_refuse_with_a_reason(string rule, string reason) =>
        Assert.Equal(reason, Ask($"package p\n{rule}", Operation(OperationPhase.Before)).Operation!.Refusal);

    [Fact]
    public void Before_an_operation_it_can_change_it()
    {
        var change = Ask("package p\namend := {\"count\": input.operation.inputs.count}", Operation(OperationPhase.Before)).Operation!;
        Assert.Null(change.Refusal);
        Assert.Equal("""{"count":3}""", change.Data.GetRawText());
    }

    [Fact]
    public void Findings_do_not_refuse_what_is_allowed_and_after_an_operation_nothing_is_refused()
    {
        Assert.Null(Ask("package p\nallow := true\ndeny contains \"x\"", Operation(OperationPhase.Before)).Operation);
        Assert.Null(Ask("package p\nrefuse := \"x\"", Operation(OperationPhase.After)).Operation);
    }

    [Fact]
    public void Modules_call_each_other_and_see_the_data_of_the_source()
    {
        var instance = OpenSource(
            """
            {
              "package": "main",
              "modules": {
                "main.rego": "package main\nfindings contains lib.text if data.limits.load == 5",
                "lib.rego": "package lib\ntext := \"from lib\""
              },
              "data": {"limits": {"load": 5}}
            }
            """.Replace("package main\\n", "package main\\nimport data.lib\\n", StringComparison.Ordinal));
        Assert.Equal("from lib", Signal(instance, Event(1)).Checks.Single().Findings.Single().Summary);
    }

    [Fact]
    public void It_sees_the_target_its_group_and_the_members()
    {
        var verdict = Ask(
            """
            package p
            diagnostics := [input.target.path, input.facts.group.path, input.facts.members[1].name, input.signal.kind, input.facts.binding]
            """,
            Event(1));
        Assert.Equal(["shop/web/web-1", "shop/web", "web-2", "event", "watch"], verdict.Diagnostics.Select(d => d.Message));
    }

    [Theory]
    [InlineData("""{"module": "package p\nx {"}""", "/spec/source/module", "line 2")]
    [InlineData("""{"module": "package p\nx if y"}""", "/spec/source/module", "var y is unsafe")]
    [InlineData("""{"modules": {"a/b.rego": "package p\nx if y"}}""", "/spec/source/modules/a~1b.rego", "var y is unsafe")]
    [InlineData("""{}""", "/spec/source", "give a `module`")]
    [InlineData("""{"module": "package shop\nx := 1", "package": "shopp"}""", "/spec/source/package", "did you mean `shop`?")]
    [InlineData("""{"module": "package p\nx := 1", "modul": ""}""", "/spec/source/modul", "modul")]
    [InlineData("""{"module": "package p\nx := 1", "data": []}""", "/spec/source/data", "expected an object")]
    [InlineData("""{"module": "package p\nx { true }"}""", "/spec/source/module", "rego_parse_error")]
    [InlineData("""{"module": "package p\nfinding := 1"}""", "/spec/source/module", "(it has `finding`); did you mean `findings`?")]
    [InlineData("""{"module": "package p\nx := 1"}""", "/spec/source/module", "(it has `x`); those are `findings`, `deny`")]
    [InlineData("""{"module": "package p"}""", "/spec/source/module", "the package `p` has no rule that is read; those are")]
    [InlineData("""{"module": "package p\nallow(x) := x"}""", "/spec/source/module", "no rule that is read")]
    [InlineData("""{"modules": {"a": "package p\nx := 1", "b": "package q\nallow := 1"}}""", "/spec/source/modules/a", "no rule")]
    public void A_source_with_mistakes_is_refused_with_their_place(string source, string path, string message)
    {
        var mistakes = new RegoEngine().CheckSource(Type(source)).ToList();
        Assert.Contains(mistakes, m => m.Path == path && m.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"module": "package p\nfindings.load contains 1"}""")]
    [InlineData("""{"module": "package p\nviolation[x] := 1 if x := input.y"}""")]
    [InlineData("""{"module": "package p\ndefault actionRequired := false"}""")]
    [InlineData("""{"modules": {"a": "package p\nx := 1", "b": "package p.findings\nload := [\"x\"]"}, "package": "p"}""")]
    [InlineData("""{"module": "package a.p", "data": {"a": {"p": {"findings": ["always"]}}}}""")]
    [InlineData("""{"modules": {"a": "package p\nx := 1", "b": "package p\ndiagnostics := [x]"}}""")]
    public void One_rule_that_is_read_is_enough(string source) => Assert.Empty(new RegoEngine().CheckSource(Type(source)));

    [Fact]
    public void A_policy_that_contradicts_itself_or_runs_away_is_a_failure_with_the_reason()
    {
        var torn = Ask("package p\nallow := true\nallow := false if input", Event(1));
        Assert.Contains("eval_conflict_error", torn.Failure, StringComparison.Ordinal);
        var runaway = OpenSource(
            """
            {
              "timeout": "50ms",
              "module": "package p\nr := [1,1,1,1,1,1,1,1,1,1]\nfindings := [1 | r[_]; r[_]; r[_]; r[_]; r[_]; r[_]; r[_]]"
            }
            """);
        Assert.NotNull(Signal(runaway, Event(1)).Failure);
    }

    private static Verdict Ask(string module, Signal signal, string properties = "{}") =>
        Signal(Open(module, properties), signal);

    private static IProgramInstance Open(string module, string properties = "{}") =>
        OpenSource(Json.Object(("module", module)).GetRawText(), properties);

    private static IProgramInstance OpenSource(string source, string properties = "{}")
    {
        var type = Type(source);
        Assert.Empty(new RegoEngine().CheckSource(type));
        var compiled = new RegoEngine().Compile(type, new Policy(Scope.Default, "p", type.FullName, Json.Parse(properties), 1));
        return Assert.IsAssignableFrom<IInlineProgram>(compiled.Program).Open(default);
    }

    private static PolicyType Type(string source) => new()
    {
        Name = "shop",
        Version = "1.0",
        Engine = "rego",
        Properties = CheckTypes.All[0].Properties,
        Source = Json.Parse(source),
    };

    private static Verdict Signal(IProgramInstance instance, Signal signal)
    {
        var targets = new TargetDirectory();
        targets.Put(new Target { Key = new(Scope.Default, "shop/web"), Kind = "group", Capacity = new Capacity(1, 5, 2) });
        targets.Put(new Target { Key = new(Scope.Default, "shop/web/web-1"), Kind = "instance", State = TargetState.Started });
        targets.Put(new Target { Key = new(Scope.Default, "shop/web/web-2"), Kind = "instance", State = TargetState.Started });
        var verdicts = new List<Verdict>();
        var target = targets.Find(new TargetKey(Scope.Default, "shop/web/web-1"))!;
        instance.OnSignal(new EvaluationInput(Now, signal, new Facts(target, targets, "watch")), verdicts);
        return Assert.Single(verdicts);
    }

    private static EventSignal Event(double metric, params (string Name, string Json)[] attributes) => new()
    {
        Scope = Scope.Default,
        At = Now,
        Sequence = 1,
        Event = new Event
        {
            Target = "shop/web/web-1",
            Service = "load",
            Metric = metric,
            Time = Now,
            Attributes = System.Collections.Immutable.ImmutableDictionary.CreateRange(
                attributes.Select(a => new KeyValuePair<string, JsonElement>(a.Name, Json.Parse(a.Json)))),
        },
    };

    private static OperationSignal Operation(OperationPhase phase) => new()
    {
        Scope = Scope.Default,
        At = Now,
        Execution = new ExecutionId("exe-1"),
        Operation = "delete",
        Target = new(Scope.Default, "shop/web"),
        Phase = phase,
        Inputs = Json.Parse("""{"count": 3}"""),
        Data = Json.EmptyObject,
        RequestedBy = "ann",
    };
}
