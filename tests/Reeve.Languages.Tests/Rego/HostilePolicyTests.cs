using System.Text;
using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Tests.Rego;

/// <summary>
/// Policies written to hurt: each is stopped by a limit, with its place, and soon; none throws, hangs or eats the memory.
/// </summary>
public sealed class HostilePolicyTests
{
    private const int Doublings = 60;

    private static readonly EvaluationLimits Small = new()
    {
        Steps = 2_000_000,
        AllocatedBytes = 64 << 20,
        Output = 1 << 20,
        Time = TimeSpan.FromSeconds(20),
    };

    /// <summary>Each pair of values has 2^60 parts when it is visited, and sixty when it is built.</summary>
    private static readonly string Endless =
        Chain("a", "[1]", before => $"[{before}, {before}]") + Chain("b", "[1]", before => $"[{before}, {before}]") +
        Chain("m", "{\"k\": 1}", before => $"{{\"k\": {before}, \"l\": {before}}}") +
        Chain("n", "{\"k\": 1}", before => $"{{\"k\": {before}, \"l\": {before}}}");

    [Theory]
    [InlineData("a60")]
    [InlineData("m60")]
    [InlineData("{m60, a60}")]
    [InlineData("[x | some x in [\"longer than it looks\", a60]]")]
    public void A_result_that_is_endless_when_printed_is_not_given_out(string expression) =>
        Assert.Contains("the result has more than 1048576 characters", Stop(Endless + "p := " + expression), StringComparison.Ordinal);

    [Theory]
    [InlineData("a60 == b60")]
    [InlineData("a60 != b60")]
    [InlineData("a60 < b60")]
    [InlineData("m60 == n60")]
    [InlineData("m60 >= n60")]
    [InlineData("count({a60, b60}) == 1")]
    [InlineData("a60 in [b60]")]
    [InlineData("{a60: 1}[b60]")]
    [InlineData("sort([a60, b60])")]
    [InlineData("max([a60, b60])")]
    [InlineData("{a60} & {b60}")]
    [InlineData("{a60} - {b60}")]
    [InlineData("object.union(m60, n60)")]
    [InlineData("object.subset(m60, n60)")]
    [InlineData("json.marshal(a60)")]
    [InlineData("json.marshal(m60)")]
    [InlineData("sprintf(\"%v\", [m60])")]
    [InlineData("concat(\"\", [$\"{a60}\"])")]
    [InlineData("count([1 | walk(a60)])")]
    [InlineData("[y | y := a60; y == b60]")]
    public void Visiting_a_value_that_shares_its_parts_counts_as_steps(string expression) =>
        Assert.Matches("more than (2000000 steps|[0-9]+ bytes)", Stop(Endless + $"p := x if x := {expression}"));

    [Theory]
    [InlineData("concat(\"\", [BEFORE, BEFORE])")]
    [InlineData("sprintf(\"%s%s\", [BEFORE, BEFORE])")]
    [InlineData("$\"{BEFORE}{BEFORE}\"")]
    [InlineData("replace(BEFORE, \"\", BEFORE)")]
    [InlineData("regex.replace(BEFORE, \"a\", BEFORE)")]
    [InlineData("strings.replace_n({\"a\": BEFORE}, BEFORE)")]
    [InlineData("base64.encode(base64.encode(concat(\"\", [BEFORE, BEFORE])))")]
    [InlineData("urlquery.encode(concat(\"%\", [BEFORE, BEFORE]))")]
    [InlineData("json.marshal(concat(\"\\\"\", [BEFORE, BEFORE]))")]
    public void A_text_that_grows_without_end_is_stopped(string next) => Assert.Contains(
        "bytes were allocated",
        Stop(Chain("t", "\"aaaaaaaaaaaaaaaa\"", before => next.Replace("BEFORE", before, StringComparison.Ordinal)) + "p := count(t60)"),
        StringComparison.Ordinal);

    [Fact]
    public void An_array_that_grows_without_end_is_stopped() => Assert.Contains(
        "bytes were allocated", Stop(Chain("t", "[1, 2]", before => $"array.concat({before}, {before})") + "p := count(t60)"),
        StringComparison.Ordinal);

