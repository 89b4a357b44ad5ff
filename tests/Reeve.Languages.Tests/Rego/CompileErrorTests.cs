using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Tests.Rego;

public sealed class CompileErrorTests
{
    [Theory]
    [InlineData("p if x", "rego_unsafe_var_error", 2, 6, "var x is unsafe")]
    [InlineData("p := x", "rego_unsafe_var_error", 2, 6, "var x is unsafe")]
    [InlineData("p if not q[_]\nq contains 1", "rego_unsafe_var_error", 2, 12, "var _ is unsafe")]
    [InlineData("p if { x == 1; y := x }", "rego_unsafe_var_error", 2, 8, "var x is unsafe")]
    [InlineData("p := [y | true]", "rego_unsafe_var_error", 2, 7, "var y is unsafe")]
    [InlineData("p if foo(1)", "rego_type_error", 2, 6, "undefined function foo")]
    [InlineData("f(x) := x\np if f(1, 2, 3)", "rego_type_error", 3, 6, "function f has arity 1, got 3 arguments")]
    [InlineData("p if p", "rego_recursion_error", 2, 1, "rule data.a.p is recursive: data.a.p -> data.a.p")]
    [InlineData("p if q\nq if p", "rego_recursion_error", 2, 1, "rule data.a.p is recursive: data.a.p -> data.a.q -> data.a.p")]
    [InlineData("p if data.a[x] == 1", "rego_recursion_error", 2, 1, "rule data.a.p is recursive: data.a.p -> data.a.p")]
    [InlineData("h(x) := y if y := f(x) with g as h\nf(x) := g(x)\ng(x) := x",
        "rego_recursion_error", 2, 1, "rule data.a.h is recursive: data.a.h -> data.a.h")]
    [InlineData("p := 1\np contains 2", "rego_type_error", 3, 1, "conflicting rules data.a.p found")]
    [InlineData("f(x) := x\nf(x, y) := x", "rego_type_error", 3, 1, "conflicting rules data.a.f found")]
    [InlineData("default p := 1\ndefault p := 2", "rego_type_error", 3, 1, "multiple default rules data.a.p found at m.rego:2:1")]
    [InlineData("p := 1\np.q := 2", "rego_type_error", 2, 1, "rule data.a.p conflicts with [data.a.p.q] found at m.rego:3:1")]
    [InlineData("p if { x := 1; x := 2 }", "rego_compile_error", 2, 16, "var x assigned above")]
    [InlineData("p if { x == 1; x := 2 }", "rego_compile_error", 2, 16, "var x referenced above")]
    [InlineData("p if { some x; x := 2 }", "rego_compile_error", 2, 16, "var x declared above")]
    [InlineData("f(x) := y if { x := 1; y := x }", "rego_compile_error", 2, 16, "arg x redeclared")]
    [InlineData("f(x) := y if y := [x | x := 1]", "", 0, 0, "")]
    [InlineData("p if { some x; true }", "rego_compile_error", 2, 13, "declared var x unused")]
    [InlineData("p if { input := 1 }", "rego_compile_error", 2, 8, "variables must not shadow input (use a different variable name)")]
    [InlineData("p if { data.x := 1 }", "rego_compile_error", 2, 8, "cannot assign to ref")]
    [InlineData("p if { true with foo as 1 }",
        "rego_type_error", 2, 18, "with keyword target must reference existing input, data, or a function")]
    [InlineData("p { true }", "rego_parse_error", 2, 1, "`if` keyword is required before rule body")]
    [InlineData("p[x] { x = 1 }", "rego_parse_error", 2, 1, "`contains` keyword is required for partial set rules")]
    [InlineData("p if { 1 = \"a\" }", "rego_type_error", 2, 8, "match error\n\tleft  : number\n\tright : string")]
    [InlineData("p if any([true])", "rego_type_error", 2, 6, "deprecated built-in function calls in expression: any")]
    [InlineData("p if { null := 1 }", "rego_compile_error", 2, 8, "cannot assign to null")]
    [InlineData("p if { [x, 2] := [1, 2]; x > 0 }", "rego_compile_error", 2, 12, "cannot assign to number")]
    [InlineData("p.q contains 1\np.q.r := 2", "rego_type_error", 2, 1, "rule data.a.p.q conflicts with [data.a.p.q.r] found at m.rego:3:1")]
    [InlineData("default p := [1, input.x]", "rego_parse_error", 2, 1, "illegal default rule (value cannot contain ref)")]
    [InlineData("default p := [x | x := 1]", "", 0, 0, "")]
    [InlineData("default f(1) := 2", "rego_parse_error", 2, 1, "illegal default rule (arguments can only be variables)")]
    [InlineData("default f(x, x) := 2", "rego_parse_error", 2, 1, "illegal default rule (arguments cannot be repeated x)")]
    [InlineData("default f(_, _) := 2", "", 0, 0, "")]
    [InlineData("f(x) := x\ng(x, y) := y\np if f(1) with f as g", "rego_type_error", 4, 11, "f: arity mismatch")]
    [InlineData("p if upper(\"a\") with upper as sum", "rego_type_error", 2, 17, "upper: arity mismatch")]
    [InlineData("p if { print(1) with print as 2 }",
        "rego_compile_error", 2, 17, "with keyword replacing function: target must not be print")]
    [InlineData("p := \"abc", "rego_parse_error", 2, 10, "non-terminated string")]
    [InlineData("p := 01", "rego_parse_error", 2, 8, "illegal number format: leading zero")]
    public void Errors_have_OPAs_code_and_the_place(string rules, string code, int row, int column, string message)
    {
        var errors = Errors("package a\n" + rules, RegoVersion.V1, false);
        if (code.Length == 0)
        {
            Assert.Empty(errors);
            return;
        }

        var error = errors[0];
        Assert.Equal((code, message, row, column), (error.Code, error.Message, error.Row, error.Column));
    }

