using Reeve.Languages.Data;
using Reeve.Languages.JavaScript;
using Reeve.Languages.JavaScript.Workers;

namespace Reeve.Cli.Tests;

/// <summary>Scripts in real worker processes.</summary>
public sealed class ScriptPoolTests
{
    private static readonly string[] Worker = ["dotnet", typeof(CommandLine).Assembly.Location, "script-worker"];

    [Fact]
    public async Task A_script_runs_in_a_worker_that_is_used_again()
    {
        using var pool = Pool();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i * 2d, (await RunAsync(pool, "result = n * 2", ("n", (double)i))).Value);
        }
    }

    [Fact]
    public async Task A_script_without_an_end_is_stopped_and_costs_nobody_else_anything()
    {
        using var pool = Pool(new ScriptLimits { Time = TimeSpan.FromSeconds(3) });
        var endless = RunAsync(pool, "while (true) {}");
        var others = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RunAsync(pool, "result = _.range(3)")));
        Assert.All(others, o => Assert.Equal("[0,1,2]", JsonData.Write(o.Value)));
        Assert.Equal("stopped: it ran longer than 3 s", (await endless).Error);
        Assert.Equal(1d, (await RunAsync(pool, "result = 1")).Value);
    }

    [Theory]
    [InlineData("var a = []; while (true) { a.push(new Array(1000).join('x') + a.length) }")]
    [InlineData("var s = 'x'; while (true) { s = [s, s].join('') }")]
    [InlineData("var s = 'x'; while (true) { s += s } result = s")]
    public async Task A_script_that_fills_memory_is_stopped(string code)
    {
        using var pool = Pool(new ScriptLimits { Memory = 100L * 1024 * 1024, Time = TimeSpan.FromMinutes(1) });
        Assert.Contains("memory", (await RunAsync(pool, code)).Error, StringComparison.Ordinal);
        Assert.Equal(1d, (await RunAsync(pool, "result = 1")).Value);
    }

    [Fact]
    public async Task An_expression_that_searches_for_ever_is_stopped()
    {
        using var pool = Pool(new ScriptLimits { Time = TimeSpan.FromSeconds(2) });
        Assert.Contains("longer than 2 s", (await RunAsync(pool, "result = /^(a+)+$/.test(new Array(60).join('a') + '!')")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_gives_up_waiting_ends_the_script()
    {
        using var pool = Pool();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.RunAsync(Call("while (true) {}"), stop.Token));
        Assert.Equal(1d, (await RunAsync(pool, "result = 1")).Value);
    }

    [Fact]
    public async Task A_worker_that_cannot_be_started_is_an_error_that_says_so()
    {
        using var pool = new ScriptPool(["/no/such/program"], new ScriptLimits(), 1, TimeProvider.System);
        Assert.StartsWith("no worker for scripts could be started", (await RunAsync(pool, "result = 1")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_no_worker_is_an_error()
    {
        using var pool = new ScriptPool(["/bin/true"], new ScriptLimits(), 1, TimeProvider.System);
        Assert.NotNull((await RunAsync(pool, "result = 1")).Error);
    }

    private static ScriptPool Pool(ScriptLimits? limits = null) => new(Worker, limits ?? new ScriptLimits(), 2, TimeProvider.System);

    private static ScriptCall Call(string code, params (string Name, object? Value)[] arguments) =>
        new("test", code, "result", [.. arguments.Select(a => KeyValuePair.Create(a.Name, a.Value))], DateTimeOffset.UnixEpoch);

    private static Task<ScriptOutcome> RunAsync(ScriptPool pool, string code, params (string Name, object? Value)[] arguments) =>
        pool.RunAsync(Call(code, arguments), CancellationToken.None);
}
