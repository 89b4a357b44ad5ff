using System.Text.Json;
using Reeve.Languages.Rego.Format;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Tests.Rego;

/// <summary>The layout of modules.</summary>
public sealed class FormatTests
{
    [Theory]
    [InlineData("x=1", "x := 1")]
    [InlineData("allow if { input.x }", "allow if input.x")]
    [InlineData("allow if {input.x; input.y}", "allow if {\n\tinput.x\n\tinput.y\n}")]
    [InlineData("allow if {\n\n  input.x\n\n\n  input.y\n\n}", "allow if {\n\tinput.x\n\n\tinput.y\n}")]
    [InlineData("a:=1\nb:=2\n\n\nc:=3", "a := 1\nb := 2\n\nc := 3")]
    [InlineData("x := 1+2*3", "x := 1 + (2 * 3)")]
    [InlineData("x if y == 1+2*3", "x if y == 1 + (2 * 3)")]
    [InlineData("x := (1+2)*3", "x := (1 + 2) * 3")]
    [InlineData("x := [1,2 , 3]", "x := [1, 2, 3]")]
    [InlineData("x := [1,\n2]", "x := [\n\t1,\n\t2,\n]")]
    [InlineData("x := [\n1,2]", "x := [\n\t1, 2,\n]")]
    [InlineData("x := {\"a\":1,\n\"b\": {1,2}}", "x := {\n\t\"a\": 1,\n\t\"b\": {1, 2},\n}")]
    [InlineData("x := {(a|b)}", "x := {(a | b)}")]
    [InlineData("x := [y|y:=z[_];y>1]", "x := [y | y := z[_]; y > 1]")]
    [InlineData("x := [y|\ny:=z[_]\ny>1]", "x := [y |\n\ty := z[_]\n\ty > 1\n]")]
    [InlineData("f(a,b)=c if {c:=a+b}", "f(a, b) := c if c := a + b")]
    [InlineData("p if {\n x\n}\nelse := 2 if { y }", "p if {\n\tx\n}\n\nelse := 2 if y")]
    [InlineData("p if {\n x\n} else := 2 if { y }", "p if {\n\tx\n} else := 2 if y")]
    [InlineData("p if {\n x with input as {}\n   with data.y as 1\n}", "p if {\n\tx with input as {}\n\t\twith data.y as 1\n}")]
    [InlineData("p if some k,v in {\"a\":1}", "p if some k, v in {\"a\": 1}")]
    [InlineData("p if every x in [1] {\nx\n}", "p if every x in [1] {\n\tx\n}")]
    [InlineData("p contains x if {\n# why\nx := 1 # one\n}", "p contains x if {\n\t# why\n\tx := 1 # one\n}")]
    [InlineData("a.b[\"c d\"].e := `raw\n  text`", "a.b[\"c d\"].e := `raw\n  text`")]
    [InlineData("x := $\"a {b}  c\"", "x := $\"a {b}  c\"")]
    [InlineData("x := -1.50e3", "x := -1.50e3")]
    [InlineData("p if {{1}}", "p if {\n\t{1}\n}")]
    [InlineData("x := [ # opens\n1, # one\n# last\n]", "x := [ # opens\n1, # one\n# last\n]")]
    public void A_rule_is_laid_out(string written, string laidOut) =>
        Assert.Equal($"package p\n\n{laidOut}\n", Format($"package   p\n\n{written}\n\n\n"));

    [Fact]
    public void Imports_are_in_order_within_what_stood_together_and_keep_their_comments() => Assert.Equal(
        "# of the package\npackage p\n\nimport data.a # first\nimport data.b as c\n\nimport data.z\n",
        Format("# of the package\npackage p\nimport data.b as c\nimport data.a # first\n\n\nimport data.z\n"));

    [ConformanceTheory]
    [MemberData(nameof(ConformanceTests.Categories), MemberType = typeof(ConformanceTests))]
    public void What_is_laid_out_once_stays_as_it_is(string category)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(ConformanceTests.Folder!, category + ".json")));
        foreach (var one in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            foreach (var module in one.TryGetProperty("modules", out var modules) ? modules.EnumerateArray() : default)
            {
                if (RegoFormat.Format(module.GetString()!, "a.rego", RegoVersion.V1).Text is { } once)
                {
                    Assert.Equal(once, Format(once));
                    Assert.DoesNotContain("\n\n\n\n", once, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void What_is_no_module_is_not_laid_out()
    {
        var (text, errors) = RegoFormat.Format("package p\n\nx if {", "a.rego", RegoVersion.V1);
        Assert.Null(text);
        Assert.Equal("rego_parse_error", Assert.Single(errors).Code);
    }

    [Fact]
    public void Lines_may_end_as_on_windows() => Assert.Equal("package p\n\nx := 1\n", Format("package p\r\n\r\nx := 1\r\n"));

    private static string Format(string text) => RegoFormat.Format(text, "a.rego", RegoVersion.V1).Text!;
}
