using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Matching;
using Reeve.Core.Signals;

namespace Reeve.Core.Tests.Loop;

/// <summary>Policies that are asked before an operation, and policies that cannot be evaluated.</summary>
public sealed class OperationTests
{
    private readonly LoopHarness _loop = new();

    [Fact]
    public void Policies_are_asked_in_order_of_priority_and_each_sees_what_came_before()
    {
        Bind("second", 20, s => OperationChange.Amend(Json.Parse($$"""{"seen": {{s.Data.Whole("count")}}, "count": 3}""")));
        Bind("first", 10, _ => OperationChange.Amend(Json.Parse("""{"count": 2}""")));
        var answer = Answered(_loop.Question("scale_out", data: """{"count": 1, "kept": true}"""));
        Assert.Null(answer.RefusedBy);
        Assert.Equal("""{"kept":true,"seen":2,"count":3}""", answer.Data.GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(["first", "second"], answer.Opinions.Select(o => o.Binding));
    }

    [Fact]
    public void A_refusal_stops_the_asking()
    {
        Bind("first", 10, _ => OperationChange.Refuse("not now"));
        Bind("second", 20, _ => throw new InvalidOperationException("must not be asked"));
        var answer = Answered(_loop.Question("scale_out"));
        Assert.Equal(("first", "not now"), (answer.RefusedBy, answer.Reason));
        Assert.Single(answer.Opinions);
        Assert.Single(_loop.Kept.Journal, j => j.Kind == JournalKinds.OperationJudged);
    }

    [Theory]
    [InlineData(FailureRule.Incident, true, 1)]
    [InlineData(FailureRule.Refuse, true, 0)]
    [InlineData(FailureRule.Allow, false, 1)]
    [InlineData(FailureRule.Skip, false, 0)]
    public void A_policy_that_fails_refuses_or_allows_as_the_binding_says(FailureRule rule, bool refuses, int incidents)
    {
        var program = _loop.Bind("b", b => b with { OnFailure = rule, Operations = [new("*", OperationPhase.Before)] });
        program.Says = _ => throw new InvalidOperationException("it broke");
        Assert.Equal(refuses, Answered(_loop.Question("heal")).RefusedBy is not null);
        Assert.Equal(incidents, _loop.Kept.Incidents.Count);
        Assert.Empty(_loop.Started);
    }

    [Fact]
    public void An_observing_policy_neither_refuses_nor_changes()
    {
        Bind("b", 1, _ => OperationChange.Refuse("never"), BindingMode.Observe);
        var answer = Answered(_loop.Question("heal"));
        Assert.Null(answer.RefusedBy);
        Assert.StartsWith(
            "would have refused heal",
            _loop.Kept.Journal.Single(j => j.Kind == JournalKinds.OperationJudged).Summary,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_gets_its_answer_also_from_silent_policies_and_about_targets_that_are_not_there()
    {
        _loop.Bind("b", b => b with { Operations = [new("*", OperationPhase.Before)] }).Says = _ => [];
        Assert.Null(Answered(_loop.Question("create", "shop/new")).RefusedBy);
    }

    [Fact]
    public void Several_verdicts_of_one_policy_are_one_answer()
    {
        _loop.Bind("b", b => b with { Operations = [new("*", OperationPhase.Before)] }).Says =
            _ => [
                new Verdict { Operation = OperationChange.Amend(Json.Parse("""{"a":1}""")) },
                new Verdict { Operation = OperationChange.Refuse("no") }
            ];
        var answer = Answered(_loop.Question("heal"));
        Assert.Equal("no", answer.Reason);
        Assert.Single(answer.Opinions);
    }

    [Fact]
    public void A_deferred_policy_answers_when_its_verdict_comes_and_its_removal_lets_the_operation_go_on()
    {
        _loop.Bind("b", b => b with { Operations = [new("*", OperationPhase.Before)] }, program: new ScriptedDeferred());
        var refused = _loop.Question("heal");
        Assert.False(refused.Answer.IsCompleted);
        _loop.Resume(new Verdict { Operation = OperationChange.Refuse("no") });
        Assert.Equal("no", Answered(refused).Reason);

        var allowed = _loop.Question("heal");
        _loop.Unbind("b");
        _loop.Resume(new Verdict { Operation = OperationChange.Refuse("no") });
        Assert.Null(Answered(allowed).RefusedBy);
    }

    [Fact]
    public void A_policy_that_can_be_evaluated_again_resolves_the_incident_of_its_failing_and_keeps_the_others()
    {
        _loop.Bind("b");
        _loop.Bad();
        _loop.Succeed();
        _loop.See("shop/web/web-1", "broken");
        Assert.Equal(["check", "policy-failed"], _loop.Kept.Incidents.Select(i => i.Check));
        Assert.Single(_loop.Started);
        _loop.Bad();
        Assert.Equal(IncidentStatus.Resolved, _loop.Kept.Incidents[1].Status);
        Assert.Equal(IncidentStatus.Triggered, _loop.Kept.Incidents[0].Status);
    }

    [Fact]
    public void One_verdict_can_speak_of_several_checks_and_targets()
    {
        var findings = new List<string> { "shop/web/web-1", "shop/web/web-2" };
        _loop.Bind("b", b => b with { Per = KeyScope.Group }).Says = _ =>
        [
            new Verdict
            {
                Checks = [new CheckVerdict("size", [.. findings.Select(f => new Finding(f, default, f))]), new CheckVerdict("cost", [])],
            },
        ];
        _loop.Bad();
        Assert.Equal(["shop/web/web-1", "shop/web/web-2"], _loop.Kept.Incidents.Select(i => i.Target));
        _loop.Succeed();
        findings.RemoveAt(0);
        _loop.Bad("shop/web/web-3");
        Assert.Equal([IncidentStatus.Resolved, IncidentStatus.Triggered], _loop.Kept.Incidents.Select(i => i.Status));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void A_changed_finding_runs_the_escalation_again_unless_its_fields_do_not_count(bool counts, int starts)
    {
        _loop.Bind(
            "b",
            b => b with
            {
                Incident = new IncidentSettings { HashExclude = counts ? [] : ["detail"] },
                Escalation = [LoopHarness.Act(LoopHarness.Call("email"))],
            });
        _loop.Bad(state: "bad:1");
        _loop.Bad(state: "bad:2");
        _loop.Succeed();
        _loop.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(starts, _loop.Ran.Count);
        Assert.Single(_loop.Kept.Incidents);
    }

    [Fact]
    public void The_order_of_findings_does_not_count()
    {
        Finding one = new("1", Json.Parse("""{"a":1,"b":[1,2]}""")), two = new("2", Json.Parse("""{"a":2}"""));
        var settings = new IncidentSettings();
        Assert.Equal(
            FindingsHash.Of([one, two], settings),
            FindingsHash.Of([two, one with { Data = Json.Parse("""{"b":[1,2],"a":1}""") }], settings));
        Assert.NotEqual(FindingsHash.Of([one], settings), FindingsHash.Of([two], settings));
        Assert.Equal(
            FindingsHash.Of([one], settings with { HashInclude = ["c"] }), FindingsHash.Of([two], settings with { HashInclude = ["c"] }));
    }

    private static OperationAnswer Answered(OperationQuestion question)
    {
        Assert.True(question.Answer.IsCompletedSuccessfully);
        return question.Answer.Result;
    }

    private void Bind(string name, int priority, Func<OperationSignal, OperationChange> says, BindingMode mode = BindingMode.Enforce) =>
        _loop.Bind(name, b => b with { Priority = priority, Mode = mode, Operations = [new("*", OperationPhase.Before)] }).Says =
            input => [new Verdict { Operation = says((OperationSignal)input.Signal!) }];
}
