using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>What the bare names of a module stand for.</summary>
internal sealed class Names
{
    private readonly Dictionary<string, string[]> _paths = [];

    private Names()
    {
    }

    /// <summary>The imports by name, to find those that nobody uses.</summary>
    public Dictionary<string, RegoImport> Imports { get; } = [];

    public HashSet<string> Used { get; } = [];

    public static Names Of(RegoModule module, HashSet<string> rules)
    {
        var names = new Names();
        foreach (var rule in rules)
        {
            names._paths[rule] = ["data", .. module.Package, rule];
        }

        names.Add(module.Imports);
        return names;
    }

    public static Names Of(IReadOnlyList<string> package, IEnumerable<string> rules, IEnumerable<RegoImport> imports)
    {
        var names = new Names();
        foreach (var rule in rules)
        {
            names._paths[rule] = ["data", .. package, rule];
        }

        names.Add(imports);
        return names;
    }

    private void Add(IEnumerable<RegoImport> imports)
    {
        foreach (var import in imports)
        {
            if (import.Path[0] is "data" or "input")
            {
                _paths[import.Name] = [.. import.Path];
                Imports.TryAdd(import.Name, import);
            }
        }
    }

    public Term? Resolve(string name, Location location)
    {
        if (!_paths.TryGetValue(name, out var path))
        {
            return null;
        }

        Used.Add(name);
        var head = new VarTerm(path[0], location);
        return path.Length == 1
            ? head
            : new RefTerm([head, .. path.Skip(1).Select(part => (Term)new ScalarTerm(StringValue.Of(part), location))], location);
    }
}
