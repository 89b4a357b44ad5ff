using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>
/// Members of a node that came as an object. A member of the wrong type is an error, one that is not there is empty, and a name may be
/// written in any case, as with OPA.
/// </summary>
internal readonly struct NodeReader
{
    private readonly ObjectValue _node;

    private NodeReader(ObjectValue node, Effort effort)
    {
        (_node, Effort) = (node, effort);
    }

    public Effort Effort { get; }

    public static NodeReader Of(Value? node, Effort effort) => node is ObjectValue members
        ? new(members, effort)
        : throw Wrong($"expected an object and found {node?.TypeName ?? "nothing"}");

    public string Text(string name) => Member(name) switch
    {
        null or NullValue => "",
        StringValue text => text.Text,
        var other => throw Wrong($"`{name}` must be a string and is {other.TypeName}"),
    };

    public bool Flag(string name) => Member(name) switch
    {
        null or NullValue => false,
        BooleanValue flag => flag.Boolean,
        var other => throw Wrong($"`{name}` must be a boolean and is {other.TypeName}"),
    };

    public int Number(string name) => Member(name) switch
    {
        null or NullValue => 0,
        NumberValue number when number.TryGetInt64(out var whole) && whole is >= int.MinValue and <= int.MaxValue => (int)whole,
        var other => throw Wrong($"`{name}` must be a whole number and is {other}"),
    };

    public T? Node<T>(string name, Func<NodeReader, T> read)
        where T : class
    {
        if (Member(name) is not { } node || node is NullValue)
        {
            return null;
        }

        Effort.Enter(Place.None);
        var result = read(Of(node, Effort));
        Effort.Leave();
        return result;
    }

    public T Required<T>(string name, Func<NodeReader, T> read)
        where T : class => Node(name, read) ?? throw Wrong($"`{name}` is missing");

    public List<string> Texts(string name) =>
    [
        .. Items(name).Select(item => (item as StringValue)?.Text
            ?? throw Wrong($"`{name}` must hold strings and holds {item.TypeName}")),
    ];

    public List<T> List<T>(string name, Func<NodeReader, T> read)
    {
        var result = new List<T>();
        Effort.Enter(Place.None);
        foreach (var item in Items(name))
        {
            Effort.Step();
            result.Add(read(Of(item, Effort)));
        }

        Effort.Leave();
        return result;
    }

    public IReadOnlyList<string>? Comment(string name) =>
        Node(name, group => group.List("List", comment => comment.Text("Value")));

    public Comments Comments() =>
        new(Comment("BeforeDescriptionComment"), Comment("AfterDescriptionComment"), Comment("EndOfDefinitionComment"));

    private static GraphQlException Wrong(string message) => new(message, Place.None);

    private IEnumerable<Value> Items(string name) => Member(name) switch
    {
        null or NullValue => [],
        ArrayValue array => array,
        SetValue set => set,
        var other => throw Wrong($"`{name}` must be an array and is {other.TypeName}"),
    };

    private Value? Member(string name)
    {
        if (_node.Get(name) is { } exact)
        {
            return exact;
        }

        foreach (var (key, value) in _node)
        {
            if (key is StringValue text && text.Text.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }
}
