using Reeve.Actors.Drivers;
using Reeve.Core.Documents;
using Reeve.Core.Identity;
using Reeve.Core.Targets;

namespace Reeve.Actors.Tests.Drivers;

public sealed class SimulatedDriverTests
{
    private readonly SimulatedDriver _driver = new(TimeProvider.System);

    [Fact]
    public async Task An_instance_goes_through_its_life()
    {
        var states = new List<TargetState>();
        foreach (var verb in (DriverVerb[])[DriverVerb.Create, DriverVerb.Start, DriverVerb.Check, DriverVerb.Stop, DriverVerb.Delete, DriverVerb.Check])
        {
            states.Add((await InvokeAsync(verb, $"key-{states.Count}")).State);
        }

        Assert.Equal(
            [TargetState.Stopped, TargetState.Started, TargetState.Started, TargetState.Stopped, TargetState.Deleted, TargetState.Deleted], states);
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
    public async Task Mistakes_in_the_configuration_are_said()
    {
        var outcome = await InvokeAsync(DriverVerb.Start, "key", """{"start": "soon", "fail": [{"verb": "explode"}], "stopp": 1}""");

        foreach (var part in (string[])["start: expected a duration", "fail[0].verb: expected create", "unknown field `stopp`"])
        {
            Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        }
    }

    private Task<DriverOutcome> InvokeAsync(DriverVerb verb, string key, string config = "{}", string name = "w-1") =>
        _driver.InvokeAsync(
            new DriverCall(
                verb, new Target { Key = new TargetKey(Scope.Default, $"shop/{name}"), Kind = "instance" }, Json.Parse(config), Json.EmptyObject, key),
            CancellationToken.None);
}
