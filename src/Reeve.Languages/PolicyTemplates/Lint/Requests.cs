using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Lint;

/// <summary>Requests that do something else than they say.</summary>
internal static class Requests
{
    public static void Find(PolicyTemplate template, List<LintFinding> findings)
    {
        foreach (var datasource in template.Tree.Definitions.Where(d => d.Name == "datasource"))
        {
            foreach (var field in datasource.FieldsNamed("request").SelectMany(r => r.Fields))
            {
                switch (field.Name)
                {
                    case "query" when field.Arguments is [_, var value] && IsNumber(template, value):
                        findings.Add(new(
                            value.At, "number-in-query",
                            $"the original leaves out a query value that is a number: write `to_s({Text(value)})`"));
                        break;
                    case "scheme" when field.Arguments is [StringTerm { Value: "http" }]:
                        findings.Add(new(field.At, "insecure-scheme", "`http` sends everything readable: use `https`"));
                        break;
                }
            }
        }
    }

    private static bool IsNumber(PolicyTemplate template, Term value) => value switch
    {
        NumberTerm => true,
        WordTerm { Name: "rs_org_id" or "rs_project_id" } => true,
        CallTerm { Name: "to_n" or "size" or "inc" or "dec" or "prod" or "div" or "mod" } => true,
        ReferenceTerm reference => template.Block("parameter", reference.Name)?.Text("type") == "number",
        _ => false,
    };

    private static string Text(Term value) => value switch
    {
        NumberTerm number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        WordTerm word => word.Name,
        ReferenceTerm reference => "$" + reference.Name,
        CallTerm call => call.Name + "(…)",
        _ => "…",
    };
}
