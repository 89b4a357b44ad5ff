using Reeve.Flexera.Datasources;
using Reeve.Flexera.Evaluation;
using Reeve.Flexera.Incidents;
using Reeve.Languages.PolicyTemplates;

namespace Reeve.Flexera.Testing;

/// <summary>What the cases of a template reach: each datasource that a validation needs is evaluated, each validation raises an incident
/// once and holds once.</summary>
public sealed class TemplateCoverage
{
    private readonly PolicyTemplate _template;
    private readonly List<Validation> _validations;
    private readonly HashSet<string> _needed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _evaluated = new(StringComparer.Ordinal);
    private readonly HashSet<int> _raised = [];
    private readonly HashSet<int> _held = [];

    /// <summary>Of a template that no case has reached yet.</summary>
    public TemplateCoverage(PolicyTemplate template)
    {
        _template = template;
        _validations = Validation.Of(template);
        var waiting = new Queue<string>(_validations.SelectMany(v => v.Needs(template)));
        while (waiting.TryDequeue(out var name))
        {
            if (_needed.Add(name))
            {
                References.Of(template, template.Block("datasource", name)!).ToList().ForEach(waiting.Enqueue);
            }
        }
    }

    /// <summary>How much there is to reach.</summary>
    public int Total => _needed.Count + (2 * _validations.Count);

    /// <summary>How much of it was reached.</summary>
    public int Reached => _needed.Count(_evaluated.Contains) + _raised.Count + _held.Count;

    /// <summary>What was not reached: the line of the template, and what it is; in the order of the text.</summary>
    public IReadOnlyList<(int Line, string What)> Missed =>
    [
        .. _needed.Where(n => !_evaluated.Contains(n))
            .Select(n => (_template.Block("datasource", n)!.At.Line, $"datasource `{n}` was not evaluated"))
            .Concat(_validations.Where(v => !_raised.Contains(v.Index)).Select(v => (v.Block.At.Line, $"{Named(v)} raised no incident")))
            .Concat(_validations.Where(v => !_held.Contains(v.Index)).Select(v => (v.Block.At.Line, $"{Named(v)} never held")))
            .OrderBy(m => m.Line),
    ];

    /// <summary>Counts what one case reached.</summary>
    public void Add(RunReport report)
    {
        _evaluated.UnionWith(report.Profile.Where(p => p.Error is null).Select(p => p.Name));

        // an evaluation that failed judges nothing
        if (report.Errors.Count == 0)
        {
            var raised = report.Incidents.Select(i => i.Validate).ToHashSet();
            _raised.UnionWith(raised);
            _held.UnionWith(_validations.Select(v => v.Index).Where(i => !raised.Contains(i)));
        }
    }

    private static string Named(Validation validation) => $"`{validation.Block.Name} ${validation.Source}`";
}
