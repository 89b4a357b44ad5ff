using System.Collections.Immutable;
using Reeve.Actors.Process;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.TestKit;

namespace Reeve.Actors.Tests.Process;

public sealed class ProgramRunnerTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly TempFolder _folder = new();
    private readonly ProgramRunner _runner;

    public ProgramRunnerTests() => _runner = new ProgramRunner(_folder.Path, [_folder.Path], TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_program_gives_its_exit_code_and_both_outputs()
    {
        var program = Script("p", "cat; echo \"$1 $COLOUR\"; echo oh >&2; exit 4");

        var environment = ImmutableSortedDictionary<string, string>.Empty.Add("COLOUR", "red");

        var outcome = await _runner.RunAsync(
            Call(program, "a b") with { Input = "in\n", Environment = environment }, CancellationToken.None);

        Assert.Equal((4, "in\na b red\n", "oh\n"), (outcome.ExitCode, outcome.Output, outcome.ErrorOutput));
        Assert.False(outcome.TimedOut || outcome.Truncated);
    }

    [Fact]
    public async Task A_program_that_ignores_TERM_and_forks_is_killed_entirely_at_its_time_out()
    {
        var pids = _folder.At("pids");
        var program = Script(
            "stubborn", $"trap '' TERM; echo $$ >>{pids}; sleep 71 & echo $! >>{pids}; setsid sleep 72 & echo $! >>{pids}; wait; sleep 73");

        var outcome = await _runner.RunAsync(new ProgramCall([program], TimeSpan.FromMilliseconds(500)), CancellationToken.None);

        Assert.Equal((null, true), (outcome.ExitCode, outcome.TimedOut));
        var left = await File.ReadAllLinesAsync(pids);
        Assert.Equal(3, left.Length);
        await Eventually.IsTrueAsync(() => Array.TrueForAll(left, IsGone));
    }

    [Fact]
    public async Task A_child_left_behind_does_not_hold_the_run_up()
    {
        var pid = _folder.At("pid");
        var outcome = await _runner.RunAsync(Call(Script("leaves", $"sleep 74 & echo $! >{pid}; echo done")), CancellationToken.None);

        Assert.Equal((0, "done\n"), (outcome.ExitCode, outcome.Output));
        await Eventually.IsTrueAsync(() => IsGone(File.ReadAllText(pid)));
    }

    [Fact]
    public async Task Output_is_kept_head_and_tail()
    {
        var program = Script("chatty", "echo first; i=0; while test $i -lt 2000; do echo 0123456789; i=$((i+1)); done; echo last");

        var outcome = await _runner.RunAsync(Call(program) with { OutputLimit = 1000 }, CancellationToken.None);

        Assert.True(outcome.Truncated);
        Assert.StartsWith("first\n", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("last\n", outcome.Output, StringComparison.Ordinal);
        Assert.InRange(outcome.Output.Length, 1000, 1100);
    }

    [Fact]
    public async Task A_cancelled_program_is_dead_when_the_call_returns()
    {
        var pid = _folder.At("pid");
        using var cancel = new CancellationTokenSource();
        var run = _runner.RunAsync(Call(Script("long", $"echo $$ >{pid}.new; mv {pid}.new {pid}; exec sleep 75")), cancel.Token);
        await Eventually.IsTrueAsync(() => File.Exists(pid));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await Eventually.IsTrueAsync(() => IsGone(File.ReadAllText(pid)));
    }

    [Fact]
    public async Task What_a_killed_Reeve_left_running_is_ended_by_the_next_one()
    {
        var pid = _folder.At("pid");
        var run = _runner.RunAsync(Call(Script("long", $"echo $$ >{pid}.new; mv {pid}.new {pid}; exec sleep 76")), CancellationToken.None);
        await Eventually.IsTrueAsync(() => File.Exists(pid));

        await new ProgramRunner(_folder.Path, [], TimeProvider.System).EndLeftoversAsync(CancellationToken.None);

        Assert.Equal(128 + 9, (await run).ExitCode);
    }

    [Fact]
    public async Task A_program_outside_the_allowed_folders_does_not_start()
    {
        var outcome = await _runner.RunAsync(Call("/bin/true"), CancellationToken.None);

        Assert.Contains("`/bin/true` is not in an allowed folder", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_actor_is_done_when_the_program_exits_with_zero_and_hands_it_the_context()
    {
        var actor = new ProcessActor(_runner);

        var outcome = await actor.ActAsync(ActorCalls.With($$"""{"command": ["{{Script("ok", "cat")}}"]}"""), CancellationToken.None);

        Assert.True(outcome.Succeeded, outcome.Error);
        var given = Json.Parse(outcome.Output.Text("output")!);
        Assert.Equal(("key-1", "shop/w-1"), (given.Text("idempotency_key"), given.Text("target")));
        Assert.Equal("too slow", given.GetProperty("context").Text("reason"));
    }

    [Fact]
    public async Task The_actor_says_how_a_program_failed()
    {
        var actor = new ProcessActor(_runner);
        var bad = Script("bad", "echo no disk >&2; exit 2");

        var outcome = await actor.ActAsync(ActorCalls.With($$"""{"command": ["{{bad}}"]}"""), CancellationToken.None);

        Assert.Equal((false, true, $"`{bad}`: exited with code 2: no disk"), (outcome.Succeeded, outcome.Transient, outcome.Error));
        Assert.Equal(2, outcome.Output.Whole("exit_code"));
    }

    [Fact]
    public void The_actor_finds_mistakes_before_anything_runs() =>
        Assert.Equal(2, new ProcessActor(_runner).Check(Json.Parse("""{"command": ["/bin/true"], "timeout": "soon", "sh": 1}""")).Count());

    /// <summary>Whoever reaps what was left behind does so in its own time.</summary>
    private static bool IsGone(string pid) => ProcessTable.Find(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture)) is null;

    private static ProgramCall Call(string program, params string[] arguments) => new([program, .. arguments], Long);

    private string Script(string name, string body)
    {
        var path = _folder.Write(name, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
