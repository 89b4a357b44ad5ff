using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>What <c>with</c> can replace, and the results that hold as long as nothing is replaced.</summary>
internal sealed class Scope
{
    private readonly Entry[]? _entries;
    private readonly Dictionary<int, Value?>? _results;
    private Dictionary<(int Id, ArrayValue Steps), Value?>? _parts;
    private int _stamp;

    /// <summary>The scope of a whole evaluation, used again by the next one.</summary>
    public Scope(int count)
    {
        _entries = new Entry[count];
        Data = ObjectValue.Empty;
    }

    /// <summary>The scope of a <c>with</c>.</summary>
    public Scope(Scope parent)
    {
        _results = [];
        Parent = parent;
        Input = parent.Input;
        Data = parent.Data;
        Targets = parent.Targets;
        Mocks = parent.Mocks;
    }

    public Scope? Parent { get; }

    public Value? Input { get; set; }

    public Value Data { get; set; }

    /// <summary>Paths under <c>data</c> that are replaced; null when there are none.</summary>
    public List<Value[]>? Targets { get; set; }

    /// <summary>Functions that are replaced, by name; null when there are none.</summary>
    public Dictionary<string, Mock>? Mocks { get; set; }

    public void Reset(Value? input, Value data)
    {
        Input = input;
        Data = data;
        _parts = null;
        if (++_stamp == int.MaxValue)
        {
            Array.Clear(_entries!);
            _stamp = 1;
        }
    }

    public bool TryGet(int id, out Value? value)
    {
        if (_entries is null)
        {
            return _results!.TryGetValue(id, out value);
        }

        ref var entry = ref _entries[id];
        value = entry.Value;
        return entry.Stamp == _stamp;
    }

    public void Set(int id, Value? value)
    {
        if (_entries is null)
        {
            _results![id] = value;
        }
        else
        {
            _entries[id] = new() { Stamp = _stamp, Value = value };
        }
    }

    /// <summary>A result for a part of a document.</summary>
    public bool TryGetPart(int id, Value[] steps, out Value? value)
    {
        value = null;
        return _parts is not null && _parts.TryGetValue((id, ArrayValue.Own(steps)), out value);
    }

    public Value? SetPart(int id, Value[] steps, Value? value)
    {
        _parts ??= [];
        return _parts[(id, ArrayValue.Own(steps))] = value;
    }

    /// <summary>True when a replacement covers the whole document at the path.</summary>
    public bool IsReplaced(Value[] path)
    {
        if (Targets is null)
        {
            return false;
        }

        foreach (var target in Targets)
        {
            if (target.Length <= path.Length && target.AsSpan().SequenceEqual(path.AsSpan(0, target.Length)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The base document at a path; null is undefined.</summary>
    public Value? Base(ReadOnlySpan<Value> path)
    {
        Value? at = Data;
        foreach (var key in path)
        {
            // base documents are kept by text, so that a number finds a key that reads the same
            at = Lookup.Get(at, key) ?? (key is NumberValue && at is ObjectValue ? Lookup.Get(at, StringValue.Of(key.ToString())) : null);
            if (at is null)
            {
                return null;
            }
        }

        return at;
    }

    private struct Entry
    {
        public int Stamp;
        public Value? Value;
    }
}
