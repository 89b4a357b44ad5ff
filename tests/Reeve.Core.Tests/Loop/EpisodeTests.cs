using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Restraints;
using static Reeve.Core.Tests.Loop.LoopHarness;

namespace Reeve.Core.Tests.Loop;

public sealed class EpisodeTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly LoopHarness _loop = new();

    [Fact]
    public void An_action_starts_once_however_many_samples_come()
    {
        _loop.Bind("b");
        for (var i = 0; i < 50; i++)
        {
            _loop.Bad();
            _loop.Pass(TimeSpan.FromSeconds(1));
        }

        _loop.Succeed();
        _loop.Bad();
        Assert.Equal(["operation heal shop/web/web-1 #1"], _loop.Started);
        Assert.Equal(52 - 1, _loop.Episode.Count);
        Assert.Equal(IncidentStatus.Triggered, _loop.Incident.Status);
    }

    [Fact]
    public void A_good_sample_resolves_the_incident_and_the_next_bad_one_opens_another()
    {
        _loop.Bind("b");
        _loop.Bad();
        _loop.Succeed();
        _loop.Good();
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
        Assert.Empty(_loop.Owner.Episodes.Living);

        _loop.Bad();
        Assert.Equal(2, _loop.Kept.Incidents.Count);
        Assert.Equal(2, _loop.Started.Count());
    }

    [Fact]
    public void A_further_attempt_follows_only_after_the_end_the_settle_time_and_the_judgement()
    {
        Bind(Do("heal") with { Attempts = 2, Settle = Minute });
        _loop.Bad();
        _loop.Pass(10 * Minute);
        Assert.Single(_loop.Started);

        _loop.Succeed();
        _loop.Bad();
        _loop.Pass(Minute - TimeSpan.FromSeconds(1));
        Assert.Single(_loop.Started);
        Assert.Null(_loop.Kept.Executions[0].Effect);

        _loop.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Effect.Ineffective, _loop.Kept.Executions[0].Effect);
        Assert.Equal(["operation heal shop/web/web-1 #1", "operation heal shop/web/web-1 #2"], _loop.Started);
    }

    [Fact]
    public void A_finding_that_clears_within_the_settle_time_makes_the_action_effective()
    {
        Bind(Do("heal") with { Attempts = 2, Settle = Minute });
        _loop.Bad();
        _loop.Succeed();
        _loop.Pass(TimeSpan.FromSeconds(30));
        _loop.Good();

        Assert.Equal(Effect.Effective, _loop.Kept.Executions[0].Effect);
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
        _loop.Pass(10 * Minute);
        Assert.Single(_loop.Started);
    }

    [Fact]
    public void After_as_many_ineffective_attempts_as_allowed_comes_the_next_step_and_then_nothing()
    {
        Bind(Do("restart") with { Attempts = 2, Settle = Minute }, Do("heal") with { Settle = Minute });
        _loop.Bad();
        _loop.Succeed();
        _loop.Pass(Minute);
        _loop.Succeed();
        _loop.Pass(Minute);
        _loop.Succeed();
        _loop.Pass(60 * Minute);

        Assert.Equal(
            ["operation restart shop/web/web-1 #1", "operation restart shop/web/web-1 #2", "operation heal shop/web/web-1 #1"],
            _loop.Started);
        Assert.Equal(BranchPhase.Stopped, _loop.Branch.Phase);
        Assert.Equal(IncidentStatus.Triggered, _loop.Incident.Status);
        Assert.Equal(3, _loop.JournalKinds.Count(k => k == JournalKinds.Judged));
    }

    [Fact]
    public void Unlimited_attempts_go_on_while_the_finding_stands()
    {
        Bind(Do("heal") with { Attempts = 0, Settle = Minute });
        _loop.Bad();
        for (var i = 0; i < 20; i++)
        {
            _loop.Succeed();
            _loop.Pass(Minute);
        }

        Assert.Equal(21, _loop.Started.Count());
        Assert.Equal("operation heal shop/web/web-1 #21", _loop.Started.Last());
    }

    [Fact]
    public void Actions_that_fail_are_tried_again_after_growing_pauses()
    {
        Bind(Do("heal") with { Attempts = 0 });
        _loop.Bad();
        foreach (var pause in (int[])[1, 2, 4, 8, 16, 32, 64, 64, 64])
        {
            _loop.Fail();
            _loop.Pass(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Assert.Empty(_loop.Running);
            _loop.Pass(TimeSpan.FromMilliseconds(1));
            Assert.Single(_loop.Running);
        }

        Assert.All(_loop.Kept.Executions, e => Assert.Null(e.Effect));
    }

    [Fact]
    public void A_plain_step_that_fails_ends_its_branch()
    {
        Bind(Do("stop"), Do("start"));
        _loop.Bad();
        _loop.Fail();
        _loop.Pass(60 * Minute);

        Assert.Single(_loop.Started);
        Assert.Equal(BranchPhase.Stopped, _loop.Branch.Phase);
        Assert.Contains(
            "operation stop failed: it broke",
            Assert.Single(_loop.Kept.Journal, j => j.Kind == JournalKinds.BranchEnded).Summary,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_action_ends_its_branch()
    {
        Bind(Do("heal") with { Attempts = 0 }, Do("start"));
        _loop.Bad();
        _loop.End(ExecutionStatus.Cancelled);
        _loop.Pass(60 * Minute);
        Assert.Single(_loop.Started);
    }

    [Fact]
    public void When_the_finding_clears_while_the_action_runs_the_incident_is_resolved_at_its_end()
    {
        Bind(Do("heal") with { Attempts = 3, Settle = Minute });
        _loop.Bad();
        _loop.Good();
        Assert.Equal(IncidentStatus.Triggered, _loop.Incident.Status);

        _loop.Succeed();
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
        Assert.Equal(Effect.Effective, _loop.Kept.Executions[0].Effect);
        Assert.Empty(_loop.Owner.Episodes.Living);
        _loop.Pass(10 * Minute);
        Assert.Single(_loop.Started);
    }

    [Fact]
    public void A_failed_action_whose_finding_cleared_meanwhile_is_not_tried_again()
    {
        Bind(Do("heal") with { Attempts = 3, Settle = Minute });
        _loop.Bad();
        _loop.Good();
        _loop.Fail();
        _loop.Pass(10 * Minute);
        Assert.Single(_loop.Started);
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
    }

    [Fact]
    public void A_finding_that_comes_back_while_the_action_runs_belongs_to_the_same_episode()
    {
        Bind(Do("heal") with { Attempts = 2, Settle = Minute });
        _loop.Bad();
        _loop.Good();
        _loop.Bad();
        _loop.Succeed();
        Assert.Equal(BranchPhase.Settling, _loop.Branch.Phase);
        Assert.Single(_loop.Kept.Incidents);

        _loop.Pass(Minute);
        Assert.Equal(["operation heal shop/web/web-1 #1", "operation heal shop/web/web-1 #2"], _loop.Started);
    }

    [Fact]
    public void Many_good_samples_while_the_action_runs_are_written_once()
    {
        Bind(Do("heal"));
        _loop.Bad();
        _loop.Good();
        var writes = _loop.Kept.EpisodeWrites;
        _loop.Good();
        _loop.Good();
        Assert.Equal(writes, _loop.Kept.EpisodeWrites);
    }

    [Fact]
    public void Branches_run_side_by_side_and_steps_in_order()
    {
        _loop.Bind(
            "b", b => b with { Escalation = [new Branch("tell", [Call("email"), Call("webhook")]), new Branch("mend", [Do("heal")])] });
        _loop.Bad();
        Assert.Equal(["actor email", "operation heal"], _loop.Running.Select(r => r.Action.ToString()));

        _loop.Succeed();
        Assert.Equal(["operation heal", "actor webhook"], _loop.Running.Select(r => r.Action.ToString()));
    }

    [Fact]
    public void Two_branches_that_want_the_same_target_take_turns()
    {
        _loop.Bind("b", b => b with { Escalation = [new Branch("one", [Do("restart")]), new Branch("two", [Do("heal")])] });
        _loop.Bad();
        Assert.Equal("restart", Assert.Single(_loop.Running).Action.Name);
        Assert.Contains("in_flight", _loop.Kept.Journal.Single(j => j.Kind == JournalKinds.Held).Summary, StringComparison.Ordinal);

        _loop.Succeed();
        Assert.Equal("heal", Assert.Single(_loop.Running).Action.Name);
    }

    [Fact]
    public void A_branch_that_waits_goes_on_when_the_finding_comes_back_before_the_other_branch_has_ended()
    {
        _loop.Bind("b", b => b with { Escalation = [new Branch("one", [Do("restart")]), new Branch("two", [Do("heal")])] });
        _loop.Bad();
        _loop.Good();
        _loop.Bad();
        _loop.Succeed();
        Assert.Equal("heal", Assert.Single(_loop.Running).Action.Name);
    }

    [Fact]
    public void An_approval_step_asks_once_and_the_branch_goes_on_when_it_is_approved()
    {
        Bind(Ask("may it be healed?"), Do("heal"));
        _loop.Bad();
        _loop.Bad();
        Assert.Equal("may it be healed?", Assert.Single(_loop.Kept.Approvals).Message);
        Assert.Empty(_loop.Running);

        Assert.NotNull(_loop.Decide(ApprovalStatus.Approved));
        Assert.Equal(["operation heal shop/web/web-1 #1"], _loop.Started);
        Assert.Single(_loop.Answers);
    }

    [Theory]
    [InlineData(ApprovalStatus.Denied)]
    [InlineData(ApprovalStatus.Expired)]
    public void An_approval_step_that_gets_no_yes_ends_its_branch(ApprovalStatus status)
    {
        Bind(Ask("may it be healed?", Minute), Do("heal"));
        _loop.Bad();
        if (status == ApprovalStatus.Denied)
        {
            _loop.Decide(status);
        }

        _loop.Pass(10 * Minute);
        Assert.Equal(status, Assert.Single(_loop.Kept.Approvals).Status);
        Assert.Empty(_loop.Ran);
        Assert.Equal(BranchPhase.Stopped, _loop.Branch.Phase);
    }

    [Fact]
    public void A_question_is_withdrawn_when_the_finding_clears()
    {
        Bind(Ask("may it be healed?"), Do("heal"));
        _loop.Bad();
        _loop.Good();
        Assert.Equal(ApprovalStatus.Withdrawn, Assert.Single(_loop.Kept.Approvals).Status);
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
    }

    [Fact]
    public void Resolution_steps_run_in_order_after_the_finding_has_cleared()
    {
        _loop.Bind("b", b => b with { Resolution = [Act(Call("email") with { Settle = Minute }, Ask("close it?"), Call("webhook"))] });
        _loop.Bad();
        _loop.Good();
        Assert.Single(_loop.Ran);

        _loop.Succeed();
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
        Assert.Equal("email", Assert.Single(_loop.Running).Action.Name);

        _loop.Succeed();
        _loop.Decide(ApprovalStatus.Approved);
        Assert.Equal("webhook", Assert.Single(_loop.Running).Action.Name);
        _loop.Succeed();
        Assert.Empty(_loop.Owner.Episodes.Living);
        Assert.NotNull(_loop.Kept.Episodes[0].EndedAt);
    }

    [Fact]
    public void A_resolution_that_ends_with_a_question_ends_with_the_answer()
    {
        _loop.Bind("b", b => b with { Escalation = [], Resolution = [Act(Ask("seen?"))] });
        _loop.Bad();
        _loop.Good();
        _loop.Decide(ApprovalStatus.Denied);
        Assert.Empty(_loop.Owner.Episodes.Living);
    }

    [Fact]
    public void A_new_finding_during_the_resolution_is_a_new_episode()
    {
        _loop.Bind("b", b => b with { Resolution = [Act(Ask("seen?"))] });
        _loop.Bad();
        _loop.Succeed();
        _loop.Good();
        _loop.Bad();
        Assert.Equal(2, _loop.Owner.Episodes.Living.Count());
        _loop.Succeed();
        _loop.Good();

        // the first resolution still waits for its answer, the second one asks for itself
        Assert.Equal(2, _loop.Kept.Approvals.Count(a => a.Status == ApprovalStatus.Pending));
    }

    [Fact]
    public void A_removed_binding_terminates_its_incidents_and_what_runs_runs_on()
    {
        Bind(Do("heal") with { Settle = Minute, Attempts = 3 });
        _loop.Bad();
        _loop.Unbind("b");
        Assert.Equal(IncidentStatus.Terminated, _loop.Incident.Status);
        Assert.Single(_loop.Running);

        _loop.Fail();
        _loop.Pass(10 * Minute);
        Assert.Single(_loop.Started);
    }

    [Fact]
    public void A_disabled_binding_terminates_its_incidents_and_takes_no_signals()
    {
        Bind(Do("heal"));
        _loop.Bad();
        _loop.Bind("b", b => b with { Enabled = false });
        Assert.Equal(IncidentStatus.Terminated, _loop.Incident.Status);
        _loop.Bad();
        Assert.Single(_loop.Kept.Incidents);
    }

    [Fact]
    public void A_removed_target_resolves_its_incident()
    {
        Bind(Do("heal") with { Settle = Minute, Attempts = 3 });
        _loop.Bad();
        _loop.Succeed();
        _loop.RemoveTarget("shop/web/web-1");
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
        _loop.Pass(10 * Minute);
        Assert.Single(_loop.Started);
    }

    [Fact]
    public void A_target_that_goes_while_an_action_runs_for_it_resolves_its_incident_at_the_end()
    {
        Bind(Do("delete"));
        _loop.Bad();
        _loop.RemoveTarget("shop/web/web-1");
        Assert.Equal(IncidentStatus.Triggered, _loop.Incident.Status);
        _loop.Succeed();
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
    }

    [Fact]
    public void An_observing_binding_says_what_it_would_do_and_asks_nobody()
    {
        _loop.Bind(
            "b",
            b => b with { Mode = BindingMode.Observe, Restraints = new RestraintSettings { Approval = new ApprovalSettings(null, null) } });
        _loop.Bad();
        _loop.Bad();
        Assert.Empty(_loop.Started);
        Assert.Empty(_loop.Kept.Approvals);
        Assert.Equal(
            "would start operation heal on `shop/web/web-1`: it is bad",
            Assert.Single(_loop.Kept.Journal, j => j.Kind == JournalKinds.Muted).Summary);
        _loop.Good();
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
    }

    [Fact]
    public void Repeat_signal_acts_on_every_signal_with_a_finding()
    {
        _loop.Bind("b", b => b with { Repeat = RepeatRule.Signal, Escalation = [Act(Call("webhook"))] });
        _loop.Bad();
        _loop.Bad();
        _loop.Good();
        _loop.Bad();
        Assert.Equal(3, _loop.Started.Count());
    }

    [Fact]
    public void Repeat_signal_is_held_by_restraints_until_a_signal_comes_after_them()
    {
        _loop.Bind("b", b => b with { Repeat = RepeatRule.Signal, Restraints = new RestraintSettings { Interval = Minute } });
        _loop.Bad();
        _loop.Succeed();
        _loop.Bad();
        _loop.Pass(2 * Minute);
        Assert.Single(_loop.Started);
        _loop.Bad();
        Assert.Equal(2, _loop.Started.Count());
    }

    [Fact]
    public void A_binding_that_wants_no_incident_keeps_its_episode_all_the_same()
    {
        _loop.Bind("b", b => b with { Incident = new IncidentSettings { Open = false } });
        _loop.Bad();
        Assert.Empty(_loop.Kept.Incidents);
        Assert.Single(_loop.Started);
        _loop.Succeed();
        _loop.Good();
        Assert.Empty(_loop.Owner.Episodes.Living);
    }

    private void Bind(params EscalationStep[] steps) => _loop.Bind("b", b => b with { Escalation = [Act([.. steps])] });
}
