using System.Text;

namespace Reeve.Cli.Tests.Rego;

/// <summary><c>reeve test</c> on tests in Rego.</summary>
public sealed class TestVerbTests : RegoFolder
{
    private const string Shop = """
        package shop

        allow if input.role == "admin"

        allow if {
        	input.role == "clerk"
        	input.hour < 18
        }

        total(xs) := sum(xs)
        """;

    private const string Tests = """
        package shop_test

        import data.shop

        test_admin if shop.allow with input as {"role": "admin"}

        test_late if {
        	not shop.allow with input as {"role": "clerk", "hour": 20}
        }
        """;

    [Fact]
    public async Task Tests_that_hold_are_counted_and_told_when_asked()
    {
        Write("shop.rego", Shop);
        var file = Write("shop_test.rego", Tests);
        var told = await RunAsync("test", Folder.Path);
        Assert.Equal(ExitCode.Fine, told.Code);
        Assert.Equal("PASS: 2/2\n", told.Out);
        var verbose = await RunAsync("test", "-v", Folder.Path);
        Assert.StartsWith($"{file}:\ndata.shop_test.test_admin: PASS (", verbose.Out, StringComparison.Ordinal);
        Assert.Equal("PASS: 1/1\n", (await RunAsync("test", Folder.Path, "--run", "admin$")).Out);
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("test", Folder.Path, "--run", "(")).Code);
    }

    [Fact]
    public async Task A_failing_test_shows_the_statement_and_what_its_variables_were()
    {
        Write("shop.rego", Shop);
        var file = Write("a_test.rego", """
            package a_test

            test_sum if {
            	a := 1
            	b := data.shop.total([1, 2])
            	a + b == 5
            }
            """);
        var told = await RunAsync("test", Folder.Path);
        Assert.Equal(ExitCode.Found, told.Code);
        var shown = $"\n  {file}:6:\n    a + b == 5\n    |   |\n    |   3\n    1\n";
        Assert.Contains(shown, told.Out, StringComparison.Ordinal);
        Assert.EndsWith("FAIL: 1/1\n", told.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_to_be_done_is_skipped_and_what_breaks_is_an_error()
    {
        Write("a_test.rego", """
            package a_test

            todo_test_later if false

            test_two_values if f(1) == 1

            f(x) := 1 if x == 1

            f(x) := 2 if x > 0
            """);
        var told = await RunAsync("test", Folder.Path);
        Assert.Contains("data.a_test.todo_test_later: SKIPPED\n", told.Out, StringComparison.Ordinal);
        Assert.Contains("eval_conflict_error: functions must not", told.Out, StringComparison.Ordinal);
        Assert.EndsWith("SKIPPED: 1/2\nERROR: 1/2\n", told.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Found, (await RunAsync("test", Folder.Path, "-r", "later")).Code);
        Assert.Equal(ExitCode.Fine, (await RunAsync("test", Folder.Path, "-r", "later", "--exit-zero-on-skipped")).Code);
    }

    [Fact]
    public async Task Two_tests_of_one_name_are_two_tests()
    {
        Write("a_test.rego", "package a\n\ntest_x if 1 == 1\n\ntest_x if 1 == 2\n");
        var told = await RunAsync("test", "-v", Folder.Path);
        Assert.Contains("data.a.test_x: PASS", told.Out, StringComparison.Ordinal);
        Assert.Contains("data.a.test_x#01: FAIL", told.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cases_of_a_test_are_judged_one_by_one()
    {
        Write("a_test.rego", """
            package a

            test_cases[note] if {
            	some note, tc in {
            		"one": {"in": 1, "out": 2},
            		"two words": {"in": 2, "out": 5},
            	}
            	tc["in"] + 1 == tc.out
            }
            """);
        var told = await RunAsync("test", "-v", Folder.Path);
        Assert.Contains("\n  one: PASS\n  two words: FAIL\n", told.Out, StringComparison.Ordinal);
        Assert.EndsWith("PASS: 1/2\nFAIL: 1/2\n", told.Out, StringComparison.Ordinal);
        var json = (await RunAsync("test", "-f", "json", Folder.Path)).Json[0];
        Assert.True(json.GetProperty("sub_results").GetProperty("two words").GetProperty("fail").GetBoolean());
        Assert.False(json.GetProperty("sub_results").GetProperty("one").TryGetProperty("fail", out _));
    }

    [Fact]
    public async Task What_a_test_prints_stays_with_it()
    {
        Write("a_test.rego", "package a\n\ntest_x if {\n\tprint(\"seen\", 1)\n\tfalse\n}\n");
        Assert.Contains("\n  seen 1\n\n", (await RunAsync("test", Folder.Path)).Out, StringComparison.Ordinal);
        var json = (await RunAsync("test", "--output", "json", Folder.Path)).Json[0];
        Assert.Equal("seen 1\n", Encoding.UTF8.GetString(json.GetProperty("output").GetBytesFromBase64()));
        Assert.True(json.GetProperty("fail").GetBoolean());
    }

    [Fact]
    public async Task What_tests_reach_is_measured_and_can_be_asked_for()
    {
        var file = Write("shop.rego", Shop);
        Write("shop_test.rego", Tests);
        var told = await RunAsync("test", "--coverage", Folder.Path);
        Assert.Equal(ExitCode.Fine, told.Code);
        var covered = told.Json.GetProperty("files").GetProperty(file);
        Assert.Equal(2, covered.GetProperty("not_covered_lines").GetInt32());
        Assert.Equal(5, covered.GetProperty("not_covered")[0].GetProperty("start").GetProperty("row").GetInt32());
        Assert.Equal(10, covered.GetProperty("not_covered")[1].GetProperty("start").GetProperty("row").GetInt32());
        var short_ = await RunAsync("test", "--threshold", "99.5", Folder.Path);
        Assert.Equal(ExitCode.Found, short_.Code);
        Assert.Contains("threshold not met", short_.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("test", "--threshold", "101", Folder.Path)).Code);
    }

    [Fact]
    public async Task A_policy_that_does_not_compile_and_a_test_that_never_ends_are_told()
    {
        var broken = Write("broken/a.rego", "package a\n\nx if {\n");
        var told = await RunAsync("test", Folder.At("broken"));
        Assert.Equal(ExitCode.WrongInput, told.Code);
        Assert.StartsWith($"1 error occurred: {broken}:", told.Error, StringComparison.Ordinal);
        Write("slow/a_test.rego", "package a\n\ntest_x if numbers.range(1, 9000)[_] + numbers.range(1, 9000)[_] < 0\n");
        var slow = await RunAsync("test", "--timeout", "30ms", Folder.At("slow"));
        Assert.Contains("eval_cancel_error", slow.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("test", Folder.At("absent"))).Code);
    }
}
