using System.Text.Json;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Tests.Rego;

/// <summary>
/// The graphql built-ins beyond the shared cases: each rule of queries and schemas, comments, texts, and hostile documents.
/// </summary>
public sealed class GraphQlTests
{
    private const string Zoo = """
        directive @tag(name: String!) repeatable on FIELD | FIELD_DEFINITION | ENUM_VALUE | SCHEMA
        enum Diet { LEAVES MEAT }
        scalar Date
        interface Named { name: String! }
        interface Being implements Named { name: String! age(unit: String): Int }
        type Lion implements Being & Named { name: String! age(unit: String, precise: Boolean = false): Int prey: [Being!]! born: Date }
        type Keeper implements Named { name: String! keeps: [Animal] diet: Diet }
        type Cage { size: Int }
        union Animal = | Lion
        input Filter { diet: Diet! = MEAT, atLeast: Int!, names: [String!], nested: Filter }
        input Key @oneOf { id: ID, name: String }
        type Query {
          animals(filter: Filter, first: Int = 10, ids: [ID!]): [Animal!]!
          being(key: Key!): Being named: Named keeper(name: String!): Keeper cage: Cage factor(by: Float): Float
        }
        type Mutation { feed(diet: Diet!): Keeper }
        type Subscription { fed: Keeper escaped: Lion }
        """;

    private static readonly RegoProgram Program = Compile("""
        package a
        query := graphql.parse_query(input.q)
        schema := graphql.parse_schema(input.s)
        valid := graphql.is_valid(input.q, input.s)
        valid_objects := graphql.is_valid(graphql.parse_query(input.q), graphql.parse_schema(input.s))
        valid_schema := graphql.schema_is_valid(input.s)
        both := graphql.parse(input.q, input.s)
        verified := graphql.parse_and_verify(input.q, input.s)
        """);

    [Theory]
    [InlineData("{ animals(filter: {atLeast: 2}) { __typename ... on Lion { name } } }")]
    [InlineData("query Q($n: Int!, $f: Filter) { animals(first: $n, filter: $f) { ... on Lion { name prey { name } } } }")]
    [InlineData("query Q($n: Int) { animals(first: $n) { __typename } }")]
    [InlineData("query Q($i: ID!) { being(key: {id: $i}) { name ... on Lion { born } } }")]
    [InlineData("{ animals(ids: \"one\") { __typename } }")]
    [InlineData("{ animals(ids: [1, \"two\"]) { __typename } }")]
    [InlineData("{ factor(by: 2) }")]
    [InlineData("{ named { ... on Keeper { name } ... on Being { age } ...L } } fragment L on Lion { born }")]
    [InlineData("{ __schema { types { name fields { name } } } __type(name: \"Lion\") { kind } }")]
    [InlineData("{ a: cage { size } b: cage { size @tag(name: \"x\") @tag(name: \"y\") } }")]
    [InlineData("mutation { feed(diet: MEAT) { name } }")]
    [InlineData("subscription S { fed { name } }")]
    [InlineData("query A { cage { size } } query B { cage { size } }")]
    [InlineData("query ($yes: Boolean = true) { cage @include(if: $yes) { size } }")]
    public void A_query_is_valid_when_all_rules_hold(string query) => Assert.Equal("true", Decide("valid", query, Zoo));

