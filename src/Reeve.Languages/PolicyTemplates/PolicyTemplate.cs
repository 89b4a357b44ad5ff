using System.Text;
using Reeve.Languages.CloudWorkflow;
using Reeve.Languages.PolicyTemplates.Compiler;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates;

/// <summary>A policy template that compiled: every name in it is resolved.</summary>
public sealed class PolicyTemplate
{
    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int LongestText = 1024 * 1024;

    private readonly Registry _registry;

    private PolicyTemplate(TemplateTree tree, Registry registry, List<LintFinding> notes)
    {
        Tree = tree;
        _registry = registry;
        Notes = notes;
    }

    /// <summary>As written.</summary>
    public TemplateTree Tree { get; }

    /// <summary>Its name.</summary>
    public string Name => Metadata("name") ?? "";

    /// <summary>What one of the fields of the metadata says, or null.</summary>
    public string? Metadata(string field) =>
        Tree.Definitions.FirstOrDefault(d => d.Name == field) is { Arguments: [StringTerm text, ..] } ? text.Value : null;

    /// <summary>The block of that kind and name, or null.</summary>
    public Definition? Block(string kind, string name) => _registry.Find(kind, name);

    /// <summary>The workflow of that name, or null.</summary>
    public WorkflowDefinition? Workflow(string name) => _registry.Workflows.GetValueOrDefault(name);

    internal Registry Registry => _registry;

    internal IReadOnlyList<LintFinding> Notes { get; }

    /// <summary>Reads a template: either it, or all that is wrong with the text, in the order of the text.</summary>
    public static (PolicyTemplate? Template, IReadOnlyList<TemplateError> Errors) Compile(string text)
    {
        var problems = new Problems();
        if (Encoding.UTF8.GetByteCount(text) > LongestText)
        {
            problems.Add(
                new SourcePoint(1, 1), "Template too large", $"the template has more than {LongestText} bytes", "make it smaller");
            return (null, problems.Sorted);
        }

        var tree = TemplateParser.Parse(text, problems);

        // what is missing because a line could not be read would only repeat that
        if (problems.Count > 0)
        {
            var broken = problems.Sorted.ToList();
            Resolve(tree, new Problems(), out var others);
            broken.AddRange(others.Where(e => !IsConsequence(e, tree, broken)).ToList());
            return (null, [.. broken.OrderBy(e => e.At.Line).ThenBy(e => e.At.Column).Take(Problems.Most)]);
        }

        var registry = Resolve(tree, problems, out var errors);
        return errors.Count > 0 ? (null, errors) : (new PolicyTemplate(tree, registry, problems.Notes), []);
    }

    private static bool IsConsequence(TemplateError error, TemplateTree tree, List<TemplateError> broken)
    {
        if (broken.Exists(b => b.At.Line == error.At.Line))
        {
            return true;
        }

        if (!error.Problem.StartsWith("Missing", StringComparison.Ordinal))
        {
            return false;
        }

        // something is missing in a block: of what could not be read only that block counts
        var begin = tree.Definitions.LastOrDefault(d => d.At.Line <= error.At.Line && error.At.Line > 1)?.At.Line ?? 1;
        var next = error.At is { Line: 1, Column: 1 } ? null : tree.Definitions.FirstOrDefault(d => d.At.Line > error.At.Line);
        return broken.Exists(b => b.At.Line >= begin && (next is null || b.At.Line < next.At.Line));
    }

    private static Registry Resolve(TemplateTree tree, Problems problems, out IReadOnlyList<TemplateError> errors)
    {
        new ShapeChecker(problems).Check(tree.Definitions, Grammar.Template, new SourcePoint(1, 1), "a template");
        var registry = Registry.Build(tree, problems);
        new BlockChecker(registry, problems).Check(tree);
        new WorkflowChecker(registry, problems).Check(tree);
        Cycles.Report(registry, problems);
        ScriptChecker.Check(tree, problems);
        errors = problems.Sorted;
        return registry;
    }
}
