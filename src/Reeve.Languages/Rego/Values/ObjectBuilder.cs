namespace Reeve.Languages.Rego.Values;

/// <summary>Builds an object. Not safe for several threads; of no use after <see cref="ToObject"/>.</summary>
public sealed class ObjectBuilder
{
    private const int LargestScanned = 8;

    private KeyValuePair<Value, Value>[] _members;
    private KeyTable? _table;

    /// <summary>An empty one with room for so many.</summary>
    public ObjectBuilder(int capacity) => _members = capacity == 0 ? [] : new KeyValuePair<Value, Value>[capacity];

    /// <summary>One that begins with what an object has.</summary>
    public ObjectBuilder(ObjectValue from)
    {
        _members = new KeyValuePair<Value, Value>[from.Count + 1];
        from.AsBuilt().CopyTo(_members);
        Count = from.Count;
    }

    /// <summary>How many members there are.</summary>
    public int Count { get; private set; }

    /// <summary>The value of a key; null when it is not there.</summary>
    public Value? Get(Value key)
    {
        var at = Find(key);
        return at < 0 ? null : _members[at].Value;
    }

    /// <summary>Sets a member, new or over the one with its key.</summary>
    public void Set(Value key, Value value)
    {
        var at = Find(key);
        if (at >= 0)
        {
            _members[at] = new(_members[at].Key, value);
            return;
        }

        if (Count == _members.Length)
        {
            Array.Resize(ref _members, Math.Max(4, Count * 2));
        }

        _members[Count] = new(key, value);
        if (_table is { IsFull: true })
        {
            _table = null;
        }

        _table?.Put(key.GetHashCode(), Count);
        Count++;
    }

    /// <summary>The same as <see cref="Set"/>.</summary>
    public void Add(Value key, Value value) => Set(key, value);

    /// <summary>The object.</summary>
    public ObjectValue ToObject()
    {
        if (Count == 0)
        {
            return ObjectValue.Empty;
        }

        if (Count != _members.Length)
        {
            Array.Resize(ref _members, Count);
        }

        return new ObjectValue(_members, _table);
    }

    private int Find(Value key)
    {
        if (Count <= LargestScanned)
        {
            for (var i = 0; i < Count; i++)
            {
                if (_members[i].Key.Equals(key))
                {
                    return i;
                }
            }

            return -1;
        }

        _table ??= MakeTable();
        return _table.Find(_members, key);
    }

    private KeyTable MakeTable()
    {
        var table = new KeyTable(Count * 2);
        for (var i = 0; i < Count; i++)
        {
            table.Put(_members[i].Key.GetHashCode(), i);
        }

        return table;
    }
}
