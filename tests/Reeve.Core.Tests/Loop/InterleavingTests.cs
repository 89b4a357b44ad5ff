using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;
using static Reeve.Core.Tests.Loop.LoopHarness;

namespace Reeve.Core.Tests.Loop;

/// <summary>Two bindings on one group; samples, ends, time and crashes in random order. Each seed is one history.</summary>
public sealed class InterleavingTests
{
    private static readonly string[] Members = ["shop/web/web-1", "shop/web/web-2", "shop/web/web-3"];

    [Fact]
    public void Whatever_the_order_nothing_overlaps_nothing_is_doubled_and_everything_ends()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            try
            {
                Run(new Random(seed));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}", failure);
            }
        }
    }

    private static void Run(Random random)
    {
        var loop = new LoopHarness { HoldsWrites = true };
        loop.Bind("mend", b => b with
        {
            Escalation = [
                Act(
                    Do("restart") with { Attempts = 2, Settle = TimeSpan.FromSeconds(20) },
                    Do("heal") with { Attempts = 0, Settle = TimeSpan.FromSeconds(30) }),
                new Branch("tell", [Call("email")])
            ],
            Resolution = [Act(Call("webhook"))],
            Restraints = new RestraintSettings
            {
                Cooldown = TimeSpan.FromSeconds(random.Next(1, 60)),
                For = TimeSpan.FromSeconds(random.Next(0, 10)),
            },
        });
        loop.Bind("grow", b => b with
        {
            Per = Core.Matching.KeyScope.Group,
            Escalation = [Act(Do("scale_out") with { Attempts = 0, Settle = TimeSpan.FromSeconds(15) })],
            Restraints = new RestraintSettings
            {
                Budget = new BudgetSettings(3, TimeSpan.FromMinutes(2)),
                Approval = random.Next(3) == 0 ? new ApprovalSettings(null, TimeSpan.FromSeconds(40)) : null,
            },
        });
        loop.Flush();
        for (var i = 0; i < 120; i++)
        {
            Step(loop, random);
            Check(loop);
        }

        // all is well again: what runs ends, every member says that it is good
        for (var i = 0; i < 12; i++)
        {
            loop.Flush();
            Array.ForEach(Members, loop.Good);
            loop.Flush();
            while (loop.Running.Count > 0)
            {
                loop.Succeed();
                loop.Flush();
            }

            Check(loop);
        }

        // what was started was not held at that moment; the journal says what each restraint answered
        foreach (var acted in loop.Kept.Journal.Where(j => j.Kind == JournalKinds.Acted))
        {
            Assert.DoesNotContain(
                acted.Data.GetProperty("restraints").EnumerateArray(), a => a.GetProperty("answer").GetString() == "held");
        }

        Assert.Equal(loop.Kept.Executions.Count, loop.Kept.Executions.Select(e => e.IdempotencyKey).Distinct().Count());
        Assert.NotEmpty(loop.Ran);
        Assert.Empty(loop.Owner.Episodes.Living);
        Assert.All(loop.Kept.Incidents, incident => Assert.Equal(IncidentStatus.Resolved, incident.Status));
        Assert.All(loop.Kept.Executions, execution => Assert.True(execution.IsEnded));
        Assert.DoesNotContain(loop.Kept.Approvals, a => a.Status == ApprovalStatus.Pending);
    }

    private static void Step(LoopHarness loop, Random random)
    {
        var member = Members[random.Next(Members.Length)];
        switch (random.Next(14))
        {
            case < 4:
                loop.Bad(member, random.Next(4) == 0 ? $"bad:{random.Next(3)}" : "bad");
                break;
            case < 6:
                loop.Good(member);
                break;
            case < 8 when loop.Running.Count > 0:
                loop.End(
                    (ExecutionStatus)random.Next((int)ExecutionStatus.Succeeded, (int)ExecutionStatus.Cancelled + 1),
                    loop.Running[random.Next(loop.Running.Count)]);
                break;
            case 8 when loop.Running.Count > 0:
                loop.MarkEnded(ExecutionStatus.Succeeded);
                loop.Flush();
                loop.Crash();
                break;
            case 9:
                loop.Flush(random.Next(4));
                loop.Crash();
                break;
            case 10 when loop.Kept.Approvals.Any(a => a.Status == ApprovalStatus.Pending):
                var waiting = loop.Kept.Approvals.First(a => a.Status == ApprovalStatus.Pending);
                loop.Owner.Decide(
                    waiting.Subject, random.Next(2) == 0 ? ApprovalStatus.Approved : ApprovalStatus.Denied, "ann", null, loop.Now);
                break;
            case 11:
                loop.Flush(random.Next(3));
                break;
            default:
                loop.Pass(TimeSpan.FromSeconds(random.Next(30)));
                break;
        }

        if (random.Next(3) > 0)
        {
            loop.Flush();
        }
    }

    private static void Check(LoopHarness loop)
    {
        var holding = loop.Running.Where(r => r.HoldsTarget).ToList();
        foreach (var one in holding)
        {
            Assert.DoesNotContain(holding, other => other.Id != one.Id && other.TargetKey!.Value.Overlaps(one.TargetKey!.Value));
        }
    }
}
