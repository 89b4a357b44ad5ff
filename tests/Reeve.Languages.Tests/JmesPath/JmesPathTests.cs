using Reeve.Languages.Data;
using Reeve.Languages.JmesPath;

namespace Reeve.Languages.Tests.JmesPath;

public sealed class JmesPathTests
{
    private const string Farm = """
        {"name":"north","size":3,"none":null,"off":false,
         "fields":[{"crop":"rye","area":4,"tags":["a","b"]},{"crop":"oat","area":9,"tags":[]},{"crop":"rye","area":1,"tags":["c"]}],
         "owners":{"ann":{"age":31},"bob":{"age":52}},"grid":[[1,2],[3,[4]],5],"text":"äb😀"}
        """;

    [Theory]
    [InlineData("name", "\"north\"")]
    [InlineData("missing", "null")]
    [InlineData("owners.ann.age", "31")]
    [InlineData("fields[0].crop", "\"rye\"")]
    [InlineData("fields[-1].area", "1")]
    [InlineData("fields[9]", "null")]
    [InlineData("fields[*].crop", "[\"rye\",\"oat\",\"rye\"]")]
    [InlineData("fields[].tags[]", "[\"a\",\"b\",\"c\"]")]
    [InlineData("fields[].tags | [0]", "[\"a\",\"b\"]")]
    [InlineData("fields[:2].area", "[4,9]")]
    [InlineData("fields[::-1].area", "[1,9,4]")]
    [InlineData("fields[?area > `3`].crop", "[\"rye\",\"oat\"]")]
    [InlineData("fields[?crop == 'rye' && area < `4`].area | [0]", "1")]
    [InlineData("fields[?contains(tags, 'c')] | [0].area", "1")]
    [InlineData("fields[?!tags].crop", "[\"oat\"]")]
    [InlineData("owners.*.age", "[31,52]")]
    [InlineData("owners.[ann, bob][].age", "[31,52]")]
    [InlineData("fields[].{c: crop, \"big one\": area} | [1]", "{\"c\":\"oat\",\"big one\":9}")]
    [InlineData("fields[].{c: crop, n: length(tags)} | [0]", "{\"c\":\"rye\",\"n\":2}")]
    [InlineData("grid[]", "[1,2,3,[4],5]")]
    [InlineData("off || size", "3")]
    [InlineData("none || 'x'", "\"x\"")]
    [InlineData("name && size", "3")]
    [InlineData("size == `3`", "true")]
    [InlineData("name < size", "null")]
    [InlineData("sort_by(fields, &area)[0].area", "1")]
    [InlineData("max_by(fields, &area).crop", "\"oat\"")]
    [InlineData("min_by(fields, &crop).crop", "\"oat\"")]
    [InlineData("map(&area, fields)", "[4,9,1]")]
    [InlineData("sum(fields[].area)", "14")]
    [InlineData("avg(fields[].area)", "4.666666666666667")]
    [InlineData("join(', ', fields[].crop)", "\"rye, oat, rye\"")]
    [InlineData("sort(keys(owners))", "[\"ann\",\"bob\"]")]
    [InlineData("length(text)", "3")]
    [InlineData("reverse(text)", "\"😀bä\"")]
    [InlineData("merge(owners.ann, {x: `1`})", "{\"age\":31,\"x\":1}")]
    [InlineData("not_null(none, missing, name)", "\"north\"")]
    [InlineData("to_number('12.5')", "12.5")]
    [InlineData("to_string(grid[0])", "\"[1,2]\"")]
    [InlineData("to_array(size)", "[3]")]
    [InlineData("type(none)", "\"null\"")]
    [InlineData("starts_with(name, 'no') && ends_with(name, 'th')", "true")]
    [InlineData("abs(`-2`) == `2` && ceil(`1.2`) == floor(`2.9`)", "true")]
    [InlineData("values(owners)[0].age", "31")]
    [InlineData("`{\"a\": [1, \"\\`\"]}`.a[1]", "\"`\"")]
    [InlineData("'it\\'s'", "\"it's\"")]
    [InlineData("@.size", "3")]
    public void An_expression_finds(string expression, string expected)
    {
        Assert.True(JsonData.TryParse(Farm, out var farm, out _));
        var (program, error) = JmesPathProgram.Parse(expression);
        Assert.Null(error);
        var (value, failed) = program!.Evaluate(farm);
        Assert.Null(failed);
        Assert.Equal(expected, JsonData.Write(value));
    }

    [Theory]
    [InlineData("a.", 3, "ends")]
    [InlineData("a[b", 2, "`[`")]
    [InlineData("foo(a)", 1, "no function `foo`")]
    [InlineData("length(a, b)", 1, "takes 1 argument")]
    [InlineData("a[1:2:0]", 2, "step")]
    [InlineData("'abc", 1, "closing")]
    [InlineData("a ~ b", 3, "`~`")]
    [InlineData("\"f\"(a)", 1, "quotes")]
    [InlineData("a b", 3, "`b`")]
    public void What_is_wrong_is_said_with_its_column(string expression, int column, string says)
    {
        var (program, error) = JmesPathProgram.Parse(expression);
        Assert.Null(program);
        Assert.Equal(column, error!.Column);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_of_a_wrong_type_is_an_error_and_no_null()
    {
        var (_, error) = JmesPathProgram.Parse("abs('x')").Program!.Evaluate(null);
        Assert.Contains("takes number as argument 1, not string", error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("!")]
    [InlineData("[")]
    [InlineData("a[?")]
    [InlineData("a.")]
    [InlineData("a|")]
    public void Deep_nesting_is_refused(string part) =>
        Assert.NotNull(JmesPathProgram.Parse(string.Concat(Enumerable.Repeat(part, 5000)) + "a").Error);

    [Fact]
    public void An_evaluation_has_a_limit()
    {
        var list = Enumerable.Range(0, 1000).Select(i => (object?)(double)i).ToList();
        var (_, error) = JmesPathProgram.Parse("[*].[@,@,@]").Program!.Evaluate(list, new EvaluationLimits(2000, 1_000_000));
        Assert.Contains("stopped after 2000 steps", error!.Message, StringComparison.Ordinal);
    }
}
