using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>Collects the members of one node in OPA's form: what is null or empty is left out, texts and booleans never are.</summary>
internal sealed class NodeWriter
{
    private readonly List<KeyValuePair<Value, Value>> _members = [];

    public NodeWriter Text(string name, string text) => Add(name, StringValue.Of(text));

    public NodeWriter Flag(string name, bool flag) => Add(name, BooleanValue.Of(flag));

    public NodeWriter Number(string name, int number) => Add(name, NumberValue.Of(number));

    public NodeWriter Node(string name, ObjectValue? node) => node is { Count: > 0 } ? Add(name, node) : this;

    public NodeWriter Texts(string name, List<string> texts) => List(name, texts, StringValue.Of);

    public NodeWriter List<T>(string name, List<T> items, Func<T, Value> write) =>
        items.Count > 0 ? Add(name, ArrayValue.Of(items.Select(write))) : this;

    public NodeWriter Comment(string name, IReadOnlyList<string>? comments) => comments is not { Count: > 0 }
        ? this
        : Node(name, new NodeWriter().List("List", [.. comments], text => new NodeWriter().Text("Value", text).Done()).Done());

    public NodeWriter Comments(Comments comments) => Comment("BeforeDescriptionComment", comments.Before)
        .Comment("AfterDescriptionComment", comments.After)
        .Comment("EndOfDefinitionComment", comments.End);

    public ObjectValue Done() => ObjectValue.Of(_members);

    private NodeWriter Add(string name, Value value)
    {
        _members.Add(new(StringValue.Of(name), value));
        return this;
    }
}
