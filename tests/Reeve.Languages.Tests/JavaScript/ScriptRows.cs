using System.Runtime.CompilerServices;
using System.Text.Json;
using Reeve.Languages.Data;
using Reeve.Languages.JavaScript;

namespace Reeve.Languages.Tests.JavaScript;

/// <summary>Scripts as data: what they make of which arguments, or the error that they end with.</summary>
public sealed class ScriptRows
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 10, 20, 30, 456, TimeSpan.Zero);

    public static TheoryData<string> Ids => [.. Rows.Keys];

    private static Dictionary<string, JsonElement> Rows { get; } = Read();

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_script_makes_what_its_row_says(string id)
    {
        var row = Rows[id];
        var arguments = row.TryGetProperty("args", out var args)
            ? args.EnumerateObject().Select(a => KeyValuePair.Create(a.Name, JsonData.From(a.Value))).ToList()
            : [];
        var outcome = Run(new ScriptCall(id, row.GetProperty("code").GetString()!, "result", arguments, Now)
        {
            Streamed = row.TryGetProperty("streamed", out var names) ? names.EnumerateArray().Select(n => n.GetString()!).ToHashSet()
                : [],
        });
        if (row.TryGetProperty("error", out var error))
        {
            Assert.Equal(error.GetString(), outcome.Error);
            Assert.True(row.GetProperty("line").GetInt32() is var line && (line < 0 || line == outcome.Line), $"line {outcome.Line}");
            return;
        }

        Assert.Null(outcome.Error);
        Assert.Equal(JsonData.Write(JsonData.From(row.GetProperty("out"))), JsonData.Write(outcome.Value));
        if (row.TryGetProperty("console", out var console))
        {
            Assert.Equal(console.EnumerateArray().Select(l => l.GetString()), outcome.Console);
        }
    }

    [Fact]
    public void What_is_logged_beyond_the_limit_is_left_out()
    {
        var call = new ScriptCall("x", "for (var i = 0; i < 1000; i++) { console.log('0123456789') } result = 1", "result", [], Now);
        var outcome = Run(call, new ScriptLimits { Console = 100 });
        Assert.Null(outcome.Error);
        Assert.Equal(10, outcome.Console.Count);
    }

    [Theory]
    [InlineData("result = []; for (var i = 0; i < 200000; i++) { result.push('0123456789') }")]
    [InlineData("for (var i = 0; i < 200000; i++) { appendToResult('0123456789') }")]
    public void A_result_that_is_too_large_is_refused(string code)
    {
        var call = new ScriptCall("x", code, "result", [], Now);
        Assert.Equal("the result is larger than 1 MiB as JSON", Run(call, new ScriptLimits { Output = 1024 * 1024 }).Error);
    }

    [Fact]
    public void Globals_of_one_script_are_unknown_to_the_next()
    {
        foreach (var code in new[] { "leaked = 1; Array.prototype.extra = 2; result = true", "result = typeof leaked + typeof [].extra" })
        {
            var outcome = Run(new ScriptCall("x", code, "result", [], Now));
            Assert.True(outcome.Value is true or "undefinedundefined", outcome.Error);
        }
    }

    // every row twice: its lists as they are, and packed as long ones are
    private static ScriptOutcome Run(ScriptCall call, ScriptLimits? limits = null)
    {
        var packed = RowChannel.Run(call, limits ?? new ScriptLimits(), isPacked: true);
        var plain = RowChannel.Run(call, limits ?? new ScriptLimits(), isPacked: false);
        Assert.Equal(plain.Error, packed.Error);
        Assert.Equal(JsonData.Write(plain.Value), JsonData.Write(packed.Value));
        return packed;
    }

    private static Dictionary<string, JsonElement> Read([CallerFilePath] string here = "")
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "cases.json"));
        return JsonDocument.Parse(text).RootElement.EnumerateArray().ToDictionary(r => r.GetProperty("id").GetString()!);
    }
}