    [Theory]
    [InlineData("{ lions { name } }", "Cannot query field \"lions\" on type \"Query\"")]
    [InlineData("{ cage { ... on Diet { __typename } } }", "non composite type \"Diet\"")]
    [InlineData("{ ...F } fragment F on Date { __typename }", "non composite type \"Date\"")]
    [InlineData("{ cage(size: 1) { size } }", "Unknown argument \"size\" on field \"Query.cage\"")]
    [InlineData("{ cage @tag(nam: \"x\") { size } }", "Unknown argument \"nam\" on directive \"@tag\"")]
    [InlineData("{ cage @nope { size } }", "Unknown directive \"@nope\"")]
    [InlineData("query @tag(name: \"x\") { cage { size } }", "may not be used on QUERY")]
    [InlineData("{ ...Gone }", "Unknown fragment \"Gone\"")]
    [InlineData("query ($a: Nothing) { factor(by: $a) }", "Unknown type \"Nothing\"")]
    [InlineData("{ ... on Nothing { x } }", "Unknown type \"Nothing\"")]
    [InlineData("{ cage { size } } query B { cage { size } }", "anonymous operation must be the only")]
    [InlineData("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", "introspection depth")]
    [InlineData("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "spread fragment \"A\" within itself via \"B\"")]
    [InlineData("{ factor(by: $x) }", "Variable \"$x\" is not defined")]
    [InlineData("{ cage { size } } fragment F on Cage { size }", "Fragment \"F\" is never used")]
    [InlineData("query Q($x: Int) { cage { size } }", "Variable \"$x\" is never used in operation \"Q\"")]
    [InlineData("{ x: cage { size } x: named { name } }", "\"cage\" and \"named\" are different fields")]
    [InlineData("{ factor(by: 1) ...F } fragment F on Query { factor(by: 2) }", "they have differing arguments")]
    [InlineData("{ named { ... on Lion { x: age } ... on Keeper { x: name } } }", "they return conflicting types \"Int\" and \"String!\"")]
    [InlineData("{ animals { ... on Cage { size } } }", "can never be of type \"Cage\"")]
    [InlineData("{ cage { ...F } } fragment F on Lion { name }", "Fragment \"F\" cannot be spread here")]
    [InlineData("{ keeper { name } }", "argument \"name\" of type \"String!\" is required")]
    [InlineData("{ cage @tag { size } }", "Directive \"@tag\" argument \"name\" of type \"String!\" is required")]
    [InlineData("{ factor { __typename } }", "must not have a selection since type \"Float\" has no subfields")]
    [InlineData("{ cage }", "must have a selection of subfields")]
    [InlineData("subscription S { fed { name } escaped { name } }", "must select only one top level field")]
    [InlineData("subscription { __typename }", "must not select an introspection top level field")]
    [InlineData("{ factor(by: 1, by: 1) }", "only one argument named \"by\"")]
    [InlineData("{ cage @skip(if: true) @skip(if: true) { size } }", "can only be used once")]
    [InlineData("{ ...F } fragment F on Query { cage { size } } fragment F on Query { cage { size } }", "only one fragment named \"F\"")]
    [InlineData("{ animals(filter: {atLeast: 1, atLeast: 2}) { __typename } }", "only one input field named \"atLeast\"")]
    [InlineData("query A { cage { size } } query A { cage { size } }", "only one operation named \"A\"")]
    [InlineData("query ($x: Float, $x: Float) { factor(by: $x) }", "Variable \"$x\" is never used")]
    [InlineData("{ animals(first: \"1\") { __typename } }", "Int cannot represent non-integer value: \"1\"")]
    [InlineData("{ animals(filter: {}) { __typename } }", "Field \"Filter.atLeast\" of required type \"Int!\" was not provided")]
    [InlineData("{ animals(filter: {atLeast: 1, age: 1}) { __typename } }", "Field \"age\" is not defined by type \"Filter\"")]
    [InlineData("{ animals(filter: {atLeast: 99999999999999999999}) { __typename } }", "99999999999999999999")]
    [InlineData("{ being(key: {id: 1, name: \"x\"}) { name } }", "must specify exactly one key")]
    [InlineData("{ being(key: {id: null}) { name } }", "must be non-null")]
    [InlineData("{ being(key: null) { name } }", "Expected value of type \"Key!\", found null")]
    [InlineData("mutation { feed(diet: GRASS) { name } }", "Value \"GRASS\" does not exist in \"Diet!\" enum")]
    [InlineData("mutation { feed(diet: \"MEAT\") { name } }", "Enum \"Diet!\" cannot represent non-enum value: \"MEAT\"")]
    [InlineData("query ($x: Cage) { factor(by: $x) }", "used in position expecting type \"Float\"")]
    [InlineData("query ($x: String) { factor(by: $x) }", "Variable \"$x\" of type \"String\" used in position expecting type \"Float\"")]
    [InlineData("query ($i: ID) { being(key: {id: $i}) { name } }", "must be non-nullable")]
    public void A_query_that_breaks_a_rule_is_not_valid_and_parse_says_why(string query, string reason)
    {
        Assert.Equal("false", Decide("valid", query, Zoo));
        Assert.Equal("[false, {}, {}]", Decide("verified", query, Zoo));
        var error = Fail("both", query, Zoo);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Matches(@"^graphql\.parse: .* in GraphQL string at location 1:\d+$", error);
    }

