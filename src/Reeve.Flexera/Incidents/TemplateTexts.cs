using Reeve.Flexera.Terms;
using Reeve.Languages.Data;
using Reeve.Languages.GoTemplate;

namespace Reeve.Flexera.Incidents;

/// <summary>Renders the texts of a template: Go's text/template, with the words that Flexera adds.</summary>
internal sealed class TemplateTexts(IReadOnlyDictionary<string, object?> parameters, Func<string, object?> word)
{
    private static readonly string[] _words =
    [
        "rs_org_id", "rs_org_name", "rs_project_id", "rs_project_name", "rs_cm_host", "rs_ss_host", "rs_optima_host", "rs_governance_host",
    ];

    private static readonly string[] _names = ["data", "parameters", .. _words];

    /// <summary>The text made of violation data.</summary>
    /// <exception cref="TermFault">It cannot be rendered.</exception>
    public string Render(string text, object? data, CancellationToken cancellationToken)
    {
        var (program, error) = GoTemplateProgram.Parse(text, _names);
        if (program is null)
        {
            throw new TermFault(error!.ToString());
        }

        var given = new OrderedDictionary<string, object?>(parameters, StringComparer.Ordinal);
        var functions = new Dictionary<string, Func<object?[], object?>>(StringComparer.Ordinal)
        {
            ["data"] = _ => data,
            ["parameters"] = _ => given,
        };
        var dot = new OrderedDictionary<string, object?>(StringComparer.Ordinal) { ["data"] = data, ["parameters"] = given };
        foreach (var name in _words)
        {
            // ids are whole numbers, however large
            var value = word(name) is double number && number == Math.Floor(number) && Math.Abs(number) < 9e15 ? (long)number : word(name);
            functions[name] = _ => value;
            dot[name] = value;
        }

        var (rendered, fault) = program.Render(dot, functions, EvaluationLimits.Usual, cancellationToken);
        return rendered ?? throw new TermFault(fault!.ToString());
    }
}
