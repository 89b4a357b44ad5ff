namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>Collects the errors of one template, the first hundred.</summary>
internal sealed class Problems
{
    public const int Most = 100;

    public const string TooDeep = "Nested too deeply";

    private readonly List<TemplateError> _errors = [];
    private bool _isTooDeep;
    private readonly HashSet<(SourcePoint, string)> _seen = [];

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<TemplateError> Sorted =>
        [.. _errors.OrderBy(e => e.At.Line).ThenBy(e => e.At.Column).Take(Most)];

    public int Count => _errors.Count;

    /// <summary>What compiles and is likely a mistake.</summary>
    public List<LintFinding> Notes { get; } = [];

    public void Note(SourcePoint at, string code, string message)
    {
        if (Notes.Count < Most * 10)
        {
            Notes.Add(new LintFinding(at, code, message));
        }
    }

    public void Add(SourcePoint at, string problem, string summary, string resolution)
    {
        // where reading was given up for depth, every bracket around it looks open
        if (_isTooDeep && problem == "Syntax error")
        {
            return;
        }

        _isTooDeep |= problem == TooDeep;

        // a text of a megabyte of nothing but mistakes must not become a gigabyte of messages
        if (_errors.Count < Most * 10 && _seen.Add((at, problem)))
        {
            _errors.Add(new TemplateError(at, problem, summary, resolution));
        }
    }
}
