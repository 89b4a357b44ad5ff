using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Core.Tests.Documents;

public sealed class TemplateTests
{
    private static readonly JsonElement Context = Json.Parse("""
        {"target": {"path": "shop/web", "labels": {"app.io/tier": "front"}, "gone": null},
         "steps": {"probe": {"output": {"code": 3, "lines": ["a", "b {{ target.path }}"]}}}, "inputs": {"on": true}}
        """);

    private readonly List<Mistake> _mistakes = [];

    [Theory]
    [InlineData("\"{{ steps.probe.output.code }}\"", "3")]
    [InlineData("\"{{steps.probe.output}}\"", """{"code": 3, "lines": ["a", "b {{ target.path }}"]}""")]
    [InlineData("\"{{ target.gone }}\"", "null")]
    [InlineData("\"{{ steps.probe.output.lines[0] }}\"", "\"a\"")]
    [InlineData("\"{{ steps.probe.output.lines.0 }}\"", "\"a\"")]
    [InlineData("\"{{ target.labels['app.io/tier'] }}\"", "\"front\"")]
    [InlineData("\"code {{ steps.probe.output.code }} on {{ target.path }}.\"", "\"code 3 on shop/web.\"")]
    [InlineData("\"{{ inputs.on }}{{ target.gone }}\"", "\"true\"")]
    [InlineData("\"\\\\{{ x }} {{ inputs.on }}\"", "\"{{ x }} true\"")]
    [InlineData("\"\\\\{{ x }}\"", "\"{{ x }}\"")]
    [InlineData("\"plain\"", "\"plain\"")]
    [InlineData("\"}} { {\"", "\"}} { {\"")]
    [InlineData(
        """{"{{ a }}": ["{{ inputs.on }}", 1, {"b": "{{ target.path }}"}], "c": null}""",
        """{"{{ a }}":[true,1,{"b":"shop/web"}],"c":null}""")]
    public void References_are_filled_in(string template, string expected)
    {
        var filled = Template.Parse(Json.Parse(template), "", _mistakes).Fill(Context, _mistakes);

        Assert.Empty(_mistakes);
        Assert.True(JsonElement.DeepEquals(Json.Parse(expected), filled), filled.GetRawText());
    }

    [Fact]
    public void What_is_filled_in_is_not_looked_at_again()
    {
        Assert.Equal("b {{ target.path }}", Template.FillText("{{ steps.probe.output.lines.1 }}", Context, out var missing));
        Assert.Null(missing);
    }

    [Theory]
    [InlineData("{{ stpes.probe }}", "`stpes.probe` is not there: there is `target`, `steps`, `inputs`; did you mean `steps`?")]
    [InlineData("{{ target.pth }}", "`target.pth` is not there: `target` has `path`, `labels`, `gone`; did you mean `path`?")]
    [InlineData("{{ target.path.x }}", "`target.path.x` is not there: `target.path` is the text `shop/web`")]
    [InlineData(
        "{{ steps.probe.output.lines[7] }}", "`steps.probe.output.lines[7]` is not there: `steps.probe.output.lines` is a list of 2")]
    [InlineData("{{ target.gone.x }}", "`target.gone.x` is not there: `target.gone` is nothing")]
    public void A_missing_reference_says_what_is_there(string text, string message)
    {
        Template.Parse(Json.Parse($"{{\"a\": [\"{text}\"]}}"), "/with", _mistakes).Fill(Context, _mistakes);

        Assert.Equal($"/with/a/0: {message} [not-found]", Assert.Single(_mistakes).ToString());
        Assert.Equal(JsonValueKind.Null, Template.Fill(Json.Parse($"\"{text}\""), Context, out var missing).ValueKind);
        Assert.Equal(message, missing);
    }

    [Theory]
    [InlineData("{{ }}")]
    [InlineData("{{ a + b }}")]
    [InlineData("{{ a..b }}")]
    [InlineData("{{ .a }}")]
    [InlineData("{{ a[ }}")]
    [InlineData("{{ a['b }}")]
    [InlineData("{{ a['b'x }}")]
    [InlineData("{{ a[0]b }}")]
    [InlineData("{{ open")]
    [InlineData("x {{{{ a }}}}")]
    public void What_is_no_reference_is_a_mistake_and_stays(string text)
    {
        var value = JsonSerializer.SerializeToElement(text);
        var filled = Template.Parse(value, "", _mistakes).Fill(Context, []);

        Assert.Equal(ErrorCodes.MalformedText, Assert.Single(_mistakes).Code);
        Assert.Equal(text, filled.GetString());
    }

    [Fact]
    public void A_template_is_filled_many_times_by_a_function()
    {
        var template = Template.Parse(Json.Parse("""{"a": "{{ x.y }}", "b": "-{{ z }}"}"""), "", _mistakes);

        Assert.Equal(["x.y", "z"], template.References.Select(r => r.Text));
        Assert.Equal("""{"a":1,"b":"-1"}""", template.Fill(_ => Json.Parse("1"), _mistakes).GetRawText());
        Assert.Equal("""{"a":2,"b":"-2"}""", template.Fill(_ => Json.Parse("2"), _mistakes).GetRawText());
        Assert.Empty(_mistakes);
        template.Fill(_ => null, _mistakes);
        Assert.Equal(2, _mistakes.Count);
    }

    [Fact]
    public void A_value_without_references_stays_the_same()
    {
        var template = Template.Parse(Json.Parse("""{"a": [1, {"b": "c"}]}"""), "", _mistakes);

        Assert.False(template.HasReferences);
        Assert.Equal("""{"a": [1, {"b": "c"}]}""", template.Fill(Context, _mistakes).GetRawText());
        Assert.Equal(JsonValueKind.Undefined, Template.Fill(default, Context, out _).ValueKind);
    }

    [Fact]
    public void Many_references_to_a_large_value_are_bounded()
    {
        var context = Json.Object(("a", new string('x', 1_000_000)));
        var filled = Template.FillText(string.Concat(Enumerable.Repeat("{{ a }}", 10_000)), context, out var missing);

        Assert.True(filled.Length <= 4 * 1024 * 1024);
        Assert.StartsWith("the references fill in more than", missing, StringComparison.Ordinal);
    }
}
