using Reeve.Languages.PolicyTemplates;

namespace Reeve.Flexera.Tests;

/// <summary>What would wait for itself for ever does not compile.</summary>
public sealed class CircleTests
{
    private const string Script = "script \"js\", type: \"javascript\" do\nparameters \"x\"\nresult \"x\"\ncode \"\"\nend\n";

    [Theory]
    [InlineData("datasource \"a\" do\nrequest do\nhost val($a, \"h\")\nend\nend\n", "`$a` needs `$a`")]
    [InlineData("datasource \"a\" do\nrun_script $js, $b\nend\ndatasource \"b\" do\nrun_script $js, $a\nend\n",
        "`$a` needs `$b` needs `$a`")]
    [InlineData("datasource \"a\" do\niterate $b\nfield \"x\", iter_item\nend\n"
        + "datasource \"b\" do\nrequest do\nrun_script $js, $a\nend\nend\n",
        "`$a` needs `$b` needs `$a`")]
    [InlineData("datasource \"a\" do\nrequest do\nauth $k\nhost \"h\"\nend\nend\n"
        + "credentials \"k\" do\nschemes \"aws\"\nlabel \"k\"\naws_account_number $a\nend\n", "`$a` needs `$a`")]
    [InlineData("datasource \"a\" do\nrequest do\nhost \"h\"\nend\nresult do\nfield \"x\", val($b, \"x\")\nend\nend\n"
        + "datasource \"b\" do\nfield \"x\", val($a, \"x\")\nend\n", "`$a` needs `$b` needs `$a`")]
    public void A_circle_is_shown(string text, string circle)
    {
        var (template, errors) = PolicyTemplate.Compile(
            $"{Runs.Head}{Script}{text}policy \"p\" do\nvalidate $a do\ndetail_template \"\"\ncheck true\nend\nend\n");
        Assert.Null(template);
        Assert.Equal(circle, Assert.Single(errors, e => e.Problem == "Circular datasources").Summary);
    }
}
