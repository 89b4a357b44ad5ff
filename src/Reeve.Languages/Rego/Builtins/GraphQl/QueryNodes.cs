namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>A parsed query document. What nodes are defined as is found while the document is checked against a schema.</summary>
internal sealed class QueryDocument
{
    private Dictionary<string, Fragment>? _byName;

    public List<Operation> Operations { get; init; } = [];

    public List<Fragment> Fragments { get; init; } = [];

    public IReadOnlyList<string>? Comment { get; init; }

    /// <summary>The first fragment of a name.</summary>
    public Fragment? FragmentNamed(string name) => (_byName ??= Names.First(Fragments, fragment => fragment.Name)).GetValueOrDefault(name);
}

/// <summary>A query, mutation or subscription.</summary>
internal sealed class Operation
{
    private Dictionary<string, Variable>? _byName;

    public string Kind { get; set; } = "";

    public string Name { get; set; } = "";

    public List<Variable> Variables { get; set; } = [];

    public List<Directive> Directives { get; set; } = [];

    public List<Selection> Selections { get; set; } = [];

    public IReadOnlyList<string>? Comment { get; set; }

    public Place Place { get; init; }

    public Variable? VariableNamed(string name) => (_byName ??= Names.First(Variables, variable => variable.Name)).GetValueOrDefault(name);
}

/// <summary>A variable as an operation or a fragment declares it.</summary>
internal sealed class Variable
{
    public string Name { get; set; } = "";

    public required TypeReference Type { get; set; }

    public GraphValue? Default { get; set; }

    public List<Directive> Directives { get; set; } = [];

    public bool Used { get; set; }

    public IReadOnlyList<string>? Comment { get; init; }

    public Place Place { get; init; }

    public Definition? Definition { get; set; }
}

/// <summary>What a selection set holds.</summary>
internal abstract class Selection
{
    public List<Directive> Directives { get; set; } = [];

    public IReadOnlyList<string>? Comment { get; init; }

    public Place Place { get; init; }

    /// <summary>The type that it is selected from.</summary>
    public Definition? Parent { get; set; }
}

/// <summary>A selected field.</summary>
internal sealed class Field : Selection
{
    public string Alias { get; set; } = "";

    public string Name { get; set; } = "";

    public List<Argument> Arguments { get; set; } = [];

    public List<Selection> Selections { get; set; } = [];

    public FieldDefinition? Definition { get; set; }

    /// <summary>The name in the response.</summary>
    public string ResponseName => Alias.Length > 0 ? Alias : Name;
}

/// <summary>A fragment used by name.</summary>
internal sealed class FragmentSpread : Selection
{
    public string Name { get; set; } = "";

    public Fragment? Definition { get; set; }
}

/// <summary>Selections under a type, in place.</summary>
internal sealed class InlineFragment : Selection
{
    public string TypeCondition { get; set; } = "";

    public List<Selection> Selections { get; set; } = [];
}

/// <summary>A fragment with a name.</summary>
internal sealed class Fragment
{
    public string Name { get; set; } = "";

    public List<Variable> Variables { get; set; } = [];

    public string TypeCondition { get; set; } = "";

    public List<Directive> Directives { get; set; } = [];

    public List<Selection> Selections { get; set; } = [];

    public IReadOnlyList<string>? Comment { get; init; }

    public Place Place { get; init; }

    public Definition? Definition { get; set; }
}

/// <summary>An argument of a field or a directive.</summary>
internal sealed class Argument
{
    public required string Name { get; init; }

    public required GraphValue Value { get; init; }

    public IReadOnlyList<string>? Comment { get; init; }

    public Place Place { get; init; }
}

/// <summary>A directive as it is used.</summary>
internal sealed class Directive
{
    public required string Name { get; init; }

    public List<Argument> Arguments { get; init; } = [];

    public Place Place { get; init; }

    /// <summary>Where it is used, as the specification names locations; empty until it is checked.</summary>
    public string Location { get; set; } = "";

    public DirectiveDefinition? Definition { get; set; }
}

/// <summary>Names in order of what is declared first.</summary>
internal static class Names
{
    public static Dictionary<string, T> First<T>(IEnumerable<T> items, Func<T, string> name)
    {
        var byName = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            byName.TryAdd(name(item), item);
        }

        return byName;
    }
}
