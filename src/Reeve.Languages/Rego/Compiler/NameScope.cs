namespace Reeve.Languages.Rego.Compiler;

/// <summary>The names declared by a body, by parameters or by <c>every</c>; an inner scope hides an outer one.</summary>
internal sealed class NameScope(NameScope? parent)
{
    private readonly Dictionary<string, Declared> _names = [];

    /// <summary>How a name came to be.</summary>
    public enum Origin
    {
        Some,
        Assigned,
        Parameter,
    }

    public NameScope? Parent { get; } = parent;

    /// <summary>True of the body of a rule: it must not hide the parameters.</summary>
    public bool IsRuleBody { get; init; }

    /// <summary>Names that this body declares at any place: they hide rules and imports in all of it.</summary>
    public HashSet<string> Ahead { get; } = [];

    /// <summary>Names used before they were declared here.</summary>
    public HashSet<string> UsedAbove { get; } = [];

    public IEnumerable<Declared> Names => _names.Values;

    public Declared? Here(string name) => _names.GetValueOrDefault(name);

    public Declared? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._names.TryGetValue(name, out var declared))
            {
                return declared;
            }
        }

        return null;
    }

    public bool IsAhead(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.Ahead.Contains(name))
            {
                return true;
            }
        }

        return false;
    }

    public void Declare(Declared declared) => _names[declared.Name] = declared;

    internal sealed class Declared(string name, string unique, Origin origin, Syntax.Location location)
    {
        public string Name { get; } = name;

        public string Unique { get; } = unique;

        public Origin Origin { get; } = origin;

        public Syntax.Location Location { get; } = location;

        public bool Used { get; set; }
    }
}
