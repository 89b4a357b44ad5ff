using Reeve.Actors.Drivers;
using Reeve.Core.Documents;
using Reeve.Core.Identity;
using Reeve.Core.Targets;
using Reeve.Core.Time;

namespace Reeve.Actors.Tests.Drivers;

public sealed class SimulatedDriverTests
{
    private readonly VirtualTime _time = new();
    private readonly SimulatedDriver _driver;

    public SimulatedDriverTests() => _driver = new SimulatedDriver(_time);

    [Fact]
    public async Task An_instance_goes_through_its_life()
    {
        var states = new List<TargetState>();
        DriverVerb[] verbs = [DriverVerb.Create, DriverVerb.Start, DriverVerb.Check, DriverVerb.Stop, DriverVerb.Delete];
        foreach (var verb in verbs)
        {
            states.Add((await InvokeAsync(verb, $"key-{states.Count}")).State);
        }

        Assert.Equal([TargetState.Stopped, TargetState.Started, TargetState.Started, TargetState.Stopped, TargetState.Deleted], states);
    }

    [Fact]
    public async Task A_repeated_start_counts_once()
    {
        await InvokeAsync(DriverVerb.Start, "key-1");
        var again = await InvokeAsync(DriverVerb.Start, "key-1");
        var other = await InvokeAsync(DriverVerb.Start, "key-2");

        Assert.Equal((1, 2), (again.Properties.Whole("simulated_starts"), other.Properties.Whole("simulated_starts")));
    }

    [Fact]
    public async Task Failures_come_where_and_as_often_as_told()
    {
        const string config = """{"fail": [{"verb": "start", "instances": "w-*", "times": 2, "error": "no room"}]}""";
        var outcomes = new List<bool>();
        for (var i = 0; i < 3; i++)
        {
            outcomes.Add((await InvokeAsync(DriverVerb.Start, "key", config)).Succeeded);
        }

        var failed = await InvokeAsync(DriverVerb.Start, "key", config, "w-2");
        var other = await InvokeAsync(DriverVerb.Start, "key", config, "x-1");

        Assert.Equal([false, false, true], outcomes);
        Assert.Equal((TargetState.Failed, "shop/w-2: no room", true), (failed.State, failed.Error, failed.Transient));
        Assert.True(other.Succeeded);
    }

    [Fact]
    public async Task A_verb_takes_the_time_that_it_is_told_to_take()
    {
        var starting = InvokeAsync(DriverVerb.Start, "key-1", """{"start": "2m"}""");

        _time.Advance(TimeSpan.FromSeconds(119));
        Assert.False(starting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TargetState.Started, (await starting).State);
    }

    [Fact]
    public async Task Mistakes_in_the_configuration_are_said()
    {
        var outcome = await InvokeAsync(DriverVerb.Start, "key", """{"start": "soon", "fail": [{"verb": "explode"}], "stopp": 1}""");

        string[] parts = ["start: expected a duration", "fail[0].verb: expected create", "stopp: the field `stopp` is not known"];
        foreach (var part in parts)
        {
            Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        }
    }

    private Task<DriverOutcome> InvokeAsync(DriverVerb verb, string key, string config = "{}", string name = "w-1") =>
        _driver.InvokeAsync(new DriverCall(verb, Instance(name), Json.Parse(config), Json.EmptyObject, key), CancellationToken.None);

    private static Target Instance(string name) => new() { Key = new TargetKey(Scope.Default, $"shop/{name}"), Kind = "instance" };
}
