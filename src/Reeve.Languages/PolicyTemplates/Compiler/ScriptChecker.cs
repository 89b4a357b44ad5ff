using Reeve.Languages.JavaScript;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>The syntax of the JavaScript inside a template.</summary>
internal static class ScriptChecker
{
    public static void Check(TemplateTree tree, Problems problems)
    {
        foreach (var script in tree.Definitions.Where(d => d.Name == "script"))
        {
            if (script.Value("code") is not StringTerm code || ScriptSyntax.Check(code.Value) is not { } error)
            {
                continue;
            }

            // inside quotes, lines that are escapes have no place of their own
            var at = code.IsHeredoc ? new SourcePoint(code.TextLine + error.Line - 1, 1) : code.At;
            problems.Add(
                at, "Invalid script", $"`{script.Label}`: {error.Message}",
                "scripts are JavaScript as of ECMAScript 5; correct the line, or the one before it");
        }
    }
}