    [Theory]
    [InlineData("type A { a: B }", "undefined type")]
    [InlineData("type A { a: Int a: Int }", "field twice")]
    [InlineData("type A { a: Int } type A { b: Int }", "type twice")]
    [InlineData("type A", "no fields")]
    [InlineData("type __A { a: Int }", "reserved name")]
    [InlineData("type A { __a: Int }", "reserved name")]
    [InlineData("scalar Int", "what is there already")]
    [InlineData("enum E { true }", "a literal as value")]
    [InlineData("enum E { A @deprecated(why: 1) }", "unknown argument")]
    [InlineData("type A @deprecated { a: Int }", "directive where it may not be")]
    [InlineData("type A { a: Int @nope }", "unknown directive")]
    [InlineData("directive @d on FIELD directive @d on FIELD", "directive twice")]
    [InlineData("directive @d(a: Int @d) on ARGUMENT_DEFINITION", "directive that uses itself")]
    [InlineData("directive @d(a: Int!) on SCALAR scalar S @d", "required argument missing")]
    [InlineData("type A { a(x: B): Int } type B { b: Int }", "output type as argument")]
    [InlineData("input I { a: B } type B { b: Int }", "output type in an input")]
    [InlineData("type A { a: I } input I { b: Int }", "input type as a field")]
    [InlineData("union U = Int", "scalar in a union")]
    [InlineData("union U = Gone", "unknown type in a union")]
    [InlineData("type A implements B { a: Int } type B { a: Int }", "implements no interface")]
    [InlineData("interface I { a: Int b: Int } type A implements I { a: Int }", "field missing")]
    [InlineData("interface I { a: Int! } type A implements I { a: Int }", "field of another type")]
    [InlineData("interface I { a(x: Int): Int } type A implements I { a: Int }", "argument missing")]
    [InlineData("interface I { a: Int } type A implements I { a(x: Int!): Int }", "more required arguments")]
    [InlineData("interface I { a: Int } interface J implements I { a: Int } type A implements J { a: Int }", "interface behind not named")]
    [InlineData("extend type A { a: Int } extend interface A { b: Int }", "extended as another kind")]
    [InlineData("schema { query: Gone }", "root that is not there")]
    [InlineData("schema { query: A } schema { query: A } type A { a: Int }", "schema twice")]
    [InlineData("schema @deprecated { query: A } type A { a: Int }", "directive not for schemas")]
    [InlineData("type A { a: [Int }", "does not parse")]
    public void A_schema_that_breaks_a_rule_is_not_valid(string schema, string why)
    {
        Assert.True(Decide("valid_schema", "", schema) == "false", why);
        Assert.True(Decide("valid", "{ __typename }", schema) == "false", why);
    }

    [Theory]
    [InlineData(Zoo)]
    [InlineData("")]
    [InlineData("directive @skip(if: Boolean!) on FIELD")]
    [InlineData("extend type Query { a: Int } extend type Query { b: Int }")]
    [InlineData("extend scalar Date @specifiedBy(url: \"x\") extend enum E { A @deprecated } extend input I { a: [Int!]! = [1] }")]
    [InlineData("interface I { a: [I] } type A implements I { a: [A!]! }")]
    public void A_schema_is_valid_when_all_rules_hold(string schema) => Assert.Equal("true", Decide("valid_schema", "", schema));

    [Fact]
    public void Objects_are_taken_like_the_texts_they_come_from()
    {
        Assert.Equal("true", Decide("valid_objects", "query Q($n: Int!) { animals(first: $n) { __typename } }", Zoo));
        Assert.Equal("false", Decide("valid_objects", "query Q($n: String) { animals(first: $n) { __typename } }", Zoo));
    }

