namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>A schema that holds: all types and directives by name, what may stand for abstract types, and the roots.</summary>
internal sealed class Schema
{
    private readonly Dictionary<string, List<Definition>> _possible = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _possibleNames = new(StringComparer.Ordinal);

    public Dictionary<string, Definition> Types { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, DirectiveDefinition> Directives { get; } = new(StringComparer.Ordinal);

    public Definition? Query { get; set; }

    public Definition? Mutation { get; set; }

    public Definition? Subscription { get; set; }

    public Definition? TypeNamed(string name) => Types.GetValueOrDefault(name);

    /// <summary>The root of a kind of operation; an operation without kind is a query.</summary>
    public Definition? Root(string operation) => operation switch
    {
        "query" or "" => Query,
        "mutation" => Mutation,
        "subscription" => Subscription,
        _ => null,
    };

    /// <summary>The types that a value of a type can be of.</summary>
    public IReadOnlyList<Definition> Possible(string type) => _possible.GetValueOrDefault(type) ?? [];

    public bool IsPossible(string type, string actual) => _possibleNames.GetValueOrDefault(type)?.Contains(actual) ?? false;

    public void AddPossible(string type, Definition? actual)
    {
        if (actual is null)
        {
            return;
        }

        if (!_possible.TryGetValue(type, out var types))
        {
            _possible[type] = types = [];
            _possibleNames[type] = new(StringComparer.Ordinal);
        }

        types.Add(actual);
        _possibleNames[type].Add(actual.Name);
    }
}
