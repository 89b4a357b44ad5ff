using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.Tests.PolicyTemplates;

public sealed class CompileTests
{
    [Fact]
    public void A_template_without_a_fault_compiles()
    {
        var (template, errors) = PolicyTemplate.Compile(Sample.Text);
        Assert.Empty(errors);
        Assert.Equal("Old disks", template!.Name);
        Assert.NotNull(template.Block("datasource", "ds_old"));
        Assert.Equal(2, template.Workflow("delete_all")!.Parameters.Length);
    }

    // what is replaced, by what, the problem, and a word of the summary
    [Theory]
    [InlineData("""name "Old disks" """, "", "Missing name", "`name`")]
    [InlineData("rs_pt_ver 20180301", "rs_pt_ver 2", "Invalid field value", "`2`")]
    [InlineData("""type "policy" """, """type "polisy" """, "Invalid field value", "polisy")]
    [InlineData("""severity "low" """, """severity "lou" """, "Invalid field value", "did you mean `low`?")]
    [InlineData("""default_frequency "daily" """, """default_frequency "dayly" """, "Invalid field value", "did you mean `daily`?")]
    [InlineData("""category "Cost" """, """categry "Cost" """, "Undefined variable or method", "did you mean `category`?")]
    [InlineData("""category "Cost" """, "category 5", "Invalid field value", "a string")]
    [InlineData("""category "Cost" """, "category \"Cost\"\ncategory \"Cost\"", "Duplicate field", "`category`")]
    [InlineData("""category "Cost" """, "tenancy \"multi\"", "Invalid field value", "multi")]
    [InlineData("""host "api.example.com" """, "", "Request missing host", "`host`")]
    [InlineData("auth $auth_cloud", "auth $auth_clod", "Invalid field value", "did you mean `auth_cloud`?")]
    [InlineData("auth $auth_cloud", "auth $param_days", "Invalid field value", "is a parameter")]
    [InlineData("auth $auth_cloud", "auth \"auth_cloud\"", "Invalid field value", "reference")]
    [InlineData("run_script $js_old, $ds_disks, $param_days", "", "Missing datasource fields", "`run_script`")]
    [InlineData("$js_old, $ds_disks, $param_days", "$js_old, $ds_disks", "Wrong number of arguments", "takes 2")]
    [InlineData("$js_old, $ds_disks, $param_days", "$js_old, $ds_disks, $param_dais", "Invalid field value",
        "did you mean `param_days`?")]
    [InlineData("escalate $esc_email", "escalate \"esc_email\"", "Invalid escalate argument", "escalation")]
    [InlineData("escalate $esc_email", "escalate $esc_mail", "Invalid escalate argument", "did you mean `esc_email`?")]
    [InlineData("check eq(val(item, \"id\"), \"\")", "check equ(1, 1)", "Undefined variable or method", "`equ`")]
    [InlineData("check eq(val(item, \"id\"), \"\")", "check eq(1)", "Wrong number of arguments", "`eq`")]
    [InlineData("check eq(val(item, \"id\"), \"\")", "check eq(val(itm, \"id\"), \"\")", "Undefined variable or method",
        "did you mean `item`?")]
    [InlineData("check eq(val(item, \"id\"), \"\")", "check eq(iter_item, \"\")", "Undefined variable or method", "no value here")]
    [InlineData("check eq(val(item, \"id\"), \"\")", "check val(item, 5)", "Invalid argument", "a string")]
    [InlineData("check eq(val(item, \"id\"), \"\")", "", "Missing check", "checks nothing")]
    [InlineData("escalate $esc_email", "hash_include \"a\"\nhash_exclude \"b\"", "Conflicting fields", "hash_include")]
    [InlineData("field \"id\" do\n        label", "field \"name\" do\n        label", "Missing id", "resource_level")]
    [InlineData("default 30", "default 0", "Invalid field value", "min_value")]
    [InlineData("default 30", "default \"30\"", "Invalid field value", "type `number`")]
    [InlineData("default 30", "allowed_values 1, 2\ndefault 30", "Invalid field value", "allowed_values")]
    [InlineData("min_value 1", "min_length 1", "Invalid field value", "no meaning")]
    [InlineData("default []", "allowed_pattern /^[a/\ndefault []", "Invalid regular expression", "/^[a/")]
    [InlineData("default []", "allowed_values \"a\"\nallowed_pattern /a/\ndefault []", "Conflicting fields", "allowed_pattern")]
    [InlineData("type \"list\"", "type \"boolean\"", "Invalid field value", "boolean")]
    [InlineData("label \"Addresses\"", "", "Missing label", "param_email")]
    [InlineData("label \"Addresses\"", "label \" \"", "Invalid field value", "blank")]
    [InlineData("schemes \"oauth2\"", "schemes \"oauth\"", "Invalid field value", "did you mean `oauth2`?")]
    [InlineData("uri true", "uri true\nquery \"q\"", "Missing set_page_marker fields", "exactly one")]
    [InlineData("uri true", "uri \"true\"", "Invalid field value", "`true` or `false`")]
    [InlineData("encoding \"json\"", "encoding \"yaml\"", "Invalid field value", "yaml")]
    [InlineData("encoding \"json\"", "encoding \"text\"", "Conflicting fields", "text")]
    [InlineData("ignore_status [403, 404]", "ignore_status [4]", "Invalid field value", "HTTP statuses")]
    [InlineData("ignore_status [403, 404]", "body \"a\"\nbody_field \"a\", \"b\"", "Conflicting fields", "body_field")]
    [InlineData("ignore_status [403, 404]", "run_script $js_old, $ds_disks, $param_days", "Conflicting fields", "run_script")]
    [InlineData("ignore_status [403, 404]", "verb \"FETCH\"", "Invalid field value", "FETCH")]
    [InlineData("run \"delete_all\", data, rs_org_id", "run \"delete_all\", data", "Wrong number of arguments", "delete_all")]
    [InlineData("run \"delete_all\", data, rs_org_id", "run \"delete_al\", data, rs_org_id", "Undefined variable or method", "delete_all")]
    [InlineData("$ds_disks, $param_days", "$ds_old, $param_days", "Circular datasources", "$ds_old")]
    [InlineData("datasource \"ds_old\"", "datasource \"ds_disks\"", "Duplicate definition", "ds_disks")]
    [InlineData("datasource \"ds_old\"", "datasource \"param_days\"", "Duplicate definition", "parameter")]
    [InlineData("type: \"javascript\"", "type: \"python\"", "Invalid field value", "python")]
    [InlineData("disks[*]", "disks[*", "Invalid expression", "JMESPath")]
    [InlineData("jmes_path(response, \"disks[*]\")", "jq(response, \".a |\")", "Invalid expression", "jq")]
    [InlineData("jmes_path(response, \"disks[*]\")", "xpath(response, \"//a[\")", "Invalid expression", "XPath")]
    [InlineData("{{ len data }} old", "{{ len dat }} old", "Invalid template", "`dat` not defined")]
    [InlineData("return { a: disk.id", "return ( a: disk.id", "Invalid script", "js_old")]
    public void What_is_wrong_is_said(string what, string by, string problem, string summary)
    {
        var errors = Sample.Broken(what.Trim(), by.Trim());
        Assert.Contains(errors, e => e.Problem == problem && e.Summary.Contains(summary, StringComparison.Ordinal));
        Assert.All(errors, e => Assert.NotEmpty(e.Resolution));
    }

