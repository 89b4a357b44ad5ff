using Reeve.Flexera.Evaluation;
using Reeve.Languages.Data;
using Reeve.Languages.JavaScript;
using Reeve.Languages.JavaScript.Workers;
using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

public sealed class HostileScriptTests
{
    // one worker: what one script does to it the next one meets
    private static readonly ScriptPool _pool = Pool(20);

    [Theory]
    [InlineData("var a = 1;\nwhile (true) {}", "it ran longer than")]
    [InlineData("var a = [];\nwhile (true) { a.push(new Array(10000).join('x')) }", "")]
    [InlineData("var s = 'x';\nwhile (true) { s += s }", "")]
    [InlineData("function f() { return f() + 1 }\nf()", "")]
    [InlineData("var x = /^(a+)+$/;\nx.test(new Array(40).join('a') + '!')", "")]
    [InlineData("r = 1;\nthrow { odd: true, toString: function() { while (true) {} } }", "")]
    [InlineData("r = 1;\nthrow null", "line 9")]
    [InlineData("r = 1;\nthrow { toString: function() { throw 1 } }", "")]
    [InlineData("r = {};\nundefinedName.x", "line 9")]
    [InlineData("var deep = []; for (var i = 0; i < 1e6; i++) deep = [deep];\nr = deep", "")]
    [InlineData("_ = null; r = _.map([1], function(x) { return x })", "line 8")]
    [InlineData("eval('while (true) {}')", "")]
    public async Task A_script_that_goes_wrong_is_named_with_its_line_and_costs_nobody_else_anything(string code, string said)
    {
        using var pool = Pool(4);
        var report = await RunAsync(code, pool);
        var message = Assert.Single(report.Errors).Message;
        Assert.StartsWith("datasource `d`: script `js`: ", message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.True(message.Length < 2000, message);
        Assert.Equal("[1]", JsonData.Write((await RunAsync("r = [1]", pool)).Datasources[0].Value));
    }

    [Theory]
    [InlineData("r = { a: { get b() { throw new Error('no') } } }")]
    [InlineData("r = {}; r.self = r")]
    [InlineData("r = []; r.push([r])")]
    [InlineData("r = { toJSON: function() { while (true) {} } }")]
    [InlineData("r = { a: function() {}, b: new Date(), c: /x/, d: undefined, e: NaN, f: 1 / 0 }")]
    [InlineData("r = Object.create({ inherited: 1 }); r.__proto__ = null")]
    [InlineData("r = {}; Object.defineProperty(r, 'x', { enumerable: true, get: function() { return r } })")]
    [InlineData("r = arguments")]
    [InlineData("r = this")]
    [InlineData("r = Math")]
    [InlineData("r = '\\ud800'")]
    [InlineData("var i, o = {}; for (i = 0; i < 200000; i++) o['k' + i] = i; r = _.size(o)")]
    public async Task A_result_that_is_no_data_is_made_some_or_refused_and_never_hangs(string code)
    {
        var report = await RunAsync(code, _pool);
        Assert.True(report.Errors.Count == 1 || report.Datasources.Count == 1);
        Assert.All(report.Errors, e => Assert.StartsWith("datasource `d`: script `js`: ", e.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("\uFFFD\uFFFD", JsonData.Write(report.ToData(false)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Object.prototype.x = 5; Array.prototype.y = 6; r = []", "r = [({}).x === undefined, [].y === undefined]")]
    [InlineData("_ = { map: null }; r = []", "r = [typeof _.map === 'function', _.VERSION === '1.4.4']")]
    [InlineData("_.map = function() { return 'stolen' }; r = []", "r = [_.map([true], function(x) { return x })[0], true]")]
    [InlineData("JSON.stringify = null; Math.round = null; r = []", "r = [JSON.stringify([1]) === '[1]', Math.round(1.2) === 1]")]
    [InlineData("leaked = 'secret'; r = []", "r = [typeof leaked === 'undefined', true]")]
    [InlineData("Date.now = function() { return 0 }; Date.prototype.toISOString = null; r = []",
        "r = [Date.now() > 1e12, new Date().toISOString().length === 24]")]
    [InlineData("Array.prototype.push = function() { throw 1 }; r = []", "a = []; a.push(true); a.push(true); r = a")]
    [InlineData("Object.defineProperty(Object.prototype, 'host', { get: function() { return 'evil' } }); r = []",
        "r = [({}).host === undefined, true]")]
    public async Task What_a_script_does_to_its_world_ends_with_it(string first, string second)
    {
        await RunAsync(first, _pool);
        Assert.Equal("[true,true]", JsonData.Write((await RunAsync(second, _pool)).Datasources[0].Value));
    }

    [Fact]
    public async Task A_script_reaches_no_file_process_or_network()
    {
        var report = await RunAsync(
            "r = _.map(['require', 'process', 'System', 'importNamespace', 'host', 'clr', 'fetch', 'XMLHttpRequest', 'load'],"
            + " function(n) { return eval('typeof ' + n) })", _pool);
        Assert.All((List<object?>)report.Datasources[0].Value!, kind => Assert.Equal("undefined", kind));
    }

    private static ScriptPool Pool(int seconds) => new(
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "reeve.dll"), "script-worker"],
        new ScriptLimits { Time = TimeSpan.FromSeconds(seconds), Memory = 256 * 1024 * 1024, Output = 16 * 1024 * 1024 }, 1,
        TimeProvider.System);

    private static Task<RunReport> RunAsync(string code, ScriptPool pool) => Runs.OneAsync(
        "script \"js\", type: \"javascript\" do\nresult \"r\"\ncode <<-'EOS'\n" + code + "\nEOS\nend\n"
        + "datasource \"d\" do\nrun_script $js\nend\npolicy \"p\" do\nvalidate $d do\ndetail_template \"\"\ncheck true\nend\nend\n",
        _ => HttpReply.Ok, "{}", o => o with { Scripts = pool });
}
