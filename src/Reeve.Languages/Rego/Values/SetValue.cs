using System.Collections;

namespace Reeve.Languages.Rego.Values;

/// <summary>A set. Its order, in which it is visited and printed, is made when it is first needed.</summary>
public sealed class SetValue : Value, IReadOnlyCollection<Value>
{
    /// <summary>The set without elements.</summary>
    public static readonly SetValue Empty = new([]);

    private const int LargestScanned = 8;

    private readonly Value[] _items;
    private Value[]? _ordered;
    private KeyTable? _table;
    private int _hash;

    /// <summary>Of different items; the array is not copied.</summary>
    internal SetValue(Value[] items, KeyTable? table = null) => (_items, _table) = (items, table);

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public override string TypeName => "set";

    internal override int Rank => 6;

    private Value[] Ordered => _ordered ??= Order();

    /// <summary>A set of these.</summary>
    public static SetValue Of(IEnumerable<Value> items)
    {
        var builder = new SetBuilder(4);
        foreach (var item in items)
        {
            builder.Add(item);
        }

        return builder.ToSet();
    }

    /// <summary>Is it an element?</summary>
    public bool Contains(Value item)
    {
        if (_items.Length <= LargestScanned)
        {
            foreach (var there in _items)
            {
                if (there.Equals(item))
                {
                    return true;
                }
            }

            return false;
        }

        var table = _table ??= KeyTable.Of(_items);
        return table.Find(_items, item) >= 0;
    }

    /// <summary>The elements in order.</summary>
    public ReadOnlySpan<Value> AsSpan() => Ordered;

    /// <summary>Visits the elements in order.</summary>
    public ArrayValue.Enumerator GetEnumerator() => new(Ordered);

    IEnumerator<Value> IEnumerable<Value>.GetEnumerator() => ((IEnumerable<Value>)Ordered).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Ordered.GetEnumerator();

    /// <summary>The elements as they were built, in no order that means anything.</summary>
    internal ReadOnlySpan<Value> AsBuilt() => _items;

    private Value[] Order()
    {
        for (var i = 1; i < _items.Length; i++)
        {
            if (_items[i - 1].CompareTo(_items[i]) > 0)
            {
                var ordered = (Value[])_items.Clone();
                Array.Sort(ordered, static (a, b) => a.CompareTo(b));
                return ordered;
            }
        }

        return _items;
    }

    private protected override int CompareSame(Value other) => ArrayValue.Compare(Ordered, ((SetValue)other).Ordered);

    private protected override bool EqualsSame(Value other)
    {
        var second = (SetValue)other;
        if (second.Count != Count || (_hash != 0 && second._hash != 0 && _hash != second._hash))
        {
            return false;
        }

        RunningLimits.Step();
        foreach (var item in _items)
        {
            if (!second.Contains(item))
            {
                return false;
            }
        }

        return true;
    }

    private protected override int Hash()
    {
        if (_hash == 0)
        {
            RunningLimits.Step();
            var sum = 6 + _items.Length;
            foreach (var item in _items)
            {
                sum = unchecked(sum + HashCode.Combine(item.GetHashCode()));
            }

            _hash = sum == 0 ? 1 : sum;
        }

        return _hash;
    }
}
