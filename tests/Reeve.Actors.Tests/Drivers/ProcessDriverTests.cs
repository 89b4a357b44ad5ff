using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.TestKit;

namespace Reeve.Actors.Tests.Drivers;

public sealed class ProcessDriverTests : ProcessDriverHarness
{
    [Fact]
    public async Task A_started_instance_runs_with_its_names_and_port_filled_in()
    {
        var port = FreePort.Take();
        var program = Script("echo", "echo \"$1 $2 $3 $COLOUR\"; exec sleep 60");
        var config = $$"""
            {"command": [{{Quoted(program)}}, "{name}", "{path}", "{port}"], "env": {"COLOUR": "red {name}"},
             "ports": {"from": {{port}}, "to": {{port}} } }
            """;

        var created = await InvokeAsync(DriverVerb.Create, "w-1", config);
        var started = await InvokeAsync(DriverVerb.Start, "w-1", config);

        Assert.Equal((true, TargetState.Stopped), (created.Succeeded, created.State));
        Assert.Equal((true, TargetState.Started), (started.Succeeded, started.State));
        Assert.Equal(port, started.Properties.GetProperty("port").GetInt32());
        await Eventually.IsTrueAsync(() => OutputOf().Contains($"w-1 shop/workers/w-1 {port} red w-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_process_that_dies_is_reported_as_failed_with_its_exit_code_and_last_lines()
    {
        var program = Script("dies", "while ! test -e \"$1\"; do sleep 0.02; done; echo first; echo the last words; exit 3");
        var signal = Path.Combine(ProgramFolder, "now");
        await InvokeAsync(DriverVerb.Start, "w-1", $$"""{"command": [{{Quoted(program)}}, {{Quoted(signal)}}]}""");
        Sink.RefuseNext(2);

        File.WriteAllText(signal, "");

        await Eventually.IsTrueAsync(() => Sink.Events.Count > 0);
        var seen = Assert.Single(Sink.Events);
        Assert.Equal(("shop/workers/w-1", WellKnownServices.State, "failed"), (seen.Target, seen.Service, seen.State));
        Assert.Equal(3, seen.Attributes["exit_code"].GetInt32());
        Assert.Equal("exited with code 3\nfirst\nthe last words", seen.Description);
        var check = await InvokeAsync(DriverVerb.Check, "w-1", "{}");
        Assert.Equal(TargetState.Failed, check.State);
    }

    [Fact]
    public async Task A_stop_that_was_asked_for_is_not_reported()
    {
        var config = Sleeper();
        var started = await InvokeAsync(DriverVerb.Start, "w-1", config);

        var stopped = await InvokeAsync(DriverVerb.Stop, "w-1", config);

        Assert.Equal(TargetState.Stopped, stopped.State);
        Assert.False(Directory.Exists($"/proc/{PidOf(started)}"));
        Assert.Empty(Sink.Events);
    }

    [Fact]
    public async Task Starting_again_with_the_same_key_starts_one_process()
    {
        var config = Sleeper();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => InvokeAsync(DriverVerb.Start, "w-1", config)));

        Assert.Single(outcomes.Select(PidOf).Distinct());
        Assert.Single(ProcessesOf("w-1"));
    }

    [Fact]
    public async Task A_process_that_never_gets_ready_is_given_up_and_killed()
    {
        var port = FreePort.Take();
        var config = $$"""
            {"command": [{{Quoted(Script("hangs", "echo busy; exec sleep 60"))}}], "ports": {"from": {{port}}, "to": {{port}} },
             "ready": {"http": "http://127.0.0.1:{port}/health", "timeout": "400ms"} }
            """;

        var outcome = await InvokeAsync(DriverVerb.Start, "w-1", config);

        Assert.Equal((false, true, TargetState.Failed), (outcome.Succeeded, outcome.Transient, outcome.State));
        Assert.Contains("shop/workers/w-1: did not start: not ready within 400ms: no ", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(ProcessesOf("w-1"));
        Assert.Empty(Sink.Events);
    }

    [Fact]
    public async Task A_process_is_started_once_its_health_page_answers()
    {
        var port = FreePort.Take();
        var program = Script("serves", "sleep 0.3; exec python3 -m http.server --bind 127.0.0.1 \"$1\"");
        var config = $$"""
            {"command": [{{Quoted(program)}}, "{port}"], "ports": {"from": {{port}}, "to": {{port}} },
             "ready": {"http": "http://127.0.0.1:{port}/"} }
            """;

        var outcome = await InvokeAsync(DriverVerb.Start, "w-1", config);

        Assert.Equal(TargetState.Started, outcome.State);
        using var client = new HttpClient();
        Assert.NotEmpty(await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/")));
    }

    [Fact]
    public async Task A_process_that_ends_at_once_did_not_start()
    {
        var config = $$"""{"command": [{{Quoted(Script("bad", "echo no such table >&2; exit 7"))}}], "ready": {"after": "5s"} }""";

        var outcome = await InvokeAsync(DriverVerb.Start, "w-1", config);

        Assert.Equal("shop/workers/w-1: did not start: exited with code 7\nno such table", outcome.Error);
    }

    [Fact]
    public async Task A_process_that_ignores_the_stop_signal_is_killed_with_its_children()
    {
        var program = Script("stubborn", "trap '' TERM; sleep 61 & (setsid sleep 62 &) ; echo up; while :; do sleep 0.1; done");
        var config = $$"""
            {"command": [{{Quoted(program)}}],
             "stop": {"signal": "TERM", "grace": "300ms"} }
            """;
        await InvokeAsync(DriverVerb.Start, "w-1", config);
        await Eventually.IsTrueAsync(() => OutputOf().Contains("up", StringComparison.Ordinal) && ProcessesOf("w-1").Count >= 3);

        var stopped = await InvokeAsync(DriverVerb.Stop, "w-1", config);

        Assert.True(stopped.Succeeded, stopped.Error);
        Assert.Empty(ProcessesOf("w-1"));
    }

    [Fact]
    public async Task A_deleted_instance_leaves_nothing_and_gives_its_port_back()
    {
        var port = FreePort.Take();
        var config = $$"""{"command": [{{Quoted(Script("s", "exec sleep 60"))}}], "ports": {"from": {{port}}, "to": {{port}} } }""";
        await InvokeAsync(DriverVerb.Start, "w-1", config);
        var second = await InvokeAsync(DriverVerb.Create, "w-2", config);

        var deleted = await InvokeAsync(DriverVerb.Delete, "w-1", config);
        var again = await InvokeAsync(DriverVerb.Delete, "w-1", config);
        var third = await InvokeAsync(DriverVerb.Create, "w-2", config);

        Assert.Contains($"none from `{port}` to `{port}` is free", second.Error, StringComparison.Ordinal);
        Assert.Equal((TargetState.Deleted, TargetState.Deleted), (deleted.State, again.State));
        Assert.True(third.Succeeded, third.Error);
        Assert.Empty(ProcessesOf("w-1"));
        Assert.Single(Directory.GetDirectories(StateFolder));
    }

    [Fact]
    public async Task The_port_is_kept_over_a_stop_and_a_start()
    {
        var port = FreePort.TakeRow(51);
        var config = $$"""{"command": [{{Quoted(Script("s", "exec sleep 60"))}}], "ports": {"from": {{port}}, "to": {{port + 50}} } }""";
        var first = await InvokeAsync(DriverVerb.Start, "w-1", config);
        await InvokeAsync(DriverVerb.Stop, "w-1", config);
        await InvokeAsync(DriverVerb.Create, "w-2", config);

        var second = await InvokeAsync(DriverVerb.Start, "w-1", config, "key-2");

        Assert.Equal(first.Properties.GetProperty("port").GetInt32(), second.Properties.GetProperty("port").GetInt32());
    }

    [Theory]
    [InlineData("/bin/sleep")]
    [InlineData("sleep")]
    [InlineData("PROGRAMS/../../../../../../bin/sleep")]
    [InlineData("PROGRAMS/elsewhere/sleep")]
    public async Task A_program_outside_the_allowed_folders_is_refused(string executable)
    {
        File.CreateSymbolicLink(Path.Combine(ProgramFolder, "elsewhere"), "/bin");
        var config = $$"""{"command": [{{Quoted(executable.Replace("PROGRAMS", ProgramFolder, StringComparison.Ordinal))}}, "60"]}""";

        var outcome = await InvokeAsync(DriverVerb.Start, "w-1", config);

        Assert.Equal((false, false), (outcome.Succeeded, outcome.Transient));
        Assert.Contains("allowed folder", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_never_pass_through_a_shell()
    {
        var proof = Path.Combine(ProgramFolder, "injected");
        var program = Script("args", "printf '%s\\n' \"$@\"; exec sleep 60");
        var config = $$"""{"command": [{{Quoted(program)}}, {{Quoted($"$(touch {proof})")}}, "; touch x", "`id`", "'\""]}""";

        await InvokeAsync(DriverVerb.Start, "w-1", config);

        await Eventually.IsTrueAsync(() => OutputOf().Contains($"$(touch {proof})\n; touch x\n`id`\n'\"\n", StringComparison.Ordinal));
        Assert.False(File.Exists(proof));
    }

    [Fact]
    public async Task All_mistakes_of_a_configuration_are_told_at_once()
    {
        const string config = """
            {"comand": ["x"], "env": {"LD_PRELOAD": "x.so"}, "ports": {"from": 9, "to": 3}, "ready": {"http": "http://example.org/"},
             "stop": {"signal": "BOO"}}
            """;

        var outcome = await InvokeAsync(DriverVerb.Create, "w-1", config);

        Assert.False(outcome.Succeeded);
        string[] parts =
        [
            "comand: the field `comand` is not known", "command: expected", "env.LD_PRELOAD", "ports: expected", "ready.http: expected",
            "unknown signal `BOO`",
        ];
        foreach (var part in parts)
        {
            Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Secrets_in_the_environment_of_Reeve_do_not_reach_an_instance()
    {
        Environment.SetEnvironmentVariable("REEVE_TEST_SECRET", "hush");
        var program = Script("env", "env; echo done; exec sleep 60");

        await InvokeAsync(DriverVerb.Start, "w-1", $$"""{"command": [{{Quoted(program)}}]}""");

        await Eventually.IsTrueAsync(() => OutputOf().Contains("done", StringComparison.Ordinal));
        Assert.DoesNotContain("hush", OutputOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kept_output_is_bounded()
    {
        var program = Script("chatty", "i=0; while test $i -lt 9000; do echo 0123456789; i=$((i+1)); done; exec sleep 60");

        await InvokeAsync(DriverVerb.Start, "w-1", $$"""{"command": [{{Quoted(program)}}], "output_limit": 4096}""");

        var folder = Assert.Single(Directory.GetDirectories(StateFolder));
        var rotated = Path.Combine(folder, "output.1.log");
        await Eventually.IsTrueAsync(
            () => File.Exists(rotated) && Directory.GetFiles(folder, "*.log").Sum(file => new FileInfo(file).Length) <= 4096);
    }

    private string Sleeper() => $$"""{"command": [{{Quoted(Script("sleeper", "exec sleep 60"))}}]}""";

    private string OutputOf()
    {
        var file = Path.Combine(Directory.GetDirectories(StateFolder).First(), "output.log");
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