    [Fact]
    public void All_errors_of_a_text_are_told_at_once_with_their_places()
    {
        var text = Sample.Text
            .Replace("severity \"low\"", "severity \"lou\"", StringComparison.Ordinal)
            .Replace("auth $auth_cloud", "auth $nobody", StringComparison.Ordinal)
            .Replace("escalate $esc_email", "escalate \"esc_email\"", StringComparison.Ordinal);
        var errors = PolicyTemplate.Compile(text).Errors;
        Assert.Equal(3, errors.Count(e => e.Problem.StartsWith("Invalid", StringComparison.Ordinal) || e.Problem.StartsWith("Undefined",
            StringComparison.Ordinal)));
        Assert.Equal(new SourcePoint(6, 10), errors[0].At);
        Assert.Equal($"template: f.pt, line: {Sample.LineOf("auth $auth_cloud")}", errors[1].Origin("f.pt"));
    }

    [Fact]
    public void A_missing_end_is_told_at_the_block_that_it_belongs_to()
    {
        var errors = Sample.Broken("    run_script".Trim() + " $js_old, $ds_disks, $param_days\nend",
            "run_script $js_old, $ds_disks, $param_days");
        var error = Assert.Single(errors);
        Assert.Equal("Missing end", error.Problem);
        Assert.Equal(Sample.LineOf("datasource \"ds_old\""), error.At.Line);
    }

    [Fact]
    public void A_forgotten_bracket_is_told_where_it_opens_and_hides_nothing_else()
    {
        var text = Sample.Text
            .Replace("check eq(val(item, \"id\"), \"\")", "check eq(val(item, \"id\"), \"\"", StringComparison.Ordinal)
            .Replace("run_script $js_old, $ds_disks, $param_days", "", StringComparison.Ordinal);
        var errors = PolicyTemplate.Compile(text).Errors;
        Assert.Equal(["Missing datasource fields", "Syntax error"], errors.Select(e => e.Problem));
        Assert.Equal("`(` has no `)`", errors[1].Summary);
    }

