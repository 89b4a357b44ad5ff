using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Targets;
using Reeve.Core.Tests.Loop;

namespace Reeve.Core.Tests.Executions;

public sealed class OperationPlannerTests
{
    private readonly LoopHarness _loop = new();

    [Theory]
    [InlineData("start", "shop/web/web-1", "web-1:start")]
    [InlineData("stop", "shop", "web-1:stop web-2:stop web-3:stop")]
    [InlineData("restart", "shop/web/web-2", "web-2:stop,start")]
    [InlineData("check", "shop/web", "web-1:check web-2:check web-3:check")]
    [InlineData("heal", "shop/web/web-1", "web-1:stop,delete,create,start")]
    [InlineData("heal", "shop/web", "web-3:stop,delete,create,start")]
    [InlineData("create", "shop", "web-3:create,start")]
    [InlineData("delete", "shop/web/web-1", "web-1:stop,delete-")]
    [InlineData("scale_out", "shop/web/web-1", "web-4:create,start+ 4")]
    [InlineData("scale_in", "shop/web", "web-3:stop,delete- 2")]
    public void Each_operation_has_its_plan(string operation, string target, string expected)
    {
        _loop.Change("shop/web/web-3", t => t with { State = TargetState.Failed });
        Assert.Equal(expected, Plan(operation, target, "{}"));
    }

    [Theory]
    [InlineData("scale_out", """{"count": 2}""", "web-4:create,start+ web-5:create,start+ 5")]
    [InlineData("scale_out", """{"count": 3}""", "`shop/web` would have 6 instances; its bounds are 1 to 5")]
    [InlineData("scale_out", """{"count": 0}""", "`count` is 0; it must be at least 1")]
    [InlineData("scale_in", """{"count": 3}""", "`shop/web` would have 0 instances; its bounds are 1 to 5")]
    [InlineData("scale_in", """{"instances": ["web-1", "shop/web/web-2"]}""", "web-2:stop,delete- web-1:stop,delete- 1")]
    [InlineData("resize", """{"desired": 1}""", "web-3:stop,delete- web-2:stop,delete- 1")]
    [InlineData("resize", """{"desired": 3}""", " 3")]
    [InlineData("resize", "{}", "resize needs the input `desired`, a whole number")]
    [InlineData(
        "paint", "{}",
        "there is no operation `paint`; there are create, delete, start, stop, restart, scale_out, scale_in, resize, heal, check")]
    public void Scaling_keeps_within_the_bounds(string operation, string inputs, string expected) =>
        Assert.Equal(expected, Plan(operation, "shop/web", inputs));

    [Fact]
    public void What_policies_say_goes_before_the_inputs()
    {
        Assert.Equal("web-2:stop,delete- 2", Plan("scale_in", "shop/web", """{"count": 2}""", """{"count": 1, "candidates": ["web-2"]}"""));
        Assert.Equal("`shop` is in no group, so there is nothing to scale", Plan("scale_in", "shop", "{}"));
    }

    private string Plan(string operation, string target, string inputs, string data = "{}")
    {
        var about = _loop.Targets.Find(new TargetKey(Scope.Default, target))!;
        var plan = OperationPlanner.Plan(operation, about, _loop.Targets, Json.Parse(inputs), Json.Parse(data), out var problem);
        if (plan is null)
        {
            return problem!;
        }

        // a plan is recorded and read back after a crash
        plan = OperationPlan.Read(plan.ToJson());
        var verbs = plan.Instances.Select(i =>
            $"{i.Path["shop/web/".Length..]}:{string.Join(",", i.Verbs.Select(v => v.ToString().ToLowerInvariant()))}"
                + $"{(i.IsNew ? "+" : "")}{(i.Removes ? "-" : "")}");
        return string.Join(" ", verbs) + (plan.Desired.TryGetValue("shop/web", out var desired) ? $" {desired}" : "");
    }
}
