using Reeve.Core.Identity;
using Reeve.Core.Matching;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Core.Tests.Loop;

namespace Reeve.Core.Tests.Matching;

public sealed class BindingIndexTests
{
    private readonly LoopHarness _loop = new();

    [Theory]
    [InlineData("shop", null, "health", true)]
    [InlineData("shop/web/web-1", null, "health", true)]
    [InlineData("shop/web/web-10", null, "health", false)]
    [InlineData("other", null, "health", false)]
    [InlineData(null, "instance", "he*th", true)]
    [InlineData(null, "group", "health", false)]
    [InlineData(null, null, "*", true)]
    [InlineData(null, null, "cpu*", false)]
    public void Paths_kinds_and_patterns_say_what_is_wanted(string? path, string? kind, string service, bool wanted)
    {
        _loop.Bind("b", b => b with { Targets = new TargetSelector { Path = path, Kind = kind }, Events = [new(service)] });
        Assert.Equal(wanted ? ["b"] : [], Match("shop/web/web-1"));
    }

    [Fact]
    public void All_labels_must_be_there()
    {
        var labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("role", "web").Add("zone", "a");
        _loop.Bind("b", b => b with { Targets = new TargetSelector { Labels = labels } });
        _loop.Change("shop/web/web-1", t => t with { Labels = labels });
        _loop.Change("shop/web/web-2", t => t with { Labels = labels.SetItem("zone", "b") });
        Assert.Equal(["b"], Match("shop/web/web-1"));
        Assert.Empty(Match("shop/web/web-2"));
    }

    [Fact]
    public void A_binding_that_is_put_again_counts_as_it_is_now_and_a_removed_one_no_more()
    {
        _loop.Bind("b");
        _loop.Bind("b", b => b with { Events = [new("other")] });
        Assert.Empty(Match("shop/web/web-1"));
        _loop.Bind("b");
        Assert.Equal(["b"], Match("shop/web/web-1"));
        _loop.Unbind("b");
        Assert.Empty(Match("shop/web/web-1"));
    }

    [Fact]
    public void Taking_out_a_disabled_binding_leaves_its_neighbours_alone()
    {
        _loop.Bind("off", b => b with { Enabled = false });
        _loop.Bind("on");
        _loop.Unbind("off");
        Assert.Equal(["on"], Match("shop/web/web-1"));
    }

    [Fact]
    public void Tenants_never_meet()
    {
        _loop.Bind("b", b => b with { Scope = new Scope("other", "default"), Targets = new TargetSelector() });
        Assert.Empty(Match("shop/web/web-1"));
    }

    [Fact]
    public void Group_keys_are_shared_by_the_members_also_when_the_selector_names_instances()
    {
        _loop.Bind("b", b => b with { Per = KeyScope.Group, Targets = new TargetSelector { Path = "shop", Kind = "instance" } });
        _loop.Bad("shop/web/web-1");
        _loop.Bad("shop/web/web-2");
        Assert.Equal("shop/web", _loop.Episode.Key.Target);
        _loop.Tick("b");
        Assert.Equal("""{"seen": 3}""", _loop.Owner.Programs.Find(Scope.Default, "b", "shop/web")!.Describe().GetRawText());
    }

    [Fact]
    public void One_key_for_all_is_the_anchor()
    {
        _loop.Bind("b", b => b with { Per = KeyScope.All });
        _loop.Bad("shop/web/web-1");
        _loop.Bad("shop/web/web-2");
        Assert.Equal("shop", _loop.Episode.Key.Target);
    }

    private IEnumerable<string> Match(string target)
    {
        var found = new List<ActiveBinding>();
        _loop.Bindings.Match(
            _loop.Targets.Find(new TargetKey(Scope.Default, target))!,
            new Event { Target = target, Service = "health", Time = _loop.Now },
            found);
        return found.Select(f => f.Binding.Name);
    }
}