    [Theory]
    [InlineData("{\"Operations\": [{\"SelectionSet\": [{\"Name\": \"cage\", \"SelectionSet\": [{\"name\": \"size\"}]}]}]}", true)]
    [InlineData("{\"Operations\": [{\"Operation\": \"dance\"}]}", false)]
    [InlineData("{\"Operations\": [{\"VariableDefinitions\": [{\"Variable\": \"x\"}]}]}", false)]
    [InlineData("{\"Operations\": [{\"VariableDefinitions\": [{\"Type\": {}}]}]}", false)]
    [InlineData("{\"Operations\": 1}", false)]
    [InlineData("{\"Operations\": [null]}", false)]
    [InlineData("{\"Operations\": [{\"SelectionSet\": [{\"Name\": \"factor\", \"Arguments\": [{\"Name\": \"by\"}]}]}]}", false)]
    [InlineData("{\"Fragments\": [{\"Name\": 1}]}", false)]
    [InlineData("{\"Unknown\": 1}", true)]
    public void Objects_of_any_shape_are_answered(string query, bool valid)
    {
        var input = $"{{\"q\": {query}, \"s\": {JsonSerializer.Serialize(Zoo)}}}";
        Assert.Equal(valid ? "true" : "false", Evaluate("valid", input, strict: true).Value!.ToString());
    }

    [Fact]
    public void Comments_are_kept_where_OPA_keeps_them()
    {
        Assert.Equal(
            "{\"Operations\": [{\"Comment\": {\"List\": [{\"Value\": \"# one\"}, {\"Value\": \"# two\"}]}, \"Name\": \"\", " +
            "\"Operation\": \"query\", \"SelectionSet\": [{\"Alias\": \"a\", \"Comment\": {\"List\": [{\"Value\": \"#f\"}]}, " +
            "\"Name\": \"a\"}]}]}",
            Decide("query", "# one\n# two\nquery {\n#f\n a }", ""));
        Assert.Equal(
            "{\"Operations\": [{\"Name\": \"\", \"Operation\": \"query\", \"SelectionSet\": [{\"Alias\": \"a\", \"Name\": \"a\"}]}]}",
            Decide("query", "# the short form keeps none\n{ a }", ""));
        Assert.Equal(
            "{\"Comment\": {\"List\": [{\"Value\": \"# end\"}]}, \"Definitions\": [{" +
            "\"AfterDescriptionComment\": {\"List\": [{\"Value\": \"# after\"}]}, " +
            "\"BeforeDescriptionComment\": {\"List\": [{\"Value\": \"# before\"}]}, \"BuiltIn\": false, \"Description\": \"d\", " +
            "\"EndOfDefinitionComment\": {\"List\": [{\"Value\": \"# last\"}]}, " +
            "\"EnumValues\": [{\"Description\": \"\", \"Name\": \"A\"}], \"Kind\": \"ENUM\", \"Name\": \"E\"}]}",
            Decide("schema", "", "# before\n\"d\"\n# after\nenum E { A\n# last\n}\n# end"));
    }

    [Theory]
    [InlineData("\"a\\u00e9\\n\\\"\"", "aé\n\"")]
    [InlineData("\"\\ud83d\\ude00\"", "\uFFFD\uFFFD")]
    [InlineData("\"😀\"", "😀")]
    [InlineData("\"\"\"\n    one\n      two\n\n    three\n  \"\"\"", "one\n  two\n\nthree")]
    [InlineData("\"\"\"a \\\"\"\" \"b\" \"\"\"\"", "a \"\"\" \"b\" \"")]
    [InlineData("\"\"", "")]
    public void Strings_stand_for_what_they_say(string literal, string text)
    {
        var value = Evaluate("query", Input($"{{ f(a: {literal}) }}", ""), strict: true).Value!;
        var written = JsonDocument.Parse(ValueJson.ToText(value)).RootElement
            .GetProperty("Operations")[0].GetProperty("SelectionSet")[0].GetProperty("Arguments")[0].GetProperty("Value");
        Assert.Equal(text, written.GetProperty("Raw").GetString());
    }

