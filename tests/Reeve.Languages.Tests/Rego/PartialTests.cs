using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Partial;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Tests.Rego;

/// <summary>Partial evaluation: what is left, and that it means the same.</summary>
public sealed class PartialTests
{
    private const string Data = """
        {"users": ["ann", "bob"], "roles": {"admin": ["read", "write"], "guest": ["read"]}, "limit": 3,
         "reports": [{"id": "a", "level": 2}, {"id": "b", "level": 5}], "blocked": {"eve": true}}
        """;

    private const string Shop = """
        package shop
        import rego.v1

        default allow := false
        allow if { input.user in data.users; input.method == "GET" }
        allow if input.role == "admin"

        open if input.level >= data.reports[_].level
        same if { some report in data.reports; report.id == input.id; report.level > 3 }
        may if some action in data.roles[input.role]
        may_do if input.action in data.roles[input.role]
        deny contains msg if { not input.ok; msg := sprintf("no %v", [input.user]) }
        deny contains "blocked" if data.blocked[input.user]
        level := "high" if input.level > 5
        level := "low" if input.level <= 5
        grade := "a" if { input.level > 5 } else := "b" if { input.level > 2 } else := "c"
        double(x) := y if y := x * 2
        big if double(input.level) > data.limit
        sign(x) := "plus" if x > 0
        sign(x) := "minus" if x < 0
        negative if sign(input.level) == "minus"
        outsider if not insider
        insider if { input.user == "ann"; input.level > 1 }
        insider if input.user == "bob"
        unsaid if not input.user
        several if { input.a.b; x := input.a; x.c == 1; not x.d }
        given := input.user
        matched if { [x, "b"] = input.pair; x == "a" }
        counted if count(deny) == 0
        listed if count([a | some a in input.list; a > data.limit]) > 1
        all_small if every x in input.list { x < data.limit }
        object if {"user": input.user, "n": 1} == {"user": "ann", "n": 1}
        known if { data.limit == 3; count(data.users) == 2 }
        never if { data.limit == 4; input.user }
        mapping[k] := v if { some k, v in data.roles; v[0] == input.action }
        mapped if mapping.guest
        deep if not not_ok
        not_ok if { some x in input.items; not x.ok }
        some_bad if { some x in input.items; not fine(x) }
        fine(x) if { x.ok; x.n > 1 }
        all_bad if not some_fine
        some_fine if { some x in input.items; fine(x) }
        graded(x) := "big" if { x > 3 } else := "small" if { x > 0 }
        big_grade if graded(input.level) == "big"
        not_big if not graded(input.level) == "big"
        known_call if { double(data.limit) == 6; graded(data.limit) == "small"; input.level > 0 }
        counts := count([y | some x in input.list; y := double(x); y > 2])
        counted_calls if counts == 2
        pair if { x := [input.a, input.list]; count(x) == 2 }
        indexed if { some i; input.items[i].ok; input.list[i] > 0; data.users[i] }
        with_input if open_now with input as {"level": 9}
        open_now if input.level > 5
        """;

    private static readonly string[] Inputs =
    [
        "{}", """{"user": "ann", "method": "GET"}""", """{"user": "bob", "method": "PUT", "role": "admin", "level": 1, "ok": true}""",
        """{"user": "eve", "role": "guest", "action": "read", "level": 4, "id": "b"}""",
        """{"user": "ann", "level": 7, "id": "a", "action": "write", "role": "admin", "list": [4, 5, 1], "pair": ["a", "b"]}""",
        """{"items": [{"ok": true, "n": 2}, {"ok": false}], "list": [1], "level": 2}""",
        """{"items": [{"ok": true, "n": 2}, {"ok": true, "n": 9}], "list": [0, 3], "level": 4}""",
        """{"items": [], "a": 1}""", """{"items": [{"n": 2}], "list": []}""",
        """{"user": false, "level": -1, "list": [1, 2], "pair": ["b", "b"], "a": {"b": 1, "c": 1}}""",
        """{"user": null, "level": 3, "a": {"b": true, "c": 1, "d": false}, "list": [], "ok": false}""",
        """{"user": "x", "level": 5.5, "a": {"b": false, "c": 1}, "action": "read", "role": "none", "id": "none"}""",
    ];

    public static TheoryData<string> Questions =>
    [
        .. Shop.Split('\n').Skip(4).Select(l => l.Split(' ', '(', '[')[0])
            .Where(n => n.Length > 0 && n is not ("double" or "sign" or "default" or "fine" or "graded")).Distinct()
            .Select(n => $"data.shop.{n}"),
        "data.shop.allow == true", "data.shop.allow == false", "data.shop.allow = x; x == false", "not data.shop.allow",
        "data.shop.level == \"high\"", "data.shop.grade == \"b\"", "data.shop.deny.blocked", "data.shop.deny[x]; startswith(x, \"no\")",
        "x := data.shop.given; x == \"ann\"", "input.user == \"ann\"", "input.level > 3; not input.ok", "data.shop.mapping.admin[1]",
        "count(data.shop.deny) > 1", "data.shop.double(input.level) == 8", "some u in data.users; input.user == u",
        "not data.shop.outsider", "x := {\"a\": input.user}; x.a == \"eve\"", "data.shop.given",
    ];

