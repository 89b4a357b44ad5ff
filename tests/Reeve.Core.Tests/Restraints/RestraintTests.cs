using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;
using Reeve.Core.Tests.Loop;
using static Reeve.Core.Tests.Loop.LoopHarness;

namespace Reeve.Core.Tests.Restraints;

/// <summary>
/// Each restraint in the loop: what it holds, what it says, until when,
/// and that the action starts when it ends if the finding still stands.
/// </summary>
public sealed class RestraintTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset Noon = LoopHarness.Start;
    private readonly LoopHarness _loop = new();

    [Fact]
    public void For_waits_until_the_finding_has_stood_long_enough()
    {
        Bind(new RestraintSettings { For = 5 * Minute });
        _loop.Bad();
        Held("for", "the finding stands since 12:00:00 and must stand for 5m, until 12:05:00", Noon + 5 * Minute);
        StartsAt(Noon + 5 * Minute);
    }

    [Fact]
    public void What_cleared_before_the_restraint_ended_is_not_asked_again()
    {
        Bind(new RestraintSettings { For = 5 * Minute });
        _loop.Bad();
        _loop.Pass(Minute);
        _loop.Good();
        _loop.Pass(60 * Minute);
        Assert.Empty(_loop.Started);
        Assert.Equal(IncidentStatus.Resolved, _loop.Incident.Status);
    }

    [Fact]
    public void Cooldown_counts_from_the_end_of_the_last_action()
    {
        Bind(new RestraintSettings { Cooldown = 5 * Minute });
        ActOnce(takes: Minute);
        _loop.Bad();
        Held("cooldown", "cooling down: the last action ended at 12:01:00, 5m must pass, until 12:06:00", Noon + 6 * Minute);
        StartsAt(Noon + 6 * Minute);
    }

    [Fact]
    public void Cooldown_does_not_stand_between_the_steps_and_branches_of_one_escalation()
    {
        _loop.Bind("b", b => b with
        {
            Restraints = new RestraintSettings { Cooldown = 5 * Minute, OnceWithin = 5 * Minute },
            Escalation = [new Branch("tell", [Call("email"), Call("webhook")]), new Branch("mend", [Do("heal")])],
        });
        _loop.Bad();
        Assert.Equal(2, _loop.Running.Count);
        _loop.Succeed();
        Assert.Equal(3, _loop.Ran.Count);
    }

    [Fact]
    public void Interval_counts_from_the_start_of_anybodys_last_action()
    {
        _loop.Request("exe-1", "restart", "shop/web/web-1");
        _loop.Pass(Minute);
        _loop.Succeed();
        Bind(new RestraintSettings { Interval = 5 * Minute });
        _loop.Bad();
        Held("interval", "too soon: operation restart was started at 12:00:00, 5m must lie between, until 12:05:00", Noon + 5 * Minute);
        StartsAt(Noon + 5 * Minute);
    }

    [Fact]
    public void Once_within_counts_from_the_start_of_the_bindings_last_action()
    {
        Bind(new RestraintSettings { OnceWithin = 5 * Minute });
        ActOnce(takes: Minute);
        _loop.Bad();
        Held("once_within", "acted at 12:00:00, and once within 5m is enough, until 12:05:00", Noon + 5 * Minute);
        StartsAt(Noon + 5 * Minute);
    }

    [Fact]
    public void Once_after_collects_and_then_acts_once()
    {
        Bind(new RestraintSettings { OnceAfter = 5 * Minute });
        _loop.Bad();
        Held("once_after", "collects findings for 5m since 12:00:00 (1 so far), until 12:05:00", Noon + 5 * Minute);
        _loop.Pass(Minute);
        _loop.Bad();
        StartsAt(Noon + 5 * Minute);
    }

    [Fact]
    public void Accumulate_within_waits_for_so_many_findings()
    {
        Bind(new RestraintSettings { AccumulateWithin = new AccumulateSettings(3, 5 * Minute) });
        _loop.Bad();
        Held("accumulate_within", "1 of 3 findings within 5m", null);
        _loop.Pass(6 * Minute);
        _loop.Bad();
        _loop.Bad();
        Assert.Empty(_loop.Started);
        _loop.Bad();
        Assert.Single(_loop.Started);
    }

    [Fact]
    public void Node_started_waits_for_a_node_that_is_stopped_on_purpose()
    {
        Bind(new RestraintSettings { NodeStarted = true });
        _loop.Change("shop/web/web-1", t => t with { State = TargetState.Stopped });
        _loop.Bad();
        Held("node_started", "`shop/web/web-1` is stopped, not started", null);
        _loop.Change("shop/web/web-1", t => t with { State = TargetState.Failed });
        Assert.Single(_loop.Running);
    }

    [Theory]
    [InlineData("shop/web/web-1")]
    [InlineData("shop/web")]
    [InlineData("shop")]
    public void In_flight_waits_for_the_end_of_what_works_on_the_target_or_above(string busy)
    {
        _loop.Request("exe-1", "restart", busy);
        Bind(new RestraintSettings());
        _loop.Bad();
        Held("in_flight", $"operation restart on `{busy}` is pending (exe-1)", null);
        _loop.Succeed();
        Assert.Equal("heal", Assert.Single(_loop.Running).Action.Name);
    }

    [Fact]
    public void A_window_lets_actions_start_only_inside()
    {
        Bind(new RestraintSettings { Windows = [new CalendarWindow { From = new(22, 0), To = new(2, 0) }] });
        _loop.Bad();
        Held("window", "outside the windows (every day 22:00-02:00 UTC); the next begins at 2026-01-05 22:00:00Z", Noon.AddHours(10));
        StartsAt(Noon.AddHours(10));
    }

    [Fact]
    public void A_freeze_lets_nothing_start_inside()
    {
        Bind(new RestraintSettings { Freezes = [new CalendarWindow { Name = "sale", Start = Noon - Minute, End = Noon + 5 * Minute }] });
        _loop.Bad();
        Held("freeze", "frozen (sale) until 2026-01-05 12:05:00Z", Noon + 5 * Minute);
        StartsAt(Noon + 5 * Minute);
    }

    [Fact]
    public void A_silence_concerns_the_targets_that_it_selects_and_can_be_lifted()
    {
        Bind(new RestraintSettings());
        _loop.Silence(new Silence
        {
            Scope = Scope.Default,
            Name = "quiet",
            Targets = new TargetSelector { Path = "shop/web/web-1" },
            Until = Noon + 5 * Minute,
            Reason = "repair",
        });
        _loop.Bad("shop/web/web-2");
        Assert.Single(_loop.Running);
        _loop.Succeed();
        _loop.Good("shop/web/web-2");
        _loop.Bad();
        Held("silence", "silenced by `quiet` (repair) until 2026-01-05 12:05:00Z", Noon + 5 * Minute);
        _loop.Silence();
        Assert.Single(_loop.Running);
    }

    [Fact]
    public void A_budget_counts_each_action_once_also_when_it_is_judged_and_one_verdict_cannot_pass_it()
    {
        var program = Bind(new RestraintSettings { Budget = new BudgetSettings(2, 10 * Minute) }, Do("heal") with { Settle = Minute });
        program.Says = _ => [
            new Verdict
            {
                Checks = [new CheckVerdict(
                    "check", [.. new[] { 1, 2, 3 }.Select(i => new Finding($"web-{i}", Json.EmptyObject, $"shop/web/web-{i}"))])],
            }
        ];
        _loop.Bad();
        Assert.Equal(2, _loop.Running.Count);
        var held = Assert.Single(_loop.Kept.Journal, j => j.Kind == JournalKinds.Held);
        Assert.Contains("budget: 2 of 2 actions in 10m are used up, until 12:10:00", held.Summary, StringComparison.Ordinal);
        _loop.Succeed();
        _loop.Succeed();
        _loop.Pass(10 * Minute);
        Assert.Equal("shop/web/web-3", Assert.Single(_loop.Running).Target);
    }

    [Theory]
    [InlineData(1, null, 1)]
    [InlineData(2, null, 2)]
    [InlineData(null, 0.34, 1)]
    [InlineData(null, 0.67, 2)]
    [InlineData(3, 0.1, 1)]
    public void A_blast_radius_bounds_how_many_of_a_group_are_worked_on(int? count, double? share, int expected)
    {
        Bind(new RestraintSettings { BlastRadius = new BlastRadiusSettings(count, share) });
        _loop.Bad("shop/web/web-1");
        _loop.Bad("shop/web/web-2");
        _loop.Bad("shop/web/web-3");
        Assert.Equal(expected, _loop.Running.Count);
        _loop.Succeed();
        Assert.Equal(expected + 1, _loop.Ran.Count);
    }

    [Fact]
    public void Capacity_bounds_hold_scaling_until_there_is_room()
    {
        Bind(new RestraintSettings(), Do("scale_out", inputs: """{"count": 2}"""));
        _loop.Change("shop/web", t => t with { Capacity = new Capacity(1, 4, 3) });
        _loop.Bad();
        Held("capacity_bounds", "the group would have 5 instances, its maximum is 4", null);
        _loop.Change("shop/web", t => t with { Capacity = new Capacity(1, 5, 3) });
        Assert.Equal("shop/web", Assert.Single(_loop.Running).Target);
    }

    [Fact]
    public void Opposite_scaling_waits_for_the_end_and_for_the_settle_time()
    {
        _loop.Bind("out", b => b with { Events = [new("out")], Escalation = [Act(Do("scale_out") with { Settle = 5 * Minute })] });
        Bind(new RestraintSettings { InFlight = false }, Do("scale_in"));
        _loop.See("shop/web/web-1", "bad", "out");
        _loop.Bad("shop/web/web-2");
        Held("opposing", "the opposite action scale_out is under way", null);
        _loop.Succeed();
        var held = _loop.Owner.Episodes.Living.Single(e => e.Key.Binding == "b").Branches[0];
        Assert.Contains("has not settled", held.HeldBy.GetRawText(), StringComparison.Ordinal);
        StartsAt(Noon + 5 * Minute);
    }

    [Fact]
    public void What_another_binding_did_gets_its_settle_time()
    {
        _loop.Bind("other", b => b with { Events = [new("other")], Escalation = [Act(Do("scale_out") with { Settle = 5 * Minute })] });
        Bind(new RestraintSettings(), Do("scale_out"));
        _loop.See("shop/web/web-1", "bad", "other");
        _loop.Succeed();
        _loop.Bad("shop/web/web-2");
        Held("settle", "operation scale_out of binding `other` gets time to show its effect until 12:05:00", Noon + 5 * Minute);
        StartsAt(Noon + 5 * Minute);
    }

    [Theory]
    [InlineData(ApprovalStatus.Approved, 1)]
    [InlineData(ApprovalStatus.Denied, 0)]
    [InlineData(ApprovalStatus.Expired, 0)]
    public void People_are_asked_once_and_when_nothing_else_holds_the_action_back(ApprovalStatus status, int starts)
    {
        Bind(new RestraintSettings { For = Minute, Approval = new ApprovalSettings("heal it?", 5 * Minute) });
        _loop.Bad();
        Assert.Empty(_loop.Kept.Approvals);
        _loop.Pass(Minute);
        _loop.Bad();
        Assert.Equal("heal it?", Assert.Single(_loop.Kept.Approvals).Message);
        if (status != ApprovalStatus.Expired)
        {
            _loop.Decide(status);
        }

        _loop.Pass(60 * Minute);
        _loop.Bad();
        Assert.Equal(starts, _loop.Ran.Count);
        Assert.Equal(status, Assert.Single(_loop.Kept.Approvals).Status);
    }

    [Fact]
    public void All_restraints_are_asked_also_after_one_said_no()
    {
        Bind(new RestraintSettings
        {
            For = Minute,
            Approval = new ApprovalSettings(null, null),
            Freezes = [new CalendarWindow { Start = Noon, End = Noon + Minute }],
        });
        _loop.Bad();
        var held = Assert.Single(_loop.Kept.Journal, j => j.Kind == JournalKinds.Held);
        Assert.Equal(
            [
                "silence allow", "freeze held", "for held", "in_flight allow", "opposing allow", "settle allow",
                "capacity_bounds allow", "approval held"
            ],
            held.Data.GetProperty("restraints").EnumerateArray().Select(a => $"{a.Text("restraint")} {a.Text("answer")}"));
    }

    [Fact]
    public void An_action_that_stays_held_is_written_down_once()
    {
        Bind(new RestraintSettings { For = 5 * Minute });
        _loop.Bad();
        var writes = _loop.Kept.EpisodeWrites;
        for (var i = 0; i < 100; i++)
        {
            _loop.Bad();
        }

        Assert.Equal(writes, _loop.Kept.EpisodeWrites);
    }

    private ScriptedProgram Bind(RestraintSettings restraints, params EscalationStep[] steps) =>
        _loop.Bind("b", b => b with { Restraints = restraints, Escalation = [Act(steps.Length == 0 ? [Do("heal")] : [.. steps])] });

    private void ActOnce(TimeSpan takes)
    {
        _loop.Bad();
        _loop.Pass(takes);
        _loop.Succeed();
        _loop.Good();
    }

    private void Held(string restraint, string because, DateTimeOffset? until)
    {
        var branch = _loop.Owner.Episodes.Living.Single(e => e.Key.Binding == "b").Branches[0];
        Assert.Equal(BranchPhase.Held, branch.Phase);
        var reason = branch.HeldBy.EnumerateArray().First(h => h.Text("restraint") == restraint);
        Assert.Equal(because, reason.Text("because"));
        Assert.Equal(until, branch.Until);
    }

    private void StartsAt(DateTimeOffset when)
    {
        var before = _loop.Ran.Count;
        _loop.PassUntil(when - TimeSpan.FromMilliseconds(1));
        Assert.Equal(before, _loop.Ran.Count);
        _loop.PassUntil(when);
        Assert.Equal(before + 1, _loop.Ran.Count);
    }
}