    [Fact]
    public void A_text_that_no_memory_could_hold_is_stopped() => Assert.Contains(
        "replace: the result does not fit into memory",
        Stop(Chain("t", "\"aaaaaaaaaaaaaaaa\"", before => $"replace({before}, \"a\", {before})") + "p := count(t60)", new()),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("x * x")]
    [InlineData("x / 7 * x")]
    [InlineData("product([x | numbers.range(1, 100000)[_]])")]
    [InlineData("sum([x | numbers.range(1, 100000)[_]])")]
    public void Numbers_that_are_dear_to_compute_with_are_refused_or_stopped(string expression)
    {
        var decision = Decide($"package a\nx := 1e99999\np := {expression}", new() { Time = TimeSpan.FromSeconds(1) }, strict: true);
        Assert.True(decision.Error is { Code: "eval_cancel_error" or "eval_builtin_error" }, decision.Value?.ToString());
    }

    [Theory]
    [InlineData(2, "332190")]
    [InlineData(8, "110730")]
    [InlineData(16, "83048")]
    public void A_number_is_written_in_another_base_in_a_time_that_its_length_allows(int radix, string digits) =>
        Assert.Equal(digits, Decide($"package a\np := count(format_int(1e99999, {radix}))", new(), strict: true).Value!.ToString());

    [Theory]
    [InlineData("numbers.range(1, 1000000000000)")]
    [InlineData("bits.lsh(1, 100000000000)")]
    [InlineData("net.cidr_expand(\"::/0\")")]
    [InlineData("sprintf(\"%2000000000d\", [1])")]
    [InlineData("regex.match(\"((a{1,1000}){1,1000}){1,1000}\", \"a\")")]
    [InlineData("json.unmarshal(concat(\"\", [\"[\" | numbers.range(1, 100000)[_]]))")]
    [InlineData("regex.match(concat(\"\", [\"(a|b)?\" | numbers.range(1, 20000)[_]]), \"a\")")]
    public void What_would_be_too_large_from_the_start_is_refused(string expression) => Assert.Equal(
        "eval_builtin_error", Decide($"package a\nxs := [1]\np := {expression}", new(), strict: true).Error?.Code);

    [Fact]
    public void Expressions_that_explode_elsewhere_are_matched_in_linear_time()
    {
        const string many = "concat(\"\", [\"a\" | some _ in numbers.range(1, 20000)])";
        Assert.Equal("false", Decide($"package a\np := regex.match(\"(a*)*b\", {many})", new(), strict: true).Value?.ToString());
        Assert.Equal(
            "false",
            Decide($"package a\np := regex.match(\"^(a|a)*$\", concat(\"\", [{many}, \"b\"]))", new(), strict: true).Value?.ToString());
        Assert.Equal(
            "false", Decide($"package a\np := glob.match(\"*a*a*a*a*a*a*a*a*c\", [], {many})", new(), strict: true).Value?.ToString());
    }

    [Theory]
    [InlineData("p if q\nq if p", 2)]
    [InlineData("p if not p", 2)]
    [InlineData("p := f(1)\nf(x) := f(x + 1)", 3)]
    [InlineData("p := data.a[x] if x := \"p\"", 2)]
    [InlineData("p := {x | x := p}", 2)]
    [InlineData("p := 1 if every x in [1] { p == x }", 2)]
    public void Recursion_is_found_when_a_policy_is_compiled(string rules, int row)
    {
        var outcome = RegoProgram.Compile([Parse("package a\n" + rules).Module!], new CompileOptions());
        var error = Assert.Single(outcome.Errors, error => error.Code == "rego_recursion_error");
        Assert.True(error.Row >= 2 && error.Row <= row + 1, error.ToString());
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("(", ")")]
    [InlineData("f(", ")")]
    [InlineData("[x | x := ", "]")]
    [InlineData("a[", "]")]
    public void A_module_that_nests_without_end_is_refused_with_its_place(string open, string close)
    {
        var text = new StringBuilder("package a\np := ").Insert(15, open, 50_000).Append('1');
        for (var at = 0; at < 50_000; at++)
        {
            text.Append(close);
        }

        var parsed = Parse(text.ToString());
        var errors = parsed.Module is null ? parsed.Errors : RegoProgram.Compile([parsed.Module], new CompileOptions()).Errors;
        Assert.Contains(errors, error => error.Code.StartsWith("rego_", StringComparison.Ordinal) && error.Row == 2);
    }