    [Theory]
    [InlineData("p if { x := 1; true }", "assigned var x unused")]
    [InlineData("import data.foo\np := 1", "import data.foo unused")]
    public void Strict_mode_finds_what_is_not_used(string rules, string message) =>
        Assert.Contains(Errors("package a\n" + rules, RegoVersion.V1, true), error => error.Message == message);

    [Theory]
    [InlineData("p { input.x == 1 }")]
    [InlineData("p[x] { x := input.a[_] }\nq = x { x := 1 } else = 2 { true }\nf(x) = y { y := x }\nr = {\"a\": 1}")]
    [InlineData("import future.keywords\np if { some x in [1]; every y in [x] { y == 1 } }\nq contains 1")]
    [InlineData("import rego.v1\np contains x if some x in [1]")]
    [InlineData("default allow = false\nallow { not deny }\ndeny { input.bad }")]
    [InlineData("in := 1\nif := 2\ncontains := 3\nevery := 4")]
    [InlineData("p { true } { false }\nq[\"a\"]\nr[x] = y { x := 1; y := 2 }")]
    public void Version_0_is_compiled(string rules) => Assert.Empty(Errors("package a\n" + rules, RegoVersion.V0, false));

    [Fact]
    public void Functions_of_modules_may_call_each_other()
    {
        var one = RegoModule.Parse("package a\nimport data.b\nf(x) := b.g(x)\nh(x) := [x]", "a", RegoVersion.V1).Module!;
        var two = RegoModule.Parse("package b\ng(x) := data.a.h(x)", "b", RegoVersion.V1).Module!;
        Assert.Empty(RegoProgram.Compile([one, two], new CompileOptions()).Errors);
    }

    private static IReadOnlyList<Reeve.Languages.Rego.RegoError> Errors(string text, RegoVersion version, bool strict)
    {
        var parsed = RegoModule.Parse(text, "m.rego", version);
        return parsed.Module is null
            ? parsed.Errors
            : RegoProgram.Compile([parsed.Module], new CompileOptions { Strict = strict }).Errors;
    }
}
