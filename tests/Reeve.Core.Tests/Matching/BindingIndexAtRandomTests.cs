using System.Collections.Immutable;
using Reeve.Core.Identity;
using Reeve.Core.Loop;
using Reeve.Core.Matching;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Core.Tests.Loop;

namespace Reeve.Core.Tests.Matching;

/// <summary>Bindings come, change and go, and at each moment the index finds what a look at all of them would find.</summary>
public sealed class BindingIndexAtRandomTests
{
    private static readonly string[] _services = ["cpu", "memory", "disk", "c", "cpu/load", ""];
    private static readonly string[] _patterns = ["*", "c*", "*k", "no*"];

    private readonly LoopHarness _loop = new();
    private readonly Dictionary<string, Binding> _all = [];

    [Theory]
    [InlineData(1, 40, 0)]
    [InlineData(2, 400, 0)]
    [InlineData(3, 400, 10)]
    [InlineData(4, 2500, 0)]
    [InlineData(5, 60, 40)]
    public void What_is_found_is_what_fits(int seed, int changes, int odd)
    {
        var random = new Random(seed);
        var targets = Enumerable.Range(0, 60).Select(i => Target(random, i)).ToList();
        targets.ForEach(_loop.Targets.Put);
        for (var i = 0; i < changes; i++)
        {
            Change(random, targets, odd);
            if (i % 20 == 0 || i == changes - 1)
            {
                Compare(targets);
            }
        }
    }

    [Fact]
    public void A_target_deeper_than_any_is_still_found()
    {
        var path = string.Join('/', Enumerable.Range(0, 100).Select(i => $"s{i}"));
        _loop.Targets.Put(new Target { Key = new TargetKey(Scope.Default, path), Kind = "instance" });
        var middle = path[..path.IndexOf("/s80", StringComparison.Ordinal)];
        _loop.Bind("deep", b => b with { Targets = new TargetSelector { Path = path }, Events = [new("cpu")] });
        _loop.Bind("middle", b => b with { Targets = new TargetSelector { Path = middle }, Events = [new("cpu")] });
        Assert.Equal(["deep", "middle"], Found(path, "cpu"));
        Assert.Empty(Found(path, "memory"));
    }

    [Fact]
    public void Who_is_called_by_an_alias_is_looked_for()
    {
        _loop.Targets.Put(new Target { Key = new TargetKey(Scope.Default, "shop/web-1"), Kind = "instance", Aliases = ["host-7"] });
        _loop.Bind("b", b => b with { Targets = new TargetSelector { Path = "shop" }, Events = [new("cpu")] });
        Assert.True(MayBeWanted("host-7", "cpu"));
        Assert.False(MayBeWanted("host-7", "memory"));
        Assert.False(MayBeWanted("host-8", "cpu"));
        _loop.Targets.Put(new Target { Key = new TargetKey(Scope.Default, "shop/web-1"), Kind = "instance" });
        Assert.False(MayBeWanted("host-7", "cpu"));
    }

    [Fact]
    public void What_nobody_wants_where_it_is_ends_at_once_among_many()
    {
        for (var i = 0; i < 5000; i++)
        {
            var (path, service) = ($"shop-{i}", i % 2 == 0 ? "cpu" : "memory");
            _loop.Bind($"b{i}", b => b with { Targets = new TargetSelector { Path = path }, Events = [new(service)] });
        }

        // a few get a perhaps without a reason; nearly all get the true answer without a look at any target
        Assert.InRange(Enumerable.Range(0, 5000).Count(i => MayBeWanted($"shop-{i}/web", i % 2 == 0 ? "memory" : "cpu")), 0, 250);
        Assert.All(Enumerable.Range(0, 5000), i => Assert.True(MayBeWanted($"shop-{i}/web", i % 2 == 0 ? "cpu" : "memory")));
    }

    private static Target Target(Random random, int number) => new()
    {
        Key = new TargetKey(Scope.Default, Path(random) + $"/t{number}"),
        Kind = "instance",
        Aliases = random.Next(4) == 0 ? [$"alias-{number}"] : [],
        Labels = random.Next(3) == 0 ? Labels(random) : ImmutableSortedDictionary<string, string>.Empty,
    };

    private static string Path(Random random) => string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"p{random.Next(4)}"));

    private static ImmutableSortedDictionary<string, string> Labels(Random random) =>
        ImmutableSortedDictionary<string, string>.Empty.Add("zone", $"z{random.Next(3)}");

    private void Change(Random random, List<Target> targets, int odd)
    {
        var name = $"b{random.Next(200)}";
        if (random.Next(4) == 0 && _all.Remove(name))
        {
            _loop.Bindings.Remove(Scope.Default, name);
            return;
        }

        var isOdd = random.Next(100) < odd;
        var path = random.Next(2) == 0 ? targets[random.Next(targets.Count)].Key.Path : Path(random);
        _loop.Bind(name, b => _all[name] = b with
        {
            Enabled = random.Next(10) > 0,
            Targets = isOdd && random.Next(2) == 0 ? new TargetSelector() : isOdd ? new TargetSelector { Labels = Labels(random) }
                : new TargetSelector { Path = path },
            Events = [new(isOdd || random.Next(20) == 0
                ? _patterns[random.Next(_patterns.Length)]
                : _services[random.Next(_services.Length)])],
        });
    }

    private void Compare(List<Target> targets)
    {
        foreach (var target in targets)
        {
            foreach (var service in _services)
            {
                var seen = new Event { Target = target.Key.Path, Service = service, Time = _loop.Now };
                var fitting = _all.Values
                    .Where(b => b.Enabled && b.Targets.Fits(target) && b.Events.Any(e => e.Fits(seen)))
                    .Select(b => b.Name);
                Assert.Equal(fitting.Order(StringComparer.Ordinal), Found(target.Key.Path, service).Order(StringComparer.Ordinal));
                foreach (var name in target.Aliases.Add(target.Key.Path))
                {
                    Assert.True(!fitting.Any() || MayBeWanted(name, service), $"{name} {service}");
                }
            }
        }
    }

    private List<string> Found(string target, string service)
    {
        var found = new List<ActiveBinding>();
        var seen = new Event { Target = target, Service = service, Time = _loop.Now };
        _loop.Bindings.Match(_loop.Targets.Find(new TargetKey(Scope.Default, target))!, seen, found);
        return [.. found.Select(f => f.Binding.Name)];
    }

    private bool MayBeWanted(string target, string service) => MatchStep.MayBeWanted(
        Scope.Default, new Event { Target = target, Service = service, Time = _loop.Now }, _loop.Bindings, _loop.Targets);
}
