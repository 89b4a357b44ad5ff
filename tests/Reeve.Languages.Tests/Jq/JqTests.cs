using System.Text.Json;
using Reeve.Languages.Data;
using Reeve.Languages.Jq;

namespace Reeve.Languages.Tests.Jq;

public sealed class JqTests
{
    private static readonly JsonDocument _cases =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Jq", "cases.json")));

    public static TheoryData<int> All => [.. Enumerable.Range(0, _cases.RootElement.GetArrayLength())];

    [Theory]
    [MemberData(nameof(All))]
    public void A_program_yields_what_the_file_says(int number)
    {
        var given = _cases.RootElement[number];
        var program = given.GetProperty("program").GetString()!;
        Assert.Equal(given.GetProperty("expected").GetString(), Told(program, JsonData.From(given.GetProperty("input"))));
    }

    [Fact]
    public void A_variable_from_outside_is_seen()
    {
        var (program, error) = JqProgram.Parse("if $marker == \"\" then 1 else ($marker | tonumber) + 1 end", "marker");
        Assert.Null(error);
        Assert.Equal(5d, program!.Run(null, TimeProvider.System, variables: ["4"]).Values[0]);
        Assert.Equal(1d, program.Run(null, TimeProvider.System, variables: [""]).Values[0]);
    }

    [Theory]
    [InlineData(".a |", 5, "ends")]
    [InlineData("1 + nothing", 5, "no function `nothing`")]
    [InlineData("$x", 1, "`$x` is not defined")]
    [InlineData("sub(\"a\")", 1, "takes")]
    [InlineData("\"abc", 1, "no end")]
    [InlineData("import \"x\" as y; 1", 1, "modules")]
    public void What_is_wrong_is_said_with_its_column(string text, int column, string says)
    {
        var (program, error) = JqProgram.Parse(text);
        Assert.Null(program);
        Assert.Equal(column, error!.Column);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("def f: f; f")]
    [InlineData("def f: 1 + f; f")]
    [InlineData("[range(1e12)]")]
    [InlineData("[repeat(1)]")]
    [InlineData("\"x\" * 1e10")]
    [InlineData("reduce range(100) as $i (\"xx\"; . + .)")]
    [InlineData("[range(100000)] | .[1e9] = 1")]
    [InlineData("until(false; .)")]
    public void A_program_without_an_end_is_stopped(string text)
    {
        var (_, error) = JqProgram.Parse(text).Program!.Run(null, TimeProvider.System, new EvaluationLimits(300_000, 1_000_000));
        Assert.NotNull(error);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("-")]
    [InlineData("if ")]
    [InlineData("1 as $x | ")]
    [InlineData(". // ")]
    public void Deep_nesting_is_refused(string part) =>
        Assert.NotNull(JqProgram.Parse(string.Concat(Enumerable.Repeat(part, 5000)) + "1").Error);

    [Fact]
    public void A_long_pipe_is_no_depth() =>
        Assert.Equal("2000", Told(string.Concat(Enumerable.Repeat(".+1|", 2000)) + ".", 0d));

    private static string Told(string text, object? input)
    {
        var (program, _) = JqProgram.Parse(text);
        if (program is null)
        {
            return "E";
        }

        var (values, error) = program.Run(input, TimeProvider.System);
        return (string.Join(' ', values.Select(JsonData.Write)) + (error is null ? "" : " E")).Trim();
    }
}
