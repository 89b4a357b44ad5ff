namespace Reeve.Cli.Tests.Rego;

/// <summary><c>reeve eval</c> on files.</summary>
public sealed class EvalVerbTests : RegoFolder
{
    private const string Shop = """
        package shop

        default allow := false

        allow if {
        	some role in input.roles
        	role == "admin"
        }

        names contains x if some x in ["a", "b"]

        half(x) := x / 2

        never if {
        	1 == 2
        }
        """;

    [Fact]
    public async Task The_answer_is_json_with_the_query_and_its_place()
    {
        var policy = Write("shop.rego", Shop);
        var input = Write("in.json", """{"roles": ["admin"]}""");
        var told = await RunAsync("eval", "-d", policy, "-i", input, "data.shop.allow");
        Assert.Equal(ExitCode.Fine, told.Code);
        var expression = told.Json.GetProperty("result")[0].GetProperty("expressions")[0];
        Assert.True(expression.GetProperty("value").GetBoolean());
        Assert.Equal("data.shop.allow", expression.GetProperty("text").GetString());
        Assert.Equal(1, expression.GetProperty("location").GetProperty("col").GetInt32());
        Assert.Equal("{}\n", (await RunAsync("eval", "-d", policy, "data.shop.never")).Out);
    }

    [Fact]
    public async Task What_is_left_while_the_input_is_unknown_is_printed_in_three_forms()
    {
        var policy = Write("shop.rego", Shop + "\ndefault level := 0\n\nlevel := 1 if input.x\n");
        string[] ask = ["eval", "-d", policy, "--partial", "-f"];

        var plain = await RunAsync([.. ask, "source", "data.shop.allow == true"]);
        Assert.Equal("# Query 1\ninput.roles[__local0__] = \"admin\"\n", plain.Out);
        var beside = await RunAsync([.. ask, "source", "data.shop.level = x"]);
        Assert.Contains("# Module 1\npackage partial.shop\n\ndefault level := 0\n", beside.Out, StringComparison.Ordinal);
        var trees = (await RunAsync([.. ask, "json", "data.shop.allow == true"])).Json.GetProperty("partial").GetProperty("queries");
        Assert.Equal("eq", trees[0][0].GetProperty("terms")[0].GetProperty("value")[0].GetProperty("value").GetString());
        Assert.Contains("| Query 1 ", (await RunAsync([.. ask, "pretty", "data.shop.allow == true"])).Out, StringComparison.Ordinal);
        Assert.Equal("undefined\n", (await RunAsync([.. ask, "pretty", "data.shop.never"])).Out);
        Assert.Equal(ExitCode.Found, (await RunAsync([.. ask, "json", "--fail", "data.shop.never"])).Code);
    }

