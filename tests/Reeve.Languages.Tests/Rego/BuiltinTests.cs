using Reeve.Languages.Rego.Builtins;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Tests.Rego;

public sealed class BuiltinTests
{
    [Theory]
    [InlineData("[a-z]*", "[0-9]*", false)] // the empty text does not count
    [InlineData("a*", "a", true)]
    [InlineData("ab*", "a", true)]
    [InlineData("a.c", "[ab]b[c-d]+", true)]
    [InlineData("a+b", "aaab+", true)]
    [InlineData("", "", false)]
    [InlineData(@"\*", "[*]", true)]
    [InlineData("foo-bar", "foo.bar", true)]
    public void Globs_meet_when_a_text_matches_both(string one, string other, bool meet) =>
        Assert.Equal(meet, GlobPair.Meet(one, other, static () => { }));

    [Theory]
    [InlineData("]")]
    [InlineData("[a")]
    [InlineData("[]")]
    [InlineData("[a-]")]
    [InlineData("[-a]")]
    [InlineData("[z-a]")]
    [InlineData("+")]
    [InlineData("a+*")]
    [InlineData(@"a\")]
    public void What_is_no_glob_fails(string glob) =>
        Assert.Throws<BuiltinException>(() => GlobPair.Meet(glob, "a", static () => { }));

    [Fact]
    public void Globs_too_long_to_be_compared_are_refused() =>
        Assert.Throws<BuiltinException>(() => GlobPair.Meet(new string('a', 2000), new string('a', 2000), static () => { }));

    [Theory]
    [InlineData(
        """{"b": [1, {"x": null}], "a10": "1", "a9": true, "e": [], "o": {}}""",
        "a9: true\na10: \"1\"\nb:\n- 1\n- x: null\ne: []\no: {}\n")]
    [InlineData(
        """["a: b", "- x", "yes", "", "it's", "#no", "a #b", " lead"]""",
        "- 'a: b'\n- '- x'\n- \"yes\"\n- \"\"\n- it's\n- '#no'\n- 'a #b'\n- ' lead'\n")]
    [InlineData(
        """{"t": "one\ntwo\n", "u": "x\nz", "v": "a\tb"}""",
        "t: |\n  one\n  two\nu: |-\n  x\n  z\nv: \"a\\tb\"\n")]
    [InlineData("""[[1, [2]], 1.5, 1e7]""", "- - 1\n  - - 2\n- 1.5\n- 1e+07\n")]
    [InlineData("\"x\"", "x\n")]
    public void Values_are_written_as_yaml_and_read_back(string json, string yaml)
    {
        Assert.Equal(yaml, YamlText.Of(Read(json)));
        Assert.Equal(Read(json), ValueYaml.Read(YamlText.Of(Read(json)), ValueLimits.Default, out _));
    }

    [Theory]
    [InlineData("json.marshal({\"<&>\": \"\u2028\"})", """ "{\"\\u003c\\u0026\\u003e\":\"\\u2028\"}" """)]
    [InlineData("json.marshal_with_options([\"<\"], {\"prefix\": \">\"})", """ ">[\n>\t\"\\u003c\"\n>]" """)]
    [InlineData("yaml.unmarshal(\"a: yes\\nb: &x [1]\\nc: *x\\n1: off\")", """{"1": false, "a": true, "b": [1], "c": [1]}""")]
    [InlineData("yaml.is_valid(\"[1]]\")", "false")]
    [InlineData(
        "strings.render_template(`{{range .xs}}{{.}};{{end}}{{.n}} {{.missing}}`, {\"xs\": [1, \"b\"], \"n\": 1.10})",
        "\"1;b;1.10 <undefined>\"")]
    [InlineData("[x | x := time.parse_duration_ns([\"1h1m1.5s\", \"-1us\", \"0\"][_])]", "[3661500000000, -1000, 0]")]
    [InlineData("time.format([0, \"Europe/Berlin\", \"Mon Jan _2 15:04:05 MST 2006\"])", "\"Thu Jan  1 01:00:00 CET 1970\"")]
    [InlineData(
        "time.diff(time.parse_rfc3339_ns(\"2024-03-01T00:00:00Z\"), time.parse_rfc3339_ns(\"2024-01-31T23:59:59Z\"))",
        "[0, 1, 0, 0, 0, 1]")]
    [InlineData("time.add_date(time.parse_rfc3339_ns(\"2024-01-31T00:00:00Z\"), 0, 1, 0)", "1709337600000000000")]
    [InlineData("uuid.parse(\"urn:uuid:00000000-0000-4000-8000-000000000000\").version", "4")]
    [InlineData("net.lookup_ip_addr(\"192.0.2.1\")", "[\"192.0.2.1\"]")]
    [InlineData("rego.parse_module(\"m\", \"package a\\n\\np := 1 if { not input.x with input as 2 }\").rules[0].body[0].negated", "true")]
    [InlineData("rego.parse_module(\"m\", \"package a\\n\\np contains x if some x in [1]\").rules[0].head.key.value", "\"x\"")]
    public void Calls_have_their_results(string call, string json) => Assert.Equal(Read(json), Evaluate(call));

    [Theory]
    [InlineData(
        """{"type": "object", "required": ["a"], "additionalProperties": false}""",
        """{"b": 1}""",
        "required,additional_property_not_allowed")]
    [InlineData("""{"items": {"type": "integer", "maximum": 5}}""", """{"x": 1}""", "")]
    [InlineData(
        """{"properties": {"a": {"anyOf": [{"type": "string"}, {"minimum": 3}]}}}""",
        """{"a": 2}""",
        "number_any_of,number_gte")]
    [InlineData(
        """{"definitions": {"n": {"properties": {"n": {"$ref": "#/definitions/n"}}, "maxProperties": 1}}, "$ref": "#/definitions/n"}""",
        """{"n": {"n": {"n": 1, "m": 2}}}""",
        "array_max_properties")]
    public void Documents_are_held_against_schemas(string schema, string document, string types)
    {
        var made = (ArrayValue)Evaluate($"json.match_schema({document}, {schema})");
        Assert.Equal(types, string.Join(',', ((ArrayValue)made[1]).Select(one => ((StringValue)((ObjectValue)one).Get("type")!).Text)));
        Assert.Equal(BooleanValue.Of(types.Length == 0), made[0]);
    }

    [Fact]
    public void The_network_is_closed_unless_it_is_opened()
    {
        const string request = "{\"method\": \"get\", \"url\": \"http://localhost:1/\", \"raise_error\": false}";
        Assert.Equal(
            Read("{\"code\": \"eval_http_send_internal_error\", \"message\": \"http.send: unallowed host: localhost\"}"),
            Evaluate($"http.send({request}).error"));
        var open = Query($"http.send({request}).error.code").Evaluate(new EvaluationInput { AllowNetwork = true }, CancellationToken.None);
        Assert.Equal(StringValue.Of("eval_http_send_network_error"), Assert.Single(open.Rows).Bindings["x"]);
    }

    [Theory]
    [InlineData("yaml.unmarshal(\"[1,2,3\")", "yaml: line ")]
    [InlineData("strings.render_template(\"{{.a\", {})", "template: template:1")]
    [InlineData("rego.parse_module(\"m\", \"packag\")", "1 error occurred")]
    [InlineData("net.lookup_ip_addr(\"example.invalid\")", "net.lookup_ip_addr: unallowed host: example.invalid")]
    [InlineData("time.parse_duration_ns(\"1x\")", "unknown unit")]
    [InlineData("time.clock([1, \"Nowhere/Land\"])", "unknown time zone Nowhere/Land")]
    public void Failures_say_what_is_wrong(string call, string part)
    {
        var outcome = Query(call).Evaluate(new EvaluationInput { StrictBuiltinErrors = true }, CancellationToken.None);
        Assert.Contains(part, outcome.Error?.Message, StringComparison.Ordinal);
        Assert.Empty(Query(call).Evaluate(new EvaluationInput(), CancellationToken.None).Rows);
    }

    [Fact]
    public void A_uuid_is_the_same_for_a_key_within_a_query() =>
        Assert.Equal(Read("2"), Evaluate("count({y | y := uuid.rfc4122([\"a\", \"a\", \"b\"][_])})"));

    private static Value Read(string json) => ValueJson.Read(json, ValueLimits.Default, out _)!;

    private static Value Evaluate(string call)
    {
        var outcome = Query(call).Evaluate(new EvaluationInput { StrictBuiltinErrors = true }, CancellationToken.None);
        Assert.Null(outcome.Error);
        var made = Assert.Single(outcome.Rows).Bindings.Single(one => one.Key == "x").Value;
        return made is SetValue set ? ArrayValue.Of(set) : made;
    }

    private static PreparedQuery Query(string call) =>
        RegoProgram.Compile([], new()).Program!.Prepare($"x = {call}").Query!;
}
