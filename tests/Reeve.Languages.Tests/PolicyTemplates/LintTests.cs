using Reeve.Languages.PolicyTemplates.Lint;

namespace Reeve.Languages.Tests.PolicyTemplates;

public sealed class LintTests
{
    [Fact]
    public void A_template_without_a_fault_has_no_findings() =>
        Assert.Empty(TemplateLint.Check(Sample.Changed("type \"policy\"", "type \"policy\"")));

    [Theory]
    [InlineData("email $param_email", "email \"a@example.com\"", "unused-parameter", "param_email")]
    [InlineData("auth $auth_cloud\n", "\n", "", "")]
    [InlineData("pagination $pages", "", "unused-pagination", "pages")]
    [InlineData("escalate $esc_email", "", "unused-escalation", "esc_email")]
    [InlineData("escalate $esc_email", "", "unused-define", "delete_one")]
    [InlineData("validate_each $ds_old", "validate_each $ds_disks", "unused-datasource", "ds_old")]
    [InlineData("validate_each $ds_old", "validate_each $ds_disks", "unused-script", "js_old")]
    [InlineData("field \"id\" do\n        label", "field \"savings\" do\nend\nfield \"id\" do\n        label", "volatile-field", "savings")]
    [InlineData("field \"id\" do\n        label", "field \"daysOld\" do\nend\nfield \"id\" do\n        label", "volatile-field", "daysOld")]
    [InlineData("$js_old, $ds_disks, $param_days", "$js_old, $param_days, $ds_disks", "argument-order", "datasources")]
    [InlineData("$js_old, $ds_disks, $param_days", "$js_old, $param_days, $ds_disks", "exchanged-argument", "ds_disks")]
    [InlineData("to_s($param_days)", "$param_days", "number-in-query", "to_s($param_days)")]
    [InlineData("to_s($param_days)", "rs_org_id", "number-in-query", "to_s(rs_org_id)")]
    [InlineData("&& param_days > 0", "", "unused-script-parameter", "param_days")]
    [InlineData("result \"result\"", "result \"answer\"", "missing-result", "answer")]
    [InlineData("long_description \"\"", "long_description \"x\"", "defunct-field", "long_description")]
    [InlineData("summary_template \"{{ len data }} old disks\"", "", "missing-summary", "title")]
    [InlineData("call delete_one($disk, $org)", "call delete_on($disk, $org)", "undefined-define", "did you mean `delete_one`?")]
    [InlineData("call delete_one($disk, $org)", "call delete_one($disk)", "wrong-number-of-arguments", "takes 2")]
    [InlineData("type \"list\"", "type \"list\"\ntype \"list\"", "duplicate-field", "says the same")]
    [InlineData("if $response[\"code\"] != 204 &&", "if $x = 3\nend\nif $response[\"code\"] != 204 &&", "assignment-in-condition",
        "compares")]
    public void A_likely_mistake_is_found(string what, string by, string code, string says)
    {
        var findings = TemplateLint.Check(Sample.Changed(what, by));
        if (code.Length == 0)
        {
            Assert.Empty(findings);
            return;
        }

        Assert.Contains(findings, f => f.Code == code && f.Message.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void A_volatile_field_that_the_hash_leaves_out_is_fine() =>
        Assert.Empty(TemplateLint.Check(Sample.Changed(
            "export do", "hash_exclude \"cost.saved\", \"cost\"\nexport do\nfield \"savings\" do\npath \"cost.saved\"\nend")));

    [Fact]
    public void A_datasource_that_is_handed_only_to_wait_for_it_is_fine() =>
        Assert.Empty(TemplateLint.Check(Sample.Changed("_.filter(ds_disks,", "_.filter([],")));
}
