using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies.Properties;

namespace Reeve.Core.Tests.Policies.Properties;

public sealed class PropertyReaderTests
{
    private static readonly List<Mistake> NoMistakes = [];

    private static readonly PropertySchema Schema = PropertySchemaDocument.Read(Json.Parse("""
        {
          "threshold": {"type": "Number", "required": true, "updatable": true,
            "constraints": [{"type": "Range", "constraint": {"min": 0, "max": 100}}]},
          "count": {"type": "Integer", "default": 1},
          "mode": {"type": "String", "default": "up", "constraints": [{"type": "AllowedValues", "constraint": ["up", "down"]}]},
          "name": {"type": "String", "constraints": [{"type": "Pattern", "constraint": "[a-z]+"}]},
          "stable": {"type": "String", "constraints": [{"type": "Duration", "constraint": {"max": "1h"}}]},
          "on": {"type": "Boolean"},
          "free": {"type": "Map"},
          "any": {"type": "List"},
          "hooks": {"type": "Map", "default": {}, "schema": {
            "timeout": {"type": "Integer", "default": 0},
            "url": {"type": "String", "updatable": true},
            "params": {"type": "Map", "schema": {"queue": {"type": "String", "required": true}}}}},
          "zones": {"type": "List", "schema": {"*": {"type": "Map", "schema": {
            "name": {"type": "String", "required": true},
            "weight": {"type": "Integer", "default": 100}}}}}
        }
        """), "", NoMistakes);

    [Fact]
    public void Defaults_are_filled_in_also_inside_of_maps_and_lists()
    {
        var read = Read("""
            {"threshold": 3, "zones": [{"name": "a"}, {"name": "b", "weight": 5.0}], "free": {"x": [1]}, "any": [1, "a"],
             "stable": 90}
            """);

        Assert.Empty(NoMistakes);
        Assert.Empty(read.Mistakes);
        Assert.Equal(
            """{"any":[1,"a"],"count":1,"free":{"x":[1]},"hooks":{"timeout":0},"mode":"up","stable":"1m30s","threshold":3,"""
            + """ "zones":[{"name":"a","weight":100},{"name":"b","weight":5}]}""".TrimStart(),
            JsonSerializer.Serialize(read.Values));
    }

    [Fact]
    public void All_mistakes_are_reported_at_once_with_their_paths()
    {
        var read = Read("""
            {"count": 1.5, "mode": "dwon", "name": "A1", "stable": "2h", "on": "yes", "free": [], "any": {}, "tresholds": 1,
             "hooks": {"timeout": true, "params": {}, "urll": ""}, "zones": [{"nmae": "a"}, 3]}
            """);

        Assert.Equal(
        [
            "/any: expected a list, found an object [wrong-type]",
            "/count: expected a whole number, found the number `1.5` [wrong-type]",
            "/free: expected an object, found a list [wrong-type]",
            "/hooks/params: the property `queue` is missing [missing-field]",
            "/hooks/timeout: expected a whole number, found `true` [wrong-type]",
            "/hooks/urll: the property `urll` is not known here; did you mean `url`? [unknown-field]",
            "/mode: expected one of `up`, `down`, found the text `dwon`; did you mean `down`? [not-allowed]",
            "/name: expected a text that `[a-z]+` describes, found the text `A1` [not-allowed]",
            "/on: expected `true` or `false`, found the text `yes` [wrong-type]",
            "/stable: expected at most `1h`, found `2h` [not-allowed]",
            ": the property `threshold` is missing [missing-field]",
            "/zones/0: the property `name` is missing [missing-field]",
            "/zones/0/nmae: the property `nmae` is not known here; did you mean `name`? [unknown-field]",
            "/zones/1: expected an object, found the number `3` [wrong-type]",
            "/tresholds: the property `tresholds` is not known here; did you mean `threshold`? [unknown-field]",
        ], read.Mistakes.Select(m => m.Path.Length == 0 ? $": {m}" : m.ToString()));
    }

    [Fact]
    public void Null_counts_as_not_given_when_strict()
    {
        Assert.Equal("""{"count":1,"hooks":{"timeout":0},"mode":"up","threshold":1}""",
            JsonSerializer.Serialize(Read("""{"threshold": 1, "count": null, "mode": null, "name": null}""").Values));
        Assert.Equal("missing-field", Assert.Single(Read("""{"threshold": null}""").Mistakes).Code);
        Assert.Equal("missing-field", Assert.Single(PropertyReader.Read(Schema, default, "").Mistakes).Code);
        Assert.Equal("wrong-type", Assert.Single(Read("[]").Mistakes).Code);
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("101")]
    [InlineData("-0.5")]
    [InlineData("\"5\"")]
    public void Hostile_numbers_are_refused(string number) => Assert.Single(Read($$"""{"threshold": {{number}}}""").Mistakes);

    [Fact]
    public void Only_updatable_properties_may_change()
    {
        var old = Read("""{"threshold": 1, "count": 1, "hooks": {"url": "a"}, "zones": [{"name": "a"}]}""").Values;
        var changed = Read(
            """{"threshold": 2, "count": 1.0, "hooks": {"url": "b", "timeout": 3}, "zones": [{"name": "b"}], "name": "x"}""").Values;

        Assert.Empty(Schema.Diff(old, old, ""));
        Assert.Equal(["/hooks/timeout", "/name", "/zones"], Schema.Diff(old, changed, "").Select(m => m.Path));
    }

    private static PropertyReading Read(string json) => PropertyReader.Read(Schema, Json.Parse(json), "");
}
