using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Core.Tests.Documents;

public sealed class FieldReaderTests
{
    private readonly List<Mistake> _mistakes = [];

    [Fact]
    public void All_mistakes_are_reported_at_once()
    {
        var reader = Open(
            """{"name": 3, "count": "x", "share": 2, "on": "yes", "wait": true, "mode": "enforced", "tags": ["a", 1], "nmae": 1}""");
        reader.RequiredText("name");
        reader.RequiredText("kind");
        reader.Whole("count");
        reader.Number("share", 0, 1);
        reader.Flag("on");
        reader.Duration("wait");
        reader.OneOf("mode", new Dictionary<string, int> { ["enforce"] = 1, ["observe"] = 2 });
        reader.Texts("tags");
        reader.Close();

        Assert.Equal(
        [
            "/spec/name: expected a text, found the number `3`; write it in quotes [wrong-type]",
            "/spec: the field `kind` is missing [missing-field]",
            "/spec/count: expected a whole number, found the text `x` [wrong-type]",
            "/spec/share: expected at most `1`, found `2` [not-allowed]",
            "/spec/on: expected `true` or `false`, found the text `yes` [wrong-type]",
            "/spec/wait: expected a duration such as `30s`, found `true` [wrong-type]",
            "/spec/mode: expected one of `enforce`, `observe`, found `enforced`; did you mean `enforce`? [not-allowed]",
            "/spec/tags/1: expected a text, found the number `1`; write it in quotes [wrong-type]",
            "/spec/nmae: the field `nmae` is not known here; did you mean `name`? [unknown-field]",
        ], _mistakes.Select(m => m.ToString()));
    }

    [Fact]
    public void Fields_that_are_right_are_read()
    {
        var reader = Open("""
            {"name": "a", "count": 3.0, "large": 1e12, "share": 0.5, "on": true, "wait": "1m30s", "short": 0.25, "mode": "observe",
             "tags": ["a", "b"], "labels": {"b": "2", "a": "1"}, "at": "2026-03-01T08:00:00+02:00", "steps": [{"x": 1}, {"x": 2}],
             "map": {"one": {"x": 1}}, "raw": [1]}
            """);

        Assert.Equal("a", reader.RequiredText("name"));
        Assert.Equal(3, reader.Whole("count"));
        Assert.Equal(1_000_000_000_000, reader.Long("large"));
        Assert.Equal(0.5, reader.Number("share"));
        Assert.True(reader.Flag("on"));
        Assert.Equal(TimeSpan.FromSeconds(90), reader.Duration("wait"));
        Assert.Equal(TimeSpan.FromMilliseconds(250), reader.Duration("short"));
        Assert.Equal(2, reader.OneOf("mode", new Dictionary<string, int> { ["enforce"] = 1, ["observe"] = 2 }));
        Assert.Equal(["a", "b"], reader.Texts("tags").AsEnumerable());
        Assert.Equal(["a=1", "b=2"], reader.TextMap("labels").Select(l => $"{l.Key}={l.Value}"));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 6, 0, 0, TimeSpan.Zero), reader.Moment("at"));
        Assert.Equal([1, 2], reader.List("steps", step => step.Whole("x") ?? 0).AsEnumerable());
        Assert.Equal(["one1"], reader.Map("map", (name, item) => name + item.Whole("x")).AsEnumerable());
        Assert.Equal("[1]", reader.Raw("raw")!.Value.GetRawText());
        reader.Close();
        Assert.Empty(_mistakes);
    }

    [Fact]
    public void A_field_that_is_absent_or_null_reads_as_nothing()
    {
        var reader = Open("""{"name": null}""");

        Assert.Null(reader.Text("name"));
        Assert.Null(reader.Whole("count"));
        Assert.Null(reader.Object("spec"));
        Assert.Empty(reader.Texts("tags"));
        Assert.True(reader.Flag("on", true));
        reader.Close();
        Assert.Empty(_mistakes);
    }

    [Fact]
    public void Unknown_fields_in_objects_and_lists_are_found_too()
    {
        var reader = Open("""{"inner": {"a": 1, "zzz": 2}, "list": [{"a": 1}, {"b": 1}], "wrong": [1, {"a": 1}]}""");
        reader.Object("inner")!.Whole("a");
        reader.List("list", item => item.Whole("a"));
        Assert.Single(reader.List("wrong", item => item.Whole("a")));
        reader.Close();
        reader.Close();

        Assert.Equal(
        [
            "/spec/wrong/0: expected an object, found the number `1` [wrong-type]",
            "/spec/inner/zzz: the field `zzz` is not known here; there is `a` [unknown-field]",
            "/spec/list/1/b: the field `b` is not known here; there is `a` [unknown-field]",
        ], _mistakes.Select(m => m.ToString()));
    }

    [Fact]
    public void What_is_no_object_is_one_mistake()
    {
        var reader = Open("[1]");
        reader.RequiredText("name");
        reader.RequiredObject("spec");
        reader.Close();

        Assert.Equal("/spec: expected an object, found a list [wrong-type]", Assert.Single(_mistakes).ToString());
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    [InlineData("99999999999999999999999999999999999")]
    [InlineData("1.5")]
    [InlineData("-1")]
    [InlineData("3000000000")]
    public void Hostile_numbers_are_refused(string number)
    {
        var reader = Open($$"""{"v": {{number}}}""");

        Assert.Null(reader.Whole("v", min: 0));
        Assert.Single(_mistakes);
    }

    [Fact]
    public void A_number_must_be_finite()
    {
        var reader = Open("""{"v": 1e999, "d": 1e300, "e": -5}""");

        Assert.Null(reader.Number("v"));
        Assert.Null(reader.Duration("d"));
        Assert.Null(reader.Duration("e"));
        Assert.Equal(3, _mistakes.Count);
    }

    [Theory]
    [InlineData("8")]
    [InlineData("monday")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("12345678901")]
    public void A_point_in_time_must_be_one(string text)
    {
        Assert.Null(Open($$"""{"v": "{{text}}"}""").Moment("v"));
        Assert.Single(_mistakes);
    }

    [Fact]
    public void Long_and_odd_texts_are_quoted_on_one_line()
    {
        Open("""{"v": "a\nb`c\u0007\u202e"}""").Whole("v");
        Open($$"""{"v": "{{new string('x', 500)}}"}""").Whole("v");

        Assert.Equal("expected a whole number, found the text `a\\nb'c\\u0007\\u202e`", _mistakes[0].Message);
        Assert.True(_mistakes[1].Message.Length < 120);
    }

    [Fact]
    public void Mistakes_find_their_place_in_the_text()
    {
        var document = DocumentReader.Read("kind: Policy\nspec:\n  cooldown: soon\n  typo: 1\n", "p.yaml").Documents[0];
        var mistakes = new List<Mistake>();
        var spec = new FieldReader(document.Root, "", mistakes).Object("spec")!;
        spec.Duration("cooldown");
        spec.Close();

        Assert.Equal(["p.yaml:3:3", "p.yaml:4:3"], document.Locate(mistakes).Select(m => m.Position!.ToString()));
    }

    private FieldReader Open(string json) => new(Json.Parse(json), "/spec", _mistakes);
}
