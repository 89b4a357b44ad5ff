using System.Collections;

namespace Reeve.Languages.Rego.Values;

/// <summary>An array.</summary>
public sealed class ArrayValue : Value, IReadOnlyList<Value>
{
    /// <summary>The array without items.</summary>
    public static readonly ArrayValue Empty = new([]);

    private readonly Value[] _items;
    private int _hash;

    private ArrayValue(Value[] items) => _items = items;

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public override string TypeName => "array";

    internal override int Rank => 4;

    /// <inheritdoc/>
    public Value this[int index] => _items[index];

    /// <summary>An array of these; they are not copied, and may not be changed from then on.</summary>
    public static ArrayValue Own(Value[] items) => items.Length == 0 ? Empty : new ArrayValue(items);

    /// <summary>An array of these.</summary>
    public static ArrayValue Of(IEnumerable<Value> items) => Own([.. items]);

    /// <summary>The items.</summary>
    public ReadOnlySpan<Value> AsSpan() => _items;

    /// <summary>Visits the items in order.</summary>
    public Enumerator GetEnumerator() => new(_items);

    IEnumerator<Value> IEnumerable<Value>.GetEnumerator() => ((IEnumerable<Value>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    internal static int Compare(ReadOnlySpan<Value> one, ReadOnlySpan<Value> other)
    {
        RunningLimits.Step();
        for (var i = 0; i < one.Length && i < other.Length; i++)
        {
            if (one[i].CompareTo(other[i]) is not 0 and var order)
            {
                return order;
            }
        }

        return one.Length.CompareTo(other.Length);
    }

    private protected override int CompareSame(Value other) => Compare(_items, ((ArrayValue)other)._items);

    private protected override bool EqualsSame(Value other)
    {
        var items = ((ArrayValue)other)._items;
        if (items.Length != _items.Length)
        {
            return false;
        }

        RunningLimits.Step();
        for (var i = 0; i < items.Length; i++)
        {
            if (!_items[i].Equals(items[i]))
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
            var hash = default(HashCode);
            hash.Add(4);
            foreach (var item in _items)
            {
                hash.Add(item.GetHashCode());
            }

            _hash = hash.ToHashCode() is 0 ? 1 : hash.ToHashCode();
        }

        return _hash;
    }

    /// <summary>Visits items.</summary>
    public struct Enumerator
    {
        private readonly Value[] _items;
        private int _at;

        internal Enumerator(Value[] items) => (_items, _at) = (items, -1);

        /// <summary>The item at hand.</summary>
        public readonly Value Current => _items[_at];

        /// <summary>Goes on to the next.</summary>
        public bool MoveNext() => ++_at < _items.Length;
    }
}
