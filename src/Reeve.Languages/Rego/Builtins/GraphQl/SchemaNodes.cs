namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>A parsed schema document.</summary>
internal sealed class SchemaDocument
{
    public List<SchemaDefinition> Schema { get; init; } = [];

    public List<SchemaDefinition> SchemaExtensions { get; init; } = [];

    public List<DirectiveDefinition> Directives { get; init; } = [];

    public List<Definition> Definitions { get; init; } = [];

    public List<Definition> Extensions { get; init; } = [];

    public IReadOnlyList<string>? Comment { get; set; }
}

/// <summary>The comments around a definition: before its description, after it, and before the brace that ends it.</summary>
internal readonly record struct Comments(
    IReadOnlyList<string>? Before, IReadOnlyList<string>? After = null, IReadOnlyList<string>? End = null);

/// <summary>Which types are the roots of operations.</summary>
internal sealed class SchemaDefinition
{
    public string Description { get; init; } = "";

    public List<Directive> Directives { get; set; } = [];

    public List<OperationType> OperationTypes { get; set; } = [];

    public Comments Comments { get; set; }

    public Place Place { get; init; }
}

/// <summary>The root type of one kind of operation.</summary>
internal sealed class OperationType
{
    public required string Operation { get; init; }

    public required string Type { get; init; }

    public IReadOnlyList<string>? Comment { get; init; }

    public Place Place { get; init; }
}

/// <summary>A type of any kind, or an extension of one.</summary>
internal sealed class Definition
{
    private Dictionary<string, FieldDefinition>? _byName;

    /// <summary>SCALAR, OBJECT, INTERFACE, UNION, ENUM or INPUT_OBJECT, which are also names of locations of directives.</summary>
    public required string Kind { get; init; }

    public string Description { get; init; } = "";

    public string Name { get; set; } = "";

    public List<Directive> Directives { get; set; } = [];

    public List<string> Interfaces { get; set; } = [];

    public List<FieldDefinition> Fields { get; set; } = [];

    public List<string> Types { get; set; } = [];

    public List<EnumValueDefinition> EnumValues { get; set; } = [];

    public bool BuiltIn { get; set; }

    public Comments Comments { get; set; }

    public Place Place { get; init; }

    public bool IsLeaf => Kind is "ENUM" or "SCALAR";

    public bool IsComposite => Kind is "OBJECT" or "INTERFACE" or "UNION";

    public bool IsInput => Kind is "SCALAR" or "ENUM" or "INPUT_OBJECT";

    /// <summary>The first field of a name; not to be asked before all fields are there.</summary>
    public FieldDefinition? FieldNamed(string name) => (_byName ??= Names.First(Fields, field => field.Name)).GetValueOrDefault(name);

    /// <summary>The same with lists of its own, so that extending it changes no document.</summary>
    public Definition Copy() => new()
    {
        Kind = Kind,
        Description = Description,
        Name = Name,
        BuiltIn = BuiltIn,
        Place = Place,
        Directives = [.. Directives],
        Interfaces = [.. Interfaces],
        Fields = [.. Fields],
        Types = [.. Types],
        EnumValues = [.. EnumValues],
    };
}

/// <summary>A field of an object, an interface or an input object.</summary>
internal sealed class FieldDefinition
{
    public string Description { get; init; } = "";

    public required string Name { get; init; }

    public List<ArgumentDefinition> Arguments { get; init; } = [];

    public GraphValue? Default { get; init; }

    public required TypeReference Type { get; init; }

    public List<Directive> Directives { get; init; } = [];

    public Comments Comments { get; init; }

    public Place Place { get; init; }

    public ArgumentDefinition? ArgumentNamed(string name) => Arguments.Find(argument => argument.Name == name);
}

/// <summary>An argument of a field or of a directive.</summary>
internal sealed class ArgumentDefinition
{
    public string Description { get; init; } = "";

    public required string Name { get; init; }

    public GraphValue? Default { get; init; }

    public required TypeReference Type { get; init; }

    public List<Directive> Directives { get; init; } = [];

    public Comments Comments { get; init; }

    public Place Place { get; init; }
}

/// <summary>One value of an enumeration.</summary>
internal sealed class EnumValueDefinition
{
    public string Description { get; init; } = "";

    public required string Name { get; init; }

    public List<Directive> Directives { get; init; } = [];

    public Comments Comments { get; init; }

    public Place Place { get; init; }
}

/// <summary>A directive that may be used at some locations.</summary>
internal sealed class DirectiveDefinition
{
    public string Description { get; init; } = "";

    public required string Name { get; init; }

    public List<ArgumentDefinition> Arguments { get; init; } = [];

    public List<string> Locations { get; init; } = [];

    public bool Repeatable { get; init; }

    public Comments Comments { get; init; }

    public Place Place { get; init; }

    public ArgumentDefinition? ArgumentNamed(string name) => Arguments.Find(argument => argument.Name == name);
}
