using Reeve.Languages.CloudWorkflow;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>A block that has a name: its kind (<c>datasource</c>) and the name.</summary>
public readonly record struct BlockName(string Kind, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} `{Name}`";
}

/// <summary>The named blocks of a template, and which of them refers to which.</summary>
internal sealed class Registry
{
    private readonly Dictionary<BlockName, Definition> _blocks = [];
    private readonly Dictionary<BlockName, HashSet<BlockName>> _uses = [];

    public Dictionary<string, WorkflowDefinition> Workflows { get; } = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<BlockName, Definition> Blocks => _blocks;

    public static Registry Build(TemplateTree tree, Problems problems)
    {
        var registry = new Registry();
        foreach (var block in tree.Definitions.Where(d => TopLevel.Blocks.Contains(d.Name)))
        {
            if (block.Label is not { } label)
            {
                continue;
            }

            if (label.Length == 0 || label.Any(c => !(char.IsLetterOrDigit(c) || c == '_')) || char.IsDigit(label[0]))
            {
                if (block.Name is not ("policy" or "permission"))
                {
                    problems.Add(
                        block.Arguments[0].At, "Invalid name", $"`{label}` cannot be the name of a {block.Name}",
                        "use letters, digits and `_`, and no digit first, so that `$name` can refer to it");
                }
            }

            if (!registry._blocks.TryAdd(new BlockName(block.Name, label), block))
            {
                problems.Add(
                    block.At, "Duplicate definition",
                    $"there is another {block.Name} `{label}` on line {registry._blocks[new(block.Name, label)].At.Line}",
                    "give each a name of its own");
            }
            else if (block.Name is "parameter" or "datasource"
                && registry._blocks.TryGetValue(new(block.Name == "parameter" ? "datasource" : "parameter", label), out var other))
            {
                problems.Add(
                    block.At, "Duplicate definition", $"`${label}` is also the {other.Name} on line {other.At.Line}",
                    "give each a name of its own");
            }
        }

        foreach (var workflow in tree.Workflows.Where(w => w.Name.Length > 0))
        {
            if (!registry.Workflows.TryAdd(workflow.Name, workflow))
            {
                problems.Add(
                    workflow.At, "Duplicate definition",
                    $"there is another define `{workflow.Name}` on line {registry.Workflows[workflow.Name].At.Line}",
                    "give each a name of its own");
            }
        }

        return registry;
    }

    public Definition? Find(string kind, string name) => _blocks.GetValueOrDefault(new BlockName(kind, name));

    public IEnumerable<string> NamesOf(params IEnumerable<string> kinds) =>
        _blocks.Keys.Where(b => kinds.Contains(b.Kind)).Select(b => b.Name);

    public void Use(BlockName by, BlockName used)
    {
        if (!_uses.TryGetValue(by, out var all))
        {
            _uses[by] = all = [];
        }

        all.Add(used);
    }

    public IEnumerable<BlockName> UsedBy(BlockName by) => _uses.TryGetValue(by, out var all) ? all : [];

    /// <summary>Everything that can be come to from the policies.</summary>
    public HashSet<BlockName> Reached()
    {
        var reached = new HashSet<BlockName>();
        var next = new Stack<BlockName>(_blocks.Keys.Where(b => b.Kind is "policy" or "permission"));
        while (next.TryPop(out var at))
        {
            if (reached.Add(at))
            {
                foreach (var used in UsedBy(at))
                {
                    next.Push(used);
                }
            }
        }

        return reached;
    }
}
