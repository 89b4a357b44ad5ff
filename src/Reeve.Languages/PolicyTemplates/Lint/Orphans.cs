using Reeve.Languages.PolicyTemplates.Compiler;

namespace Reeve.Languages.PolicyTemplates.Lint;

/// <summary>Blocks that no policy comes to.</summary>
internal static class Orphans
{
    public static void Find(PolicyTemplate template, List<LintFinding> findings)
    {
        var registry = template.Registry;
        UseNamesInScripts(template);
        var reached = registry.Reached();
        var used = registry.Blocks.Keys.Concat(registry.Workflows.Keys.Select(n => new BlockName("define", n)))
            .SelectMany(b => registry.UsedBy(b).Where(u => u != b)).ToHashSet();
        var all = registry.Blocks.Select(b => (b.Key, b.Value.At))
            .Concat(registry.Workflows.Select(w => (Key: new BlockName("define", w.Key), w.Value.At)));
        foreach (var (name, at) in all)
        {
            if (reached.Contains(name))
            {
                continue;
            }

            var why = used.Contains(name) ? "only what is unused itself refers to it" : "nothing refers to it";
            findings.Add(new(at, $"unused-{name.Kind}", $"the {name.Kind} `{name.Name}` is unused: {why}"));
        }
    }

    // the request that a script returns names its credentials and its pagination in strings
    private static void UseNamesInScripts(PolicyTemplate template)
    {
        var registry = template.Registry;
        var names = registry.Blocks.Keys.Where(b => b.Kind is "credentials" or "auth" or "pagination").ToList();
        foreach (var (block, script) in registry.Blocks.Where(b => b.Key.Kind == "script"))
        {
            if (script.Text("code") is not { } code)
            {
                continue;
            }

            foreach (var name in names.Where(n => code.Contains($"\"{n.Name}\"", StringComparison.Ordinal)
                || code.Contains($"'{n.Name}'", StringComparison.Ordinal)))
            {
                registry.Use(block, name);
            }
        }
    }
}