    [Fact]
    public void A_line_that_cannot_be_read_does_not_hide_what_follows()
    {
        var text = Sample.Text
            .Replace("host \"api.example.com\"", "host \"api.example.com\" \"x\"", StringComparison.Ordinal)
            .Replace("escalate $esc_email", "escalate $nobody", StringComparison.Ordinal);
        var errors = PolicyTemplate.Compile(text).Errors;
        Assert.Equal("Syntax error", errors[0].Problem);
        Assert.Contains(errors, e => e.Summary.Contains("nobody", StringComparison.Ordinal));
    }

    [Fact]
    public void A_heredoc_in_single_quotes_keeps_every_character()
    {
        var code = PolicyTemplate.Compile(Sample.Text).Template!.Block("script", "js_old")!.Value("code");
        var text = Assert.IsType<StringTerm>(code);
        Assert.StartsWith("  result = _.filter", text.Value, StringComparison.Ordinal);
        Assert.Contains(@"/\d+\n/", text.Value, StringComparison.Ordinal);
        Assert.EndsWith("  })\n", text.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<<-'EOS'\na\\n\n  EOS", "a\\n\n")]
    [InlineData("<<-EOS\na\\tb\n  EOS", "a\tb\n")]
    [InlineData("<<EOS\na\n  EOS\nEOS", "a\n  EOS\n")]
    [InlineData("<<-\"EOS\"\n\\d\nEOS", "\\d\n")]
    [InlineData("\"a\\\"b\\s\\n\\\\\"", "a\"b \n\\")]
    [InlineData("'a\\n\\'b\\\\'", "a\\n'b\\")]
    [InlineData("\"a\nb\"", "a\nb")]
    public void Strings_are_read_as_their_quotes_say(string written, string meant)
    {
        var template = Sample.Changed("category \"Cost\"", "category " + written);
        Assert.Equal(meant, template.Metadata("category"));
    }

    [Fact]
    public void A_definition_may_refer_to_one_that_follows()
    {
        Assert.True(Sample.LineOf("script \"js_old\"") > Sample.LineOf("run_script $js_old"));
    }

    [Fact]
    public void A_text_that_is_too_large_is_refused() =>
        Assert.Equal("Template too large", PolicyTemplate.Compile(new string('#', PolicyTemplate.LongestText + 1)).Errors[0].Problem);

    [Theory]
    [InlineData("[")]
    [InlineData("(")]
    [InlineData("{\"a\":")]
    [InlineData("eq(")]
    public void Deep_nesting_is_refused(string open)
    {
        var errors = PolicyTemplate.Compile("name " + string.Concat(Enumerable.Repeat(open, 20_000))).Errors;
        Assert.Contains(errors, e => e.Problem == "Nested too deeply");
    }

    [Theory]
    [InlineData("policy \"p\" do\n")]
    [InlineData("define a() do\nif true\n")]
    [InlineData("define a() do\n$x = (")]
    [InlineData("define a() do\n$x = !")]
    [InlineData("script \"a\", type: \"javascript\" do\ncode \"((((((((((\"\nend\n")]
    public void Nothing_that_is_repeated_without_end_brings_it_down(string part)
    {
        var errors = PolicyTemplate.Compile(string.Concat(Enumerable.Repeat(part, 20_000))).Errors;
        Assert.InRange(errors.Count, 1, 100);
    }

    [Theory]
    [InlineData("code \"x = 1 + 1\"", null)]
    [InlineData("code \"x = {a: 1 b: 2, c: function() { return 1 } d: 3}\"", null)]
    [InlineData("code \"x = a ? b : c; l: for (;;) { break l }\"", null)]
    [InlineData("code \"x = [1, 2\"", "Invalid script")]
    [InlineData("code \"function( {\"", "Invalid script")]
    public void Scripts_are_compiled_and_missing_commas_between_properties_forgiven(string code, string? problem)
    {
        var text = Sample.Text[..Sample.Text.IndexOf("script \"js_old\"", StringComparison.Ordinal)]
            + "script \"js_old\", type: \"javascript\" do\nparameters \"ds_disks\", \"param_days\"\nresult \"x\"\n" + code + "\nend\n"
            + Sample.Text[Sample.Text.IndexOf("policy \"pol_disks\"", StringComparison.Ordinal)..];
        Assert.Equal(problem, PolicyTemplate.Compile(text).Errors.FirstOrDefault()?.Problem);
    }

    [Fact]
    public void An_expression_of_a_script_that_has_no_end_is_refused_before_it_is_compiled()
    {
        var code = "x = " + string.Concat(Enumerable.Repeat("1+", 100_000)) + "1";
        Assert.Contains("operators", Reeve.Languages.JavaScript.ScriptSyntax.Check(code)!.Message, StringComparison.Ordinal);
    }
}
