namespace Reeve.Languages.Rego.Values;

/// <summary>Builds a set. Not safe for several threads; of no use after <see cref="ToSet"/>.</summary>
public sealed class SetBuilder
{
    private const int LargestScanned = 8;

    private Value[] _items;
    private KeyTable? _table;

    /// <summary>An empty one with room for so many.</summary>
    public SetBuilder(int capacity) => _items = capacity == 0 ? [] : new Value[capacity];

    /// <summary>One that begins with what a set has.</summary>
    public SetBuilder(SetValue from)
    {
        _items = new Value[from.Count + 1];
        from.AsBuilt().CopyTo(_items);
        Count = from.Count;
    }

    /// <summary>How many elements there are.</summary>
    public int Count { get; private set; }

    /// <summary>Is it there?</summary>
    public bool Contains(Value item) => Find(item) >= 0;

    /// <summary>Adds an element; false when it is there.</summary>
    public bool Add(Value item)
    {
        if (Find(item) >= 0)
        {
            return false;
        }

        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(4, Count * 2));
        }

        _items[Count] = item;
        if (_table is { IsFull: true })
        {
            _table = null;
        }

        _table?.Put(item.GetHashCode(), Count);
        Count++;
        return true;
    }

    /// <summary>The set.</summary>
    public SetValue ToSet()
    {
        if (Count == 0)
        {
            return SetValue.Empty;
        }

        if (Count != _items.Length)
        {
            Array.Resize(ref _items, Count);
        }

        return new SetValue(_items, _table);
    }

    private int Find(Value item)
    {
        if (Count <= LargestScanned)
        {
            for (var i = 0; i < Count; i++)
            {
                if (_items[i].Equals(item))
                {
                    return i;
                }
            }

            return -1;
        }

        _table ??= MakeTable();
        return _table.Find(_items, item);
    }

    private KeyTable MakeTable()
    {
        var table = new KeyTable(Count * 2);
        for (var i = 0; i < Count; i++)
        {
            table.Put(_items[i].GetHashCode(), i);
        }

        return table;
    }
}