    [Fact]
    public void Input_that_nests_deeper_than_the_limit_is_refused_and_what_fits_is_compared_and_printed()
    {
        Assert.Null(ValueJson.Read(new string('[', 513) + new string(']', 513), ValueLimits.Default, out var problem));
        Assert.Contains("depth", problem, StringComparison.Ordinal);
        var program = Compile(
            "package a\nq := [input, [input]]\np if { q[0] == input; count(json.marshal(q)) > 1000; count({q, input}) == 2 }");
        var input = ValueJson.Read(new string('[', 512) + new string(']', 512), ValueLimits.Default, out _);
        Assert.Equal("true", program.Decide("a/p", new() { Input = input }, CancellationToken.None).Value!.ToString());
    }

    [Theory]
    [InlineData("x20000")]
    [InlineData("x20000 == y20000")]
    [InlineData("x20000 < y20000")]
    [InlineData("json.marshal(x20000)")]
    [InlineData("{\"a\": x20000} == {\"a\": y20000}")]
    public void Values_that_rules_nest_deeper_than_the_stack_end_the_evaluation_and_not_the_process(string expression)
    {
        var text = new StringBuilder("package a\nx0 := [1]\ny0 := [1]\n");
        var first = new StringBuilder("p := x if {\n");
        for (var at = 1; at <= 20_000; at++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"x{at} := [x{at - 1}]\ny{at} := [y{at - 1}]\n");
            first.Append(at % 500 == 0 ? $"x{at}\ny{at}\n" : "");
        }

        var program = Compile($"{text}{first}x := {expression}\n}}");
        Decision decision = default;
        var thread = new Thread(
            () => decision = program.Decide("a/p", new() { StrictBuiltinErrors = true }, CancellationToken.None), maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        Assert.Equal("eval_cancel_error", decision.Error?.Code);
        Assert.Contains("nested too deeply", decision.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_policy_compiles_in_time_that_grows_with_its_length()
    {
        var (some, many) = (CompileTime(2_000), CompileTime(16_000));
        Assert.True(many < TimeSpan.FromSeconds(1) + (some * 8 * 4), $"{some} for 2,000 rules, {many} for 16,000");
    }

    private static TimeSpan CompileTime(int rules)
    {
        var text = new StringBuilder("package many\n");
        for (var at = 0; at < rules; at++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"r{at} if {{ input.a == {at}; x := input.b[_]; x > {at} }}\n");
        }

        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        Compile(text.ToString());
        return System.Diagnostics.Stopwatch.GetElapsedTime(started);
    }

    private static string Chain(string name, string first, Func<string, string> next)
    {
        var text = new StringBuilder($"{name}0 := {first}\n");
        for (var at = 1; at <= Doublings; at++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name}{at} := {next($"{name}{at - 1}")}\n");
        }

        return text.ToString();
    }

    private static string Stop(string rules, EvaluationLimits? limits = null)
    {
        var error = Decide("package a\n" + rules, limits ?? Small, strict: true).Error;
        Assert.Equal("eval_cancel_error", error!.Code);
        Assert.Equal("m.rego", error.File);
        Assert.True(error.Row > 1);
        return error.Message;
    }

    private static Decision Decide(string module, EvaluationLimits limits, bool strict) =>
        Compile(module).Decide("a/p", new() { Limits = limits, StrictBuiltinErrors = strict }, CancellationToken.None);

    private static RegoProgram Compile(string module)
    {
        var parsed = Parse(module);
        Assert.Empty(parsed.Errors);
        var outcome = RegoProgram.Compile([parsed.Module!], new CompileOptions());
        Assert.Empty(outcome.Errors);
        return outcome.Program!;
    }

    private static ParseOutcome Parse(string module) => RegoModule.Parse(module, "m.rego", RegoVersion.V1);
}
