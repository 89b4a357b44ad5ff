using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies.Properties;

namespace Reeve.Core.Tests.Policies.Properties;

public sealed class PropertySchemaDocumentTests
{
    [Theory]
    [InlineData("""{"a": {}}""", "/p/a", "missing-field")]
    [InlineData("""{"a": 1}""", "/p/a", "wrong-type")]
    [InlineData("""{"a": {"type": "Sting"}}""", "/p/a/type", "not-allowed")]
    [InlineData("""{"a": {"type": "String", "requierd": true}}""", "/p/a/requierd", "unknown-field")]
    [InlineData("""{"a": {"type": "Integer", "default": "x"}}""", "/p/a/default", "wrong-type")]
    [InlineData(
        """{"a": {"type": "String", "default": "c", "constraints": [{"type": "AllowedValues", "constraint": ["a"]}]}}""",
        "/p/a/default", "not-allowed")]
    [InlineData("""{"a": {"type": "String", "schema": {"x": {"type": "String"}}}}""", "/p/a/schema", "not-allowed")]
    [InlineData("""{"a": {"type": "List", "schema": {}}}""", "/p/a/schema", "missing-field")]
    [InlineData("""{"a": {"type": "List", "schema": {"*": {"type": "x"}}}}""", "/p/a/schema/*/type", "not-allowed")]
    [InlineData(
        """{"a": {"type": "String", "constraints": [{"type": "Pattern", "constraint": "("}]}}""",
        "/p/a/constraints/0/constraint", "not-allowed")]
    [InlineData(
        """{"a": {"type": "String", "constraints": [{"type": "Pattern", "constraint": "(a)\\1"}]}}""",
        "/p/a/constraints/0/constraint", "not-allowed")]
    [InlineData(
        """{"a": {"type": "String", "constraints": [{"type": "Pattern", "constraint": "((a{1000}){1000}){1000}"}]}}""",
        "/p/a/constraints/0/constraint", "not-allowed")]
    [InlineData(
        """{"a": {"type": "String", "constraints": [{"type": "Pattern", "constraint": "a)|(?:b"}]}}""",
        "/p/a/constraints/0/constraint", "not-allowed")]
    [InlineData(
        """{"a": {"type": "Number", "constraints": [{"type": "Range", "constraint": {"min": 3, "max": 1}}]}}""",
        "/p/a/constraints/0/constraint/min", "not-allowed")]
    [InlineData(
        """{"a": {"type": "Number", "constraints": [{"type": "Rnage", "constraint": {"min": 3}}]}}""",
        "/p/a/constraints/0/type", "not-allowed")]
    public void A_schema_that_is_wrong_says_where(string json, string path, string code)
    {
        var mistakes = new List<Mistake>();
        PropertySchemaDocument.Read(Json.Parse(json), "/p", mistakes);

        Assert.Equal((path, code), Assert.Single(mistakes) is var mistake ? (mistake.Path, mistake.Code) : default);
    }

    [Fact]
    public void A_schema_is_written_the_way_it_is_read()
    {
        const string json = """
            {"a":{"constraints":[{"type":"AllowedValues","constraint":[1,2]},{"type":"Range","constraint":{"min":1,"max":2.5}}],
                  "default":1,"description":"d","required":true,"type":"Integer","updatable":true},
             "b":{"required":false,
                  "schema":{"*":{"constraints":[{"type":"Pattern","constraint":"x+"},{"type":"Duration","constraint":{"max":"1h"}}],
                                 "required":false,"type":"String","updatable":false}},
                  "type":"List","updatable":false},
             "c":{"required":false,"schema":{},"type":"Map","updatable":false}}
            """;
        var mistakes = new List<Mistake>();
        var written = PropertySchemaDocument.Write(PropertySchemaDocument.Read(Json.Parse(json), "", mistakes));

        Assert.Empty(mistakes);
        Assert.True(JsonElement.DeepEquals(Json.Parse(json), written), written.GetRawText());
    }
}
