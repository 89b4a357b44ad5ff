using Reeve.Core.Executions;

namespace Reeve.Core.Tests.Loop;

public sealed class AdmissionTests
{
    private readonly LoopHarness _loop = new();

    [Theory]
    [InlineData("shop/web", "shop/web/web-1", true)]
    [InlineData("shop/web/web-1", "shop", true)]
    [InlineData("shop/web/web-1", "shop/web/web-1", true)]
    [InlineData("shop/web/web-1", "shop/web/web-2", false)]
    [InlineData("shop/web/web-1", "shop/web/web-10", false)]
    public void What_overlaps_on_a_target_is_refused(string running, string asked, bool isRefused)
    {
        Assert.Null(_loop.Request("exe-1", "restart", running, OverlapRule.Refuse));
        Assert.Equal(isRefused, _loop.Request("exe-2", "restart", asked, OverlapRule.Refuse) is not null);
        Assert.Equal(isRefused ? 1 : 2, _loop.Kept.Executions.Count);
    }

    [Fact]
    public void What_is_queued_comes_in_the_order_of_asking_and_only_when_the_target_is_free()
    {
        _loop.Request("exe-1", "restart", "shop/web");
        _loop.Request("exe-2", "heal", "shop/web/web-1");
        _loop.Request("exe-3", "stop", "shop/web");
        _loop.Request("exe-4", "heal", "shop/web/web-2");
        _loop.Succeed();
        Assert.Equal("exe-2", Assert.Single(_loop.Running).Id.Value);
        _loop.Succeed();
        Assert.Equal("exe-3", Assert.Single(_loop.Running).Id.Value);
        _loop.Fail();
        Assert.Equal("exe-4", Assert.Single(_loop.Running).Id.Value);
    }

    [Fact]
    public void A_step_of_a_parent_is_covered_by_its_hold()
    {
        _loop.Request("exe-1", "restart", "shop/web");
        Assert.Null(_loop.Request("exe-2", "stop", "shop/web/web-1", OverlapRule.Refuse, parent: "exe-1"));
        Assert.Equal(2, _loop.Running.Count);
    }

    [Fact]
    public void What_is_scheduled_holds_nothing_before_its_time_and_then_waits_its_turn()
    {
        _loop.Request("exe-1", "restart", "shop/web", at: _loop.Now.AddMinutes(5));
        Assert.Null(_loop.Request("exe-2", "heal", "shop/web/web-1", OverlapRule.Refuse));
        _loop.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal("exe-2", Assert.Single(_loop.Running).Id.Value);
        _loop.Succeed();
        Assert.Equal("exe-1", Assert.Single(_loop.Running).Id.Value);
    }

    [Fact]
    public void What_waits_can_be_withdrawn_and_what_runs_cannot()
    {
        _loop.Request("exe-1", "restart", "shop/web");
        _loop.Request("exe-2", "heal", "shop/web");
        _loop.Request("exe-3", "check", "shop/web", at: _loop.Now.AddMinutes(5));
        Assert.Null(_loop.Owner.Withdraw(new("exe-1"), "ann", _loop.Now));
        Assert.Equal("cancelled by ann before it began", _loop.Owner.Withdraw(new("exe-2"), "ann", _loop.Now)?.Error);
        Assert.Equal(ExecutionStatus.Cancelled, _loop.Owner.Withdraw(new("exe-3"), "ann", _loop.Now)?.Status);
        _loop.Flush();
        _loop.Succeed();
        _loop.Pass(TimeSpan.FromHours(1));
        Assert.Single(_loop.Ran);
        Assert.Equal(2, _loop.Kept.Executions.Count(e => e.Status == ExecutionStatus.Cancelled));
    }
}