    [Theory]
    [MemberData(nameof(Questions))]
    public void What_is_left_holds_for_the_inputs_for_which_the_query_holds(string query)
    {
        var program = Compile(Shop);
        var options = new PartialOptions { Input = new() { Data = Read(Data) } };
        var left = PartialEvaluation.Run(program, query, options, CancellationToken.None);
        Assert.Empty(left.Errors);
        var support = Compile([Shop, .. left.Support.Select(m => m.Text)]);
        foreach (var input in Inputs)
        {
            var asked = Holds(program, query, input);
            var found = left.Queries.Any(q => q.Text.Count == 0 || Holds(support, string.Join('\n', q.Text), input));
            Assert.True(asked == found, $"{query} for {input}: {asked}, and of what is left {found}:\n{Show(left)}");
        }
    }

    [Theory]
    [InlineData("input.x == 1", "input.x = 1")]
    [InlineData("x := 1; input.y == x", "input.y = 1")]
    [InlineData("data.shop.open", "input.level >= 2 | input.level >= 5")]
    [InlineData("data.shop.same", "\"b\" = input.id")]
    [InlineData("data.shop.allow == true", "input.user in [\"ann\", \"bob\"]; input.method = \"GET\" | input.role = \"admin\"")]
    [InlineData("data.shop.known", "")]
    [InlineData("data.shop.never", null)]
    [InlineData("input.a; false", null)]
    [InlineData("data.shop.unsaid", "not input.user")]
    [InlineData("data.shop.negative", "input.level < 0")]
    [InlineData("data.shop.deny[x]", "not input.ok; sprintf(\"no %v\", [input.user], __local0__); __local0__ | \"eve\" = input.user")]
    public void What_is_left_is_short(string query, string? expected)
    {
        var left = PartialEvaluation.Run(
            Compile(Shop), query, new PartialOptions { Input = new() { Data = Read(Data) } }, CancellationToken.None);

        Assert.Empty(left.Errors);
        Assert.Empty(left.Support);
        Assert.Equal(expected, left.Queries.Count == 0 ? null : string.Join(" | ", left.Queries.Select(q => string.Join("; ", q.Text))));
    }

    [Fact]
    public void Data_may_be_unknown_and_the_input_known()
    {
        var left = PartialEvaluation.Run(
            Compile("package a\nimport rego.v1\nallow if input.level >= data.reports[_].level"), "data.a.allow == true",
            new PartialOptions { Unknowns = ["data.reports"], Input = new() { Input = Read("""{"level": 4}""") } }, CancellationToken.None);

        Assert.Equal(["4 >= data.reports[__local0__].level"], Assert.Single(left.Queries).Text);
    }

    [Fact]
    public void A_default_that_may_be_asked_for_stands_in_a_module_beside()
    {
        var left = PartialEvaluation.Run(
            Compile("package a.b\nimport rego.v1\ndefault p := 1\np := 2 if input.x"), "data.a.b.p = y",
            new PartialOptions(), CancellationToken.None);

        Assert.Contains("data.partial.a.b.p", Show(left), StringComparison.Ordinal);
        Assert.Equal("package partial.a.b\n\ndefault p := 1\n\np := 2 if {\n\tinput.x\n}\n", Assert.Single(left.Support).Text);
    }

    [Theory]
    [InlineData("data.shop", "cannot be evaluated in part")]
    [InlineData("data.shop[x]", "cannot be evaluated in part")]
    [InlineData("input.x ==", "")]
    [InlineData("x", "var x is unsafe")]
    public void What_cannot_be_done_is_told(string query, string reason)
    {
        var left = PartialEvaluation.Run(Compile(Shop), query, new PartialOptions(), CancellationToken.None);
        Assert.Contains(reason, Assert.Single(left.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inp")]
    [InlineData("data.a[")]
    [InlineData("input[x]")]
    public void What_is_named_unknown_must_be_a_reference(string unknown)
    {
        var left = PartialEvaluation.Run(Compile(Shop), "input", new PartialOptions { Unknowns = [unknown] }, CancellationToken.None);
        Assert.Contains("is no reference to `input` or `data`", Assert.Single(left.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ways_without_end_are_stopped()
    {
        var rules = string.Join(
            '\n', Enumerable.Range(0, 30).Select(i => $"p{i} if {{ input.a{i}; p{i + 1} }}\np{i} if {{ input.b{i}; p{i + 1} }}"));
        var left = PartialEvaluation.Run(
            Compile($"package a\nimport rego.v1\n{rules}\np30 if input.z"), "data.a.p0", new PartialOptions(), CancellationToken.None);

        Assert.Contains("too many ways", Assert.Single(left.Errors).Message, StringComparison.Ordinal);
    }

    private static bool Holds(RegoProgram program, string query, string input)
    {
        var prepared = program.Prepare(query);
        Assert.True(prepared.Query is not null, $"{query}: {string.Join(", ", prepared.Errors)}");
        var outcome = prepared.Query!.Evaluate(new EvaluationInput { Data = Read(Data), Input = Read(input) }, CancellationToken.None);
        return outcome.Error is null
            && outcome.Rows.Any(row => row.Statements.All(s => s.Value is not BooleanValue { Boolean: false }));
    }

    private static string Show(PartialOutcome left) => string.Join(
        '\n', left.Queries.Select(q => string.Join("; ", q.Text)).Concat(left.Support.Select(m => m.Text)));

    private static RegoProgram Compile(params IEnumerable<string> modules)
    {
        var parsed = modules.Select((text, at) => RegoModule.Parse(text, $"m{at}", RegoVersion.V1)).ToList();
        Assert.All(parsed, p => Assert.NotNull(p.Module));
        var compiled = RegoProgram.Compile([.. parsed.Select(p => p.Module!)], new());
        Assert.Empty(compiled.Errors);
        return compiled.Program!;
    }

    private static ObjectValue Read(string json) => (ObjectValue)ValueJson.Read(json, ValueLimits.Default, out _)!;
}
