using System.Globalization;
using Reeve.Core.Errors;

namespace Reeve.Core.Documents;

/// <summary>Says where in a text the parts of a document stand.</summary>
public sealed class SourceMap
{
    private readonly SourceNode _root;
    private readonly string _file;

    internal SourceMap(string file, SourceNode root)
    {
        _file = file;
        _root = root;
    }

    /// <summary>A map for a document that has no text of its own: everything stands at the start.</summary>
    public static SourceMap Nowhere(string file) => new(file, new SourceNode(1, 1));

    /// <summary>The place of the part that a JSON pointer names; of the nearest part around it when there is none.</summary>
    public TextPosition Find(string jsonPointer)
    {
        var node = _root;
        var rest = jsonPointer.AsSpan();
        while (rest.Length > 0 && rest[0] == '/')
        {
            rest = rest[1..];
            var end = rest.IndexOf('/');
            var segment = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[end..];
            if (node.Find(JsonPointer.Unescape(segment)) is not { } child)
            {
                break;
            }

            node = child;
        }

        return new TextPosition(_file, node.Line, node.Column);
    }
}

/// <summary>One part of a document's text; parts that an alias repeats are shared.</summary>
internal sealed class SourceNode(int line, int column)
{
    private Dictionary<string, SourceNode>? _members;
    private List<SourceNode>? _items;

    public int Line { get; } = line;

    public int Column { get; } = column;

    public void Add(string name, SourceNode child) => (_members ??= new(StringComparer.Ordinal))[name] = child;

    public void Add(SourceNode child) => (_items ??= []).Add(child);

    /// <summary>The same part, seen from another place: a member stands where its name stands.</summary>
    public SourceNode At(int line, int column) => new(line, column) { _members = _members, _items = _items };

    /// <summary>Lays the members of another part over this one; the ones that are here already stay.</summary>
    public void Overlay(SourceNode other)
    {
        foreach (var (name, child) in other._members ?? [])
        {
            (_members ??= new(StringComparer.Ordinal)).TryAdd(name, child);
        }
    }

    public SourceNode? Item(int index) => _items is not null && index < _items.Count ? _items[index] : null;

    public SourceNode? Find(string segment) =>
        _members?.GetValueOrDefault(segment)
        ?? (_items is not null
            && int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _items.Count
            ? _items[index]
            : null);
}
