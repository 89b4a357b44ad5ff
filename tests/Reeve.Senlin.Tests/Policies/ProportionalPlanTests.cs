using Reeve.Senlin.Policies.Placement;

namespace Reeve.Senlin.Tests.Policies;

/// <summary>The plans of fixed mode, held by what must be true of every one of them.</summary>
public sealed class ProportionalPlanTests
{
    [Fact]
    public void Every_request_that_fits_is_planned_in_full_within_the_caps()
    {
        ForEach(500, (places, random) =>
        {
            var count = random.Next(1, 40);
            var room = places.Sum(p => p.Cap < 0 ? 1_000_000 : Math.Max(0, p.Cap!.Value - p.Current));
            var plan = ProportionalPlan.Expand(places, count);

            Assert.Equal(room >= count, plan is not null);
            Assert.True(plan is null || plan.Values.Sum() == count);
            Assert.All(plan ?? [], p => Assert.True(CapOf(places, p.Key) < 0 || Now(places, p.Key) + p.Value <= CapOf(places, p.Key)));
        });
    }

    [Fact]
    public void Places_that_start_empty_and_have_no_cap_end_within_one_node_of_their_share()
    {
        ForEach(500, (places, random) =>
        {
            Place[] empty = [.. places.Select(p => p with { Current = 0, Cap = -1, Weight = Math.Max(1, p.Weight!.Value) })];
            var count = random.Next(1, 60);
            var plan = ProportionalPlan.Expand(empty, count)!;
            var sum = (double)empty.Sum(p => p.Weight!.Value);

            Assert.All(empty, p => Assert.InRange(plan.GetValueOrDefault(p.Name) - (count * p.Weight!.Value / sum), -1.0, 1.0));
        });
    }

    [Fact]
    public void What_a_full_place_cannot_take_goes_to_the_others_by_weight()
    {
        Place[] places = [new("a", 100, 1, 0), new("b", 200, -1, 0), new("c", 100, -1, 0)];
        var plan = ProportionalPlan.Expand(places, 10)!;

        Assert.Equal([("a", 1L), ("b", 6L), ("c", 3L)], plan.Select(p => (p.Key, p.Value)));
    }

    [Fact]
    public void Seven_nodes_are_spread_and_not_put_into_the_heaviest_place()
    {
        Place[] places = [new("a", 300, -1, 0), new("b", 150, -1, 0), new("c", 100, -1, 0)];
        var plan = ProportionalPlan.Expand(places, 7)!;

        Assert.Equal([("a", 4L), ("b", 2L), ("c", 1L)], plan.Select(p => (p.Key, p.Value)));
    }

    [Fact]
    public void A_place_without_weight_is_used_only_when_nothing_else_has_room()
    {
        Place[] places = [new("none", 0, -1, 0), new("a", 100, 2, 0)];

        Assert.Equal([("a", 2L)], ProportionalPlan.Expand(places, 2)!.Select(p => (p.Key, p.Value)));
        Assert.Equal([("none", 3L), ("a", 2L)], ProportionalPlan.Expand(places, 5)!.Select(p => (p.Key, p.Value)));
    }

    [Fact]
    public void No_place_loses_more_than_it_has_and_together_they_lose_what_was_asked()
    {
        ForEach(500, (places, random) =>
        {
            var all = places.Sum(p => p.Current);
            var count = random.Next(1, 30);
            var plan = ProportionalPlan.Shrink(places, count);

            Assert.Equal(Math.Min(all, count), plan.Values.Sum());
            Assert.All(plan, p => Assert.InRange(p.Value, 1, Now(places, p.Key)));
        });
    }

    [Fact]
    public void The_same_request_has_the_same_plan_and_the_first_named_of_equals_comes_first()
    {
        Place[] places = [new("b", 100, -1, 1), new("a", 100, -1, 1), new("c", 100, -1, 1)];

        Assert.Equal([("b", 1L), ("a", 1L)], ProportionalPlan.Expand(places, 2)!.Select(p => (p.Key, p.Value)));
        Assert.Equal([("b", 1L), ("a", 1L)], ProportionalPlan.Shrink(places, 2).Select(p => (p.Key, p.Value)));
    }

    [Fact]
    public void Weights_beyond_all_measure_and_below_zero_do_no_harm()
    {
        Place[] places = [new("a", long.MaxValue, -1, 3), new("b", long.MinValue, -1, 3), new("c", null, -1, 3)];

        Assert.Equal(5, ProportionalPlan.Expand(places, 5)!.Values.Sum());
        Assert.Equal(5, ProportionalPlan.Shrink(places, 5).Values.Sum());
        Assert.Null(ProportionalPlan.Expand([], 1));
    }

    private static long CapOf(IEnumerable<Place> places, string name) => places.First(p => p.Name == name).Cap!.Value;

    private static long Now(IEnumerable<Place> places, string name) => places.First(p => p.Name == name).Current;

    private static void ForEach(int cases, Action<Place[], Random> check)
    {
        var random = new Random(14);
        for (var i = 0; i < cases; i++)
        {
            check(
                [.. Enumerable.Range(0, random.Next(1, 6)).Select(n => new Place(
                    $"p{n}", random.Next(4) == 0 ? random.Next(3) : random.Next(1, 400), random.Next(2) == 0 ? -1 : random.Next(12),
                    random.Next(8)))],
                random);
        }
    }
}
