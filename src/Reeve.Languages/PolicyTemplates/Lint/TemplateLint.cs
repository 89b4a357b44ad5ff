using Reeve.Languages.PolicyTemplates.Compiler;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Lint;

/// <summary>What compiles and is likely not what the author wants.</summary>
public static class TemplateLint
{
    /// <summary>All findings, in the order of the text.</summary>
    public static IReadOnlyList<LintFinding> Check(PolicyTemplate template)
    {
        var findings = new List<LintFinding>(template.Notes);
        Orphans.Find(template, findings);
        ScriptCalls.Find(template, findings);
        VolatileFields.Find(template, findings);
        Requests.Find(template, findings);
        Blocks(template, findings);
        return [.. findings.OrderBy(f => f.At.Line).ThenBy(f => f.At.Column)];
    }

    private static void Blocks(PolicyTemplate template, List<LintFinding> findings)
    {
        foreach (var block in template.Tree.Definitions)
        {
            switch (block.Name)
            {
                case "auth":
                    findings.Add(new(block.At, "deprecated-block", "`auth` is deprecated: use `credentials`, which the applier chooses"));
                    break;
                case "permission" or "resources":
                    findings.Add(new(block.At, "deprecated-block", $"`{block.Name}` is deprecated: use a `datasource` with a `request`"));
                    break;
                case "long_description" when block.Label is { Length: > 0 }:
                    findings.Add(new(block.At, "defunct-field", "`long_description` is shown nowhere: leave it empty"));
                    break;
                case "name" when block.Label is { Length: > 128 }:
                    findings.Add(new(block.At, "long-name",
                        "a name of more than 128 characters is refused when the template is published"));
                    break;
                case "datasource" when block.Named.Length > 0:
                    findings.Add(new(block.Named[0].At, "ignored-argument", $"`{block.Named[0].Name}` means nothing for a datasource"));
                    break;
                case "policy":
                    Validations(block, findings);
                    break;
            }
        }
    }

    private static void Validations(Definition policy, List<LintFinding> findings)
    {
        foreach (var validate in policy.Fields)
        {
            if (validate.Field("summary_template") is null)
            {
                findings.Add(new(validate.At, "missing-summary", "without a `summary_template` the incident has no title"));
            }
            else if (validate.Text("summary_template")?.Contains('\n', StringComparison.Ordinal) == true)
            {
                findings.Add(new(validate.Field("summary_template")!.At, "long-summary",
                    "a summary is one line: put the rest into `detail_template`"));
            }
        }
    }
}
