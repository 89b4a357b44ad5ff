using System.Diagnostics;
using Reeve.Actors.Drivers.Process;
using Reeve.Core.Targets;
using Reeve.TestKit;

namespace Reeve.Actors.Tests.Drivers;

/// <summary>What a new Reeve finds of what the last one left.</summary>
public sealed class ProcessDriverRestartTests : ProcessDriverHarness
{
    [Fact]
    public async Task A_process_lives_on_without_Reeve_and_is_watched_again()
    {
        var started = await InvokeAsync(DriverVerb.Start, "w-1", Sleeper());
        Restart();

        var resumed = await Driver.ResumeAsync([Instance("w-1")], CancellationToken.None);

        Assert.Equal((1, 0), (resumed.Adopted, resumed.Died));
        Assert.Empty(Sink.Events);
        Kill(PidOf(started));
        await Eventually.IsTrueAsync(() => Sink.Events.Count == 1);
        Assert.StartsWith("ended, exit code unknown", Sink.Events[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_start_after_a_restart_finds_the_process()
    {
        var started = await InvokeAsync(DriverVerb.Start, "w-1", Sleeper());
        Restart();

        var again = await InvokeAsync(DriverVerb.Start, "w-1", Sleeper());

        Assert.Equal(PidOf(started), PidOf(again));
        Assert.Single(ProcessesOf("w-1"));
    }

    [Fact]
    public async Task An_adopted_process_is_stopped_without_a_report()
    {
        var started = await InvokeAsync(DriverVerb.Start, "w-1", Sleeper());
        Restart();
        await Driver.ResumeAsync([Instance("w-1")], CancellationToken.None);

        var stopped = await InvokeAsync(DriverVerb.Stop, "w-1", Sleeper());

        Assert.Equal(TargetState.Stopped, stopped.State);

        // it is not a child of ours: who reaps it does so in its own time
        await Eventually.IsTrueAsync(() => !File.Exists($"/proc/{PidOf(started)}/environ"));
        Assert.Empty(Sink.Events);
    }

    [Fact]
    public async Task A_process_that_died_without_Reeve_is_reported_at_the_restart()
    {
        var started = await InvokeAsync(DriverVerb.Start, "w-1", Sleeper());
        Driver.Dispose();
        Kill(PidOf(started));
        await Eventually.IsTrueAsync(() => ProcessesOf("w-1").Count == 0);
        Restart();

        var resumed = await Driver.ResumeAsync([Instance("w-1")], CancellationToken.None);

        Assert.Equal((0, 1), (resumed.Adopted, resumed.Died));
        await Eventually.IsTrueAsync(() => Sink.Events.Count == 1);
        Assert.StartsWith("ended while Reeve was not running", Sink.Events[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_process_with_the_same_number_is_not_taken_for_the_instance()
    {
        using var stranger = Run("/bin/sleep", ["60"]);
        try
        {
            var instance = new ProcessInstance(StateFolder, Instance("w-1").Key, null);
            var record = Record(InstanceState.Running, null);
            instance.Save(record with { Pid = stranger.Id, StartTime = 1, BootId = Actors.Process.ProcessTable.BootId });
            Restart();

            var resumed = await Driver.ResumeAsync([Instance("w-1")], CancellationToken.None);
            await InvokeAsync(DriverVerb.Stop, "w-1", Sleeper());

            Assert.Equal((0, 1), (resumed.Adopted, resumed.Died));
            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task A_start_that_was_cut_off_before_it_was_recorded_is_found_by_its_marker()
    {
        // The disk as a kill between the start and its record leaves it: the intent, and a process that carries its marker.
        var instance = new ProcessInstance(StateFolder, Instance("w-1").Key, null);
        var marker = instance.MarkerOf("key-1");
        instance.Save(Record(InstanceState.Starting, marker));
        using var orphan = Run("setsid", ["/bin/sh", "-c", "sleep 60 & wait"], marker);
        await Eventually.IsTrueAsync(() => ProcessesOf("w-1").Count == 2);
        Restart();

        var resumed = await Driver.ResumeAsync([Instance("w-1", TargetState.Starting)], CancellationToken.None);
        var started = await InvokeAsync(DriverVerb.Start, "w-1", Sleeper());

        Assert.Equal(1, resumed.Adopted);
        Assert.Equal(orphan.Id, PidOf(started));
        Assert.Equal(2, ProcessesOf("w-1").Count);
    }

    [Fact]
    public async Task A_start_that_was_only_intended_is_done_when_it_is_asked_for_again()
    {
        var instance = new ProcessInstance(StateFolder, Instance("w-1").Key, null);
        instance.Save(Record(InstanceState.Starting, instance.MarkerOf("key-1")));
        Restart();

        var resumed = await Driver.ResumeAsync([Instance("w-1", TargetState.Starting)], CancellationToken.None);
        var started = await InvokeAsync(DriverVerb.Start, "w-1", Sleeper());

        Assert.Equal((0, 0), (resumed.Adopted, resumed.Died));
        Assert.True(started.Succeeded, started.Error);
        Assert.Empty(Sink.Events);
    }

    [Fact]
    public async Task Instances_that_no_target_speaks_of_are_named_and_left_alone()
    {
        await InvokeAsync(DriverVerb.Start, "w-1", Sleeper());
        Restart();

        var resumed = await Driver.ResumeAsync([], CancellationToken.None);

        Assert.Equal(Instance("w-1").Key, Assert.Single(resumed.Unknown));
        Assert.Single(ProcessesOf("w-1"));
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_costs_the_instance_a_restart_and_no_more()
    {
        var first = await InvokeAsync(DriverVerb.Start, "w-1", Sleeper());
        File.WriteAllText(Path.Combine(Directory.GetDirectories(StateFolder)[0], "instance.json"), "{ half");
        Restart();

        await Driver.ResumeAsync([Instance("w-1")], CancellationToken.None);
        var second = await InvokeAsync(DriverVerb.Start, "w-1", Sleeper(), "key-2");

        Assert.NotEqual(PidOf(first), PidOf(second));
        Assert.Single(ProcessesOf("w-1"));
    }

    private static InstanceRecord Record(InstanceState state, string? marker) => new()
    {
        Tenant = "default",
        Project = "default",
        Path = "shop/workers/w-1",
        State = state,
        Marker = marker,
        StartKey = "key-1",
    };

    private static System.Diagnostics.Process Run(string file, string[] arguments, string marker = "")
    {
        var start = new ProcessStartInfo(file, arguments);
        start.Environment[ProcessInstance.Variable] = marker;
        return System.Diagnostics.Process.Start(start)!;
    }

    private string Sleeper() => $$"""{"command": [{{Quoted(Script("sleeper", "exec sleep 60"))}}]}""";
}
