using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Restraints;
using static Reeve.Core.Tests.Loop.LoopHarness;

namespace Reeve.Core.Tests.Loop;

public sealed class RestartTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly LoopHarness _loop = new();

    [Fact]
    public void What_ran_is_run_again_and_not_started_twice()
    {
        Bind(new RestraintSettings(), Do("heal"));
        _loop.Bad();
        Assert.Single(_loop.Crash());
        _loop.Bad();
        Assert.Single(_loop.Started);
        _loop.Succeed();
        _loop.Good();
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
    }

    [Fact]
    public void What_was_held_wakes_when_its_restraint_ends()
    {
        Bind(new RestraintSettings { For = Minute }, Do("heal"));
        _loop.Bad();
        _loop.Crash();
        _loop.Pass(Minute);
        Assert.Single(_loop.Running);
    }

    [Fact]
    public void A_restraint_that_ended_while_the_process_was_down_lets_the_action_start()
    {
        Bind(new RestraintSettings { For = Minute }, Do("heal"));
        _loop.Bad();
        _loop.Time.Advance(2 * Minute);
        _loop.Crash();
        Assert.Single(_loop.Running);
    }

    [Fact]
    public void What_settled_is_judged()
    {
        Bind(new RestraintSettings(), Do("heal") with { Attempts = 2, Settle = Minute });
        _loop.Bad();
        _loop.Succeed();
        _loop.Crash();
        _loop.Pass(Minute);
        Assert.Equal(Effect.Ineffective, _loop.Kept.Executions[0].Effect);
        Assert.Equal(2, _loop.Started.Count());
    }

    [Fact]
    public void What_settled_keeps_others_away()
    {
        Bind(new RestraintSettings(), Do("scale_out") with { Settle = Minute });
        _loop.Bad();
        _loop.Succeed();
        _loop.Crash();
        _loop.Bind("c", b => b with { Escalation = [Act(Do("scale_in"))], Events = [new("load")] });
        _loop.See("shop/web/web-2", "bad", "load");
        Assert.Single(_loop.Started);
        _loop.Pass(Minute);
        Assert.Equal("operation scale_in shop/web #1", _loop.Started.Last());
    }

    [Fact]
    public void An_end_that_the_loop_did_not_hear_of_is_taken_up()
    {
        Bind(new RestraintSettings(), Do("stop"), Do("start"));
        _loop.Bad();
        _loop.MarkEnded(ExecutionStatus.Succeeded);
        Assert.Empty(_loop.Crash());
        Assert.Equal("start", Assert.Single(_loop.Running).Action.Name);
    }

    [Fact]
    public void Nothing_new_starts_on_a_target_before_all_that_runs_is_known()
    {
        Bind(new RestraintSettings(), Do("stop"), Do("start"));
        _loop.Bad();
        _loop.MarkEnded(ExecutionStatus.Succeeded);
        _loop.Request("exe-zz", "restart", "shop/web/web-1");
        _loop.Crash();
        Assert.Equal("restart", Assert.Single(_loop.Running).Action.Name);
        _loop.Succeed();
        Assert.Equal("start", Assert.Single(_loop.Running).Action.Name);
    }

    [Fact]
    public void A_question_that_waited_still_waits_and_an_answer_that_was_given_still_counts()
    {
        Bind(new RestraintSettings { Approval = new ApprovalSettings(null, null), Cooldown = Minute }, Do("heal"));
        _loop.Bad();
        _loop.Crash();
        Assert.Single(_loop.Kept.Approvals);
        _loop.Decide(ApprovalStatus.Approved);
        _loop.Succeed();
        _loop.Good();

        // held by the cooldown, then by the question; approved; and then silenced, and the process dies
        _loop.Bad();
        _loop.Pass(Minute);
        _loop.HoldsWrites = false;
        _loop.Silence(new Silence { Scope = Identity.Scope.Default, Name = "quiet", Targets = new(), Until = _loop.Now + Minute });
        _loop.Decide(ApprovalStatus.Approved);
        _loop.Crash();
        Assert.Empty(_loop.Running);
        _loop.Pass(Minute);
        Assert.Single(_loop.Running);
        Assert.Equal(2, _loop.Kept.Approvals.Count);
    }

    [Fact]
    public void Episodes_of_a_binding_that_went_away_meanwhile_are_terminated()
    {
        Bind(new RestraintSettings(), Do("heal"));
        _loop.Bad();
        _loop.Bindings.Remove(Identity.Scope.Default, "b");
        _loop.Crash();
        Assert.Equal(IncidentStatus.Terminated, _loop.Incident.Status);
    }

    [Fact]
    public void What_was_not_durable_did_not_happen()
    {
        Bind(new RestraintSettings(), Do("heal"));
        _loop.HoldsWrites = true;
        _loop.Bad();
        Assert.Empty(_loop.Running);
        _loop.HoldsWrites = false;
        _loop.Crash();
        Assert.Empty(_loop.Kept.Incidents);
        _loop.Bad();
        Assert.Single(_loop.Running);
    }

    [Fact]
    public void The_state_of_a_program_survives()
    {
        Bind(new RestraintSettings(), Do("heal"));
        _loop.Good();
        _loop.Good();
        _loop.Checkpoint();
        _loop.Crash();
        Assert.Equal("""{"seen": 2}""", _loop.Owner.Programs.Find(Identity.Scope.Default, "b", "shop/web/web-1")!.Describe().GetRawText());
    }

    [Fact]
    public void What_waited_its_turn_or_its_time_waits_again()
    {
        _loop.Request("exe-1", "restart", "shop/web");
        _loop.Request("exe-2", "heal", "shop/web/web-1");
        _loop.Request("exe-3", "check", "shop/web/web-2", at: _loop.Now + Minute);
        Assert.Equal("exe-1", Assert.Single(_loop.Crash()).Id.Value);
        _loop.Succeed();
        Assert.Equal("exe-2", Assert.Single(_loop.Running).Id.Value);
        _loop.Pass(Minute);
        Assert.Equal(["exe-2", "exe-3"], _loop.Running.Select(r => r.Id.Value));
    }

    private void Bind(RestraintSettings restraints, params EscalationStep[] steps) =>
        _loop.Bind("b", b => b with { Restraints = restraints, Escalation = [Act([.. steps])] });
}