    [Fact]
    public async Task What_is_unknown_may_be_named_and_what_is_wrong_with_it_is_told()
    {
        var policy = Write("shop.rego", Shop);
        var input = Write("in.json", """{"roles": ["x"]}""");

        var left = await RunAsync(
            "eval", "-d", policy, "-i", input, "-p", "-u", "data.more", "-f", "source", "input.roles[_] == data.more[_]");
        Assert.StartsWith("# Query 1\n\"x\" = data.more[", left.Out, StringComparison.Ordinal);

        var wrong = await RunAsync("eval", "-p", "-u", "elsewhere", "-f", "pretty", "input.x");
        Assert.Equal(ExitCode.WrongInput, wrong.Code);
        Assert.Contains("`elsewhere` is no reference", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("not as `raw`", (await RunAsync("eval", "-p", "-f", "raw", "input.x")).Error, StringComparison.Ordinal);
        Assert.Contains("give both", (await RunAsync("eval", "-f", "source", "input.x")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("values", "[\n  true\n]\n[\n  true\n]\n")]
    [InlineData("bindings", "{\n  \"x\": \"a\"\n}\n{\n  \"x\": \"b\"\n}\n")]
    [InlineData("raw", "true\ntrue\n")]
    [InlineData("pretty", "+-----+\n|  x  |\n+-----+\n| \"a\" |\n| \"b\" |\n+-----+\n")]
    public async Task Each_form_prints_a_row_for_each_answer(string form, string expected)
    {
        var policy = Write("shop.rego", Shop);
        Assert.Equal(expected, (await RunAsync("eval", "-d", policy, "-f", form, "x = data.shop.names[_]")).Out);
    }

    [Theory]
    [InlineData("data.shop.names", "pretty", "[\n  \"a\",\n  \"b\"\n]\n")]
    [InlineData("data.shop.never", "pretty", "undefined\n")]
    [InlineData("\"<&>\"", "json", "\\u003c\\u0026\\u003e")]
    [InlineData("\"a b\"", "raw", "a b\n")]
    [InlineData("{\"a\": 1}", "raw", "{\"a\":1}\n")]
    [InlineData("1; 2", "raw", "1 2\n")]
    [InlineData("1; 2", "discard", "\"result\": \"discarded\"")]
    public async Task A_lone_value_is_printed_as_it_is(string query, string form, string expected)
    {
        var policy = Write("shop.rego", Shop);
        Assert.Contains(expected, (await RunAsync("eval", "-d", policy, "-f", form, query)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whether_there_is_an_answer_can_be_the_exit_code()
    {
        var policy = Write("shop.rego", Shop);
        Assert.Equal(ExitCode.Found, (await RunAsync("eval", "-d", policy, "--fail", "data.shop.never")).Code);
        Assert.Equal(ExitCode.Fine, (await RunAsync("eval", "-d", policy, "--fail", "data.shop.allow")).Code);
        Assert.Equal(ExitCode.Found, (await RunAsync("eval", "-d", policy, "--fail-defined", "data.shop.allow")).Code);
        Assert.Equal(ExitCode.Fine, (await RunAsync("eval", "-d", policy, "--fail-defined", "data.shop.never")).Code);
    }

    [Fact]
    public async Task Errors_are_told_with_their_code_and_place_and_end_with_2()
    {
        var broken = Write("broken.rego", "package shop\n\nallow if {\n\tx ==\n}\n");
        var pretty = await RunAsync("eval", "-d", broken, "-f", "pretty", "data.shop");
        Assert.Equal(ExitCode.WrongInput, pretty.Code);
        Assert.StartsWith($"1 error occurred: {broken}:5: rego_parse_error: ", pretty.Error, StringComparison.Ordinal);
        var json = await RunAsync("eval", "-d", broken, "data.shop");
        var error = json.Json.GetProperty("errors")[0];
        Assert.Equal("rego_parse_error", error.GetProperty("code").GetString());
        Assert.Equal(broken, error.GetProperty("location").GetProperty("file").GetString());
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("eval", "data.shop.f(y)")).Code);
        Assert.Contains("no such file", (await RunAsync("eval", "-d", Folder.At("absent.rego"), "1")).Out, StringComparison.Ordinal);
        Assert.Contains("malformed", (await RunAsync("eval", "-i", Write("in.json", "{"), "1")).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("eval")).Code);
    }

    [Fact]
    public async Task Data_lies_where_its_folder_and_its_prefix_say()
    {
        Write("d/users/data.json", """{"ann": 1}""");
        Write("d/b.yaml", "limit: 5");
        var more = Write("more.json", """{"x": true}""");
        var told = await RunAsync("eval", "-d", Folder.At("d"), "-d", $"a.b:{more}", "-f", "raw", "data");
        Assert.Equal("""{"a":{"b":{"x":true}},"limit":5,"users":{"ann":1}}""" + "\n", told.Out);
    }

    [Fact]
    public async Task Input_and_query_can_be_piped()
    {
        Assert.Equal("3\n", (await RunWithAsync("""{"a": 3}""", "eval", "-I", "-f", "raw", "input.a")).Out);
        Assert.Equal("4\n", (await RunWithAsync("2 + 2", "eval", "--stdin", "-f", "raw")).Out);
        Assert.Equal("a\n", (await RunWithAsync("a: [a]", "eval", "--stdin-input", "-f", "raw", "input.a[0]")).Out);
    }

    [Fact]
    public async Task Packages_and_imports_give_the_query_its_names()
    {
        var policy = Write("shop.rego", Shop);
        Assert.Equal("2\n", (await RunAsync("eval", "-d", policy, "--package", "shop", "-f", "raw", "half(4)")).Out);
        Assert.Equal("3\n", (await RunAsync("eval", "-d", policy, "--import", "data.shop as s", "-f", "raw", "s.half(6)")).Out);
    }

    [Fact]
    public async Task A_failing_builtin_is_undefined_an_error_or_told_beside()
    {
        Assert.Equal("{}\n", (await RunAsync("eval", "1 / 0")).Out);
        var strict = await RunAsync("eval", "--strict-builtin-errors", "1 / 0");
        Assert.Equal(ExitCode.WrongInput, strict.Code);
        Assert.Equal("eval_builtin_error", strict.Json.GetProperty("errors")[0].GetProperty("code").GetString());
        var shown = await RunAsync("eval", "--show-builtin-errors", "1 / 0");
        Assert.Equal(ExitCode.Fine, shown.Code);
        Assert.Contains("divide by zero", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_happened_is_explained_timed_and_covered()
    {
        var policy = Write("shop.rego", Shop);
        var full = await RunAsync("eval", "-d", policy, "--explain", "full", "-f", "pretty", "data.shop.never");
        Assert.Contains("Enter data.shop.never", full.Out, StringComparison.Ordinal);
        Assert.Contains("Fail 1 == 2", full.Out, StringComparison.Ordinal);
        var profiled = await RunAsync("eval", "-d", policy, "--profile", "data.shop");
        Assert.NotEqual(0, profiled.Json.GetProperty("profile").GetArrayLength());
        Assert.True(profiled.Json.GetProperty("metrics").TryGetProperty("timer_rego_query_eval_ns", out _));
        var covered = (await RunAsync("eval", "-d", policy, "--coverage", "data.shop.never")).Json.GetProperty("coverage");
        var file = covered.GetProperty("files").GetProperty(policy);
        Assert.Equal(15, file.GetProperty("covered")[0].GetProperty("start").GetProperty("row").GetInt32());
        Assert.Equal(1, file.GetProperty("covered_lines").GetInt32());
    }

    [Fact]
    public async Task The_language_before_1_0_is_read_when_asked_for()
    {
        var old = Write("old.rego", "package old\n\nallow { input.x }\n");
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("eval", "-d", old, "data.old")).Code);
        Assert.Equal(ExitCode.Fine, (await RunAsync("eval", "--v0-compatible", "-d", old, "data.old")).Code);
    }

    [Fact]
    public async Task What_prints_prints_to_standard_error_and_what_runs_away_is_stopped()
    {
        var policy = Write(
            "p.rego", "package p\n\nq if print(\"hello\", 1)\n\nr if {\n\tnumbers.range(1, 9000)[_] + numbers.range(1, 9000)[_] < 0\n}\n");
        Assert.Equal("hello 1\n", (await RunAsync("eval", "-d", policy, "data.p.q")).Error);
        var stopped = await RunAsync("eval", "-d", policy, "--timeout", "50ms", "data.p.r");
        Assert.Equal("eval_cancel_error", stopped.Json.GetProperty("errors")[0].GetProperty("code").GetString());
    }
}
