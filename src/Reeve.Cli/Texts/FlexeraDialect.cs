using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Format;
using Reeve.Languages.PolicyTemplates.Lint;

namespace Reeve.Cli.Texts;

/// <summary>Policy templates, <c>.pt</c>.</summary>
internal sealed class FlexeraDialect : IDialect
{
    public string Name => "policy template";

    public IReadOnlyList<string> Endings => [".pt"];

    public IReadOnlyList<TextReport> Check(IReadOnlyList<SourceText> texts, bool compileOnly) =>
        [.. texts.AsParallel().AsOrdered().Select(t => Check(t, compileOnly))];

    public (string? Text, TextReport Report) Format(SourceText text)
    {
        var (formatted, errors) = TemplateFormat.Format(text.Text);
        return (formatted, Report(text.File, errors, []));
    }

    private static TextReport Check(SourceText text, bool compileOnly)
    {
        var (template, errors) = PolicyTemplate.Compile(text.Text);
        return Report(text.File, errors, template is null || compileOnly ? [] : TemplateLint.Check(template));
    }

    private static TextReport Report(string file, IReadOnlyList<TemplateError> errors, IReadOnlyList<LintFinding> findings) => new(
        file,
        [
            .. errors.Select(e => new TextMessage(
                e.At.Line, e.At.Column, e.Problem, $"{e.Summary}; {e.Resolution}", new Dictionary<string, string>
                {
                    ["origin"] = e.Origin(Path.GetFileName(file)), ["problem"] = e.Problem, ["summary"] = e.Summary,
                    ["resolution"] = e.Resolution,
                })),
        ],
        [
            .. findings.Select(f => new TextMessage(
                f.At.Line, f.At.Column, f.Code, f.Message,
                new Dictionary<string, string> { ["code"] = f.Code, ["message"] = f.Message })),
        ]);
}