    [Theory]
    [InlineData("{ a(b: \"x", "Unterminated string in GraphQL string at location 1:10")]
    [InlineData("{ a(b: \"\"\"x", "Unterminated string in GraphQL string at location 1:12")]
    [InlineData("{ a(b: \"\\q\") }", "Invalid character escape sequence: \\q in GraphQL string at location 1:10")]
    [InlineData("{ a(b: \"\\u12\") }", "Invalid character escape sequence")]
    [InlineData("{ a(b: 01) }", "Invalid number, unexpected digit after 0")]
    [InlineData("{ a(b: 1.) }", "Invalid number, expected digit but got: \")\"")]
    [InlineData("{ a(b: -) }", "Invalid number, expected digit")]
    [InlineData("{ a(b: 'x') }", "did you mean to use a double quote")]
    [InlineData("\n\n  {\n  %", "Cannot parse the unexpected character \"%\" in GraphQL string at location 4:3")]
    [InlineData("{ \u0000 }", "invalid character \"\\u0000\"")]
    [InlineData("{ a(b: $c = 1) }", "Expected Name, found =")]
    [InlineData("query ($a: Int = $b) { a }", "Unexpected $")]
    [InlineData("{}", "expected at least one definition, found }")]
    [InlineData("query Q()", "expected at least one definition, found )")]
    [InlineData("{ a } extra", "Unexpected Name \"extra\"")]
    public void What_does_not_parse_is_reported_with_its_place(string query, string reason)
    {
        var error = Fail("query", query, "");
        Assert.StartsWith("graphql.parse_query: ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Equal("false", Decide("valid", query, Zoo));
    }

    [Fact]
    public void Documents_that_nest_without_end_are_refused()
    {
        Assert.Contains("nested deeper", Fail("query", string.Concat(Enumerable.Repeat("{a", 100_000)), ""), StringComparison.Ordinal);
        Assert.Contains("nested deeper", Fail("query", "{a(b:" + new string('[', 100_000), ""), StringComparison.Ordinal);
        Assert.Contains("nested deeper", Fail("schema", "", "type A { a: " + new string('[', 100_000)), StringComparison.Ordinal);
        var chain = string.Concat(Enumerable.Range(0, 20_000).Select(at => $"fragment F{at} on Query {{ ...F{at + 1} }} "));
        Assert.Equal("false", Decide("valid", "{ ...F0 } " + chain + "fragment F20000 on Query { cage { size } }", Zoo));
    }

    [Fact]
    public void A_query_whose_checking_would_take_forever_is_stopped()
    {
        // each fragment spreads the next twice under aliases, so that comparing fields doubles with each
        var doubling = string.Concat(Enumerable.Range(0, 60).Select(at =>
            $"fragment F{at} on Lion {{ prey {{ ...on Lion {{ a: prey {{ ...F{at + 1} }} b: prey {{ ...F{at + 1} }} }} }} }} "));
        var query = "{ animals { ...F0 __typename } } " + doubling + "fragment F60 on Lion { name }";
        var decision = Program.Decide(
            "a/valid",
            new() { Input = ValueJson.Read(Input(query, Zoo), ValueLimits.Default, out _), Limits = new() { Steps = 5_000_000 } },
            CancellationToken.None);
        Assert.True(decision.Error is { Code: "eval_cancel_error" } || decision.Value is BooleanValue);
    }

    private static string Decide(string rule, string query, string schema) =>
        Evaluate(rule, Input(query, schema), strict: true).Value!.ToString();

    private static string Fail(string rule, string query, string schema)
    {
        var error = Evaluate(rule, Input(query, schema), strict: true).Error;
        Assert.Equal("eval_builtin_error", error!.Code);
        Assert.Null(Evaluate(rule, Input(query, schema), strict: false).Value);
        return error.Message;
    }

    private static string Input(string query, string schema) =>
        $"{{\"q\": {JsonSerializer.Serialize(query)}, \"s\": {JsonSerializer.Serialize(schema)}}}";

    private static Decision Evaluate(string rule, string input, bool strict) => Program.Decide(
        "a/" + rule,
        new() { Input = ValueJson.Read(input, ValueLimits.Default, out _), StrictBuiltinErrors = strict },
        CancellationToken.None);

    private static RegoProgram Compile(string module)
    {
        var parsed = RegoModule.Parse(module, "m.rego", RegoVersion.V1);
        Assert.Empty(parsed.Errors);
        var outcome = RegoProgram.Compile([parsed.Module!], new CompileOptions());
        Assert.Empty(outcome.Errors);
        return outcome.Program!;
    }
}
