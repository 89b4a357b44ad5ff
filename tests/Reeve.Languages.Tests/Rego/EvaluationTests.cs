using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Tests.Rego;

public sealed class EvaluationTests
{
    [Fact]
    public void A_rule_holds_when_its_body_does()
    {
        Assert.Equal("true", Decide("package a\nallow if input.user == \"alice\"", "a/allow", "{\"user\":\"alice\"}"));
        Assert.Equal("", Decide("package a\nallow if input.user == \"alice\"", "a/allow", "{\"user\":\"bob\"}"));
    }

    [Fact]
    public void Partial_rules_of_different_depth_make_one_document() => Assert.Equal(
        "{\"a\": {\"r\": 1}, \"b\": 2, \"c\": {\"x\", \"y\"}}",
        Decide("package a\np[q].r := 1 if q := \"a\"\np.b := 2\np.c contains k if some k in [\"x\", \"y\"]", "a/p", "{}"));

    [Fact]
    public void A_comprehension_sees_the_variables_around_it() => Assert.Equal(
        "[[1, [1]], [2, [2]]]", Decide("package a\np := [[x, y] | some x in [1, 2]; y := [z | some z in [1, 2]; z == x]]", "a/p", "{}"));

    internal static string Decide(string module, string path, string input)
    {
        var parsed = RegoModule.Parse(module, "test.rego", RegoVersion.V1);
        Assert.Empty(parsed.Errors);
        var compiled = RegoProgram.Compile([parsed.Module!], new CompileOptions());
        Assert.Empty(compiled.Errors);
        var decision = compiled.Program!.Decide(
            path, new EvaluationInput { Input = ValueJson.Read(input, ValueLimits.Default, out _) }, CancellationToken.None);
        Assert.Null(decision.Error);
        return decision.Value?.ToString() ?? "";
    }
}
