using Reeve.Languages.GoTemplate;
using Reeve.Languages.JmesPath;
using Reeve.Languages.Jq;
using Reeve.Languages.PolicyTemplates.Syntax;
using Reeve.Languages.XPath;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>The syntax of what other languages say inside strings: paths in terms, and the texts of incidents and mails.</summary>
internal static class Expressions
{
    // what a text can name beside its own functions
    private static readonly string[] _names =
    [
        "data", "parameters", "rs_org_id", "rs_org_name", "rs_project_id", "rs_project_name", "rs_cm_host", "rs_ss_host", "rs_optima_host",
        "rs_governance_host",
    ];

    public static void Check(string function, StringTerm text, Problems problems)
    {
        var error = function switch
        {
            "jmes_path" => JmesPathProgram.Parse(text.Value).Error,
            "jq" => JqProgram.Parse(text.Value, "marker").Error,
            _ => XPathProgram.Parse(text.Value).Error,
        };
        if (error is not null)
        {
            var name = function switch { "jmes_path" => "JMESPath", "jq" => "jq", _ => "XPath" };
            problems.Add(text.At, "Invalid expression", $"the {name} expression cannot be read: {error}", "correct the expression");
        }
    }

    public static void CheckText(StringTerm text, Problems problems)
    {
        if (GoTemplateProgram.Parse(text.Value, _names).Error is not { } error)
        {
            return;
        }

        // inside quotes, escapes move what follows them
        var at = text.IsHeredoc ? new SourcePoint(text.TextLine + error.Line - 1, error.Column) : text.At;
        problems.Add(at, "Invalid template", $"the text cannot be read: {error.Message}", "correct what stands between `{{` and `}}`");
    }
}
