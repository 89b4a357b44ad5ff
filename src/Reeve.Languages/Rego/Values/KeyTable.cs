using System.Numerics;

namespace Reeve.Languages.Rego.Values;

/// <summary>Finds the place of a key among many, by its hash. Filled once, or as a builder goes on.</summary>
internal sealed class KeyTable
{
    // each slot holds a place plus one; zero is free
    private int[] _slots;
    private int _count;

    public KeyTable(int capacity) => _slots = new int[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, capacity * 2))];

    public static KeyTable Of(ReadOnlySpan<KeyValuePair<Value, Value>> members)
    {
        var table = new KeyTable(members.Length);
        for (var i = 0; i < members.Length; i++)
        {
            table.Put(members[i].Key.GetHashCode(), i);
        }

        return table;
    }

    public static KeyTable Of(ReadOnlySpan<Value> items)
    {
        var table = new KeyTable(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            table.Put(items[i].GetHashCode(), i);
        }

        return table;
    }

    /// <summary>Notes where a new key is; what has the same hash stays.</summary>
    public void Put(int hash, int place)
    {
        var mask = _slots.Length - 1;
        var slot = Spread(hash) & mask;
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }

        _slots[slot] = place + 1;
        _count++;
    }

    /// <summary>Is the next one better put into a larger table?</summary>
    public bool IsFull => _count * 2 > _slots.Length;

    /// <summary>The place of a key; −1 when it is not there.</summary>
    public int Find(KeyValuePair<Value, Value>[] members, Value key)
    {
        var mask = _slots.Length - 1;
        for (var slot = Spread(key.GetHashCode()) & mask; _slots[slot] is not 0 and var found; slot = (slot + 1) & mask)
        {
            if (members[found - 1].Key.Equals(key))
            {
                return found - 1;
            }
        }

        return -1;
    }

    /// <summary>The place of an item; −1 when it is not there.</summary>
    public int Find(Value[] items, Value key)
    {
        var mask = _slots.Length - 1;
        for (var slot = Spread(key.GetHashCode()) & mask; _slots[slot] is not 0 and var found; slot = (slot + 1) & mask)
        {
            if (items[found - 1].Equals(key))
            {
                return found - 1;
            }
        }

        return -1;
    }

    private static int Spread(int hash) => (int)((uint)(hash * unchecked((int)0x9E3779B1)) >> 3);
}
