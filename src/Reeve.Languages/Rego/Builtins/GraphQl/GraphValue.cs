using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>The kinds of values, with the numbers that the JSON form of a document has for them.</summary>
internal enum GraphValueKind
{
    Variable = 0,
    Integer = 1,
    Float = 2,
    String = 3,
    Block = 4,
    Boolean = 5,
    Null = 6,
    Enum = 7,
    List = 8,
    Object = 9,
}

/// <summary>A value as written: a literal, the name of a variable, or a list or object of others.</summary>
internal sealed class GraphValue
{
    public GraphValueKind Kind { get; init; }

    public string Raw { get; init; } = "";

    public List<GraphMember> Members { get; init; } = [];

    public IReadOnlyList<string>? Comment { get; init; }

    public Place Place { get; init; }

    public Definition? Definition { get; set; }

    public Variable? Variable { get; set; }

    public TypeReference? ExpectedType { get; set; }

    public bool ExpectedTypeHasDefault { get; set; }

    public string Written => Kind switch
    {
        GraphValueKind.Variable => "$" + Raw,
        GraphValueKind.String or GraphValueKind.Block => ValueJson.ToText(StringValue.Of(Raw)),
        GraphValueKind.List => "[" + string.Join(',', Members.Select(member => member.Value.Written)) + "]",
        GraphValueKind.Object => "{" + string.Join(',', Members.Select(member => $"{member.Name}:{member.Value.Written}")) + "}",
        _ => Raw,
    };
}

/// <summary>An element of a list, whose name is empty, or a field of an object.</summary>
internal sealed class GraphMember
{
    public string Name { get; init; } = "";

    public required GraphValue Value { get; init; }

    public IReadOnlyList<string>? Comment { get; init; }

    public Place Place { get; init; }
}
