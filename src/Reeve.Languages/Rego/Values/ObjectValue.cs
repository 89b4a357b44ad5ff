using System.Collections;

namespace Reeve.Languages.Rego.Values;

/// <summary>
/// An object: keys of any type and their values. It is kept as it was built; the order by keys, in which it is visited and printed, and
/// the table for look-ups in large ones are made when they are first needed.
/// </summary>
public sealed class ObjectValue : Value, IReadOnlyCollection<KeyValuePair<Value, Value>>
{
    /// <summary>The object without members.</summary>
    public static readonly ObjectValue Empty = new([]);

    private const int LargestScanned = 8;

    private readonly KeyValuePair<Value, Value>[] _members;
    private KeyValuePair<Value, Value>[]? _ordered;
    private KeyTable? _table;
    private int _hash;

    /// <summary>Of members with different keys; the array is not copied.</summary>
    internal ObjectValue(KeyValuePair<Value, Value>[] members, KeyTable? table = null) => (_members, _table) = (members, table);

    /// <inheritdoc/>
    public int Count => _members.Length;

    /// <inheritdoc/>
    public override string TypeName => "object";

    internal override int Rank => 5;

    // INVARIANT: whoever gets here first makes it, and whoever comes at the same time makes the same
    private KeyValuePair<Value, Value>[] Ordered => _ordered ??= Order();

    /// <summary>An object of members; the last of those with one key counts.</summary>
    public static ObjectValue Of(IEnumerable<KeyValuePair<Value, Value>> members)
    {
        var builder = new ObjectBuilder(4);
        foreach (var (key, value) in members)
        {
            builder.Set(key, value);
        }

        return builder.ToObject();
    }

    /// <summary>The value of a key; null when it is not there.</summary>
    public Value? Get(Value key)
    {
        var members = _members;
        if (members.Length <= LargestScanned)
        {
            return key is StringValue text ? Scan(members, text) : Scan(members, key);
        }

        var table = _table ??= KeyTable.Of(members);
        var at = table.Find(members, key);
        return at < 0 ? null : members[at].Value;
    }

    /// <summary>The value of a key that is a text; null when it is not there.</summary>
    public Value? Get(string key)
    {
        if (_members.Length > LargestScanned)
        {
            return Get(StringValue.Of(key));
        }

        foreach (var (name, value) in _members)
        {
            if (name is StringValue text && text.Text == key)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The same with one member set.</summary>
    public ObjectValue With(Value key, Value value)
    {
        var builder = new ObjectBuilder(this);
        builder.Set(key, value);
        return builder.ToObject();
    }

    /// <summary>The same without a key.</summary>
    public ObjectValue Without(Value key) =>
        Get(key) is null ? this : new ObjectValue([.. _members.Where(m => !m.Key.Equals(key))]);

    /// <summary>Visits the members in the order of their keys.</summary>
    public Enumerator GetEnumerator() => new(Ordered);

    IEnumerator<KeyValuePair<Value, Value>> IEnumerable<KeyValuePair<Value, Value>>.GetEnumerator() =>
        ((IEnumerable<KeyValuePair<Value, Value>>)Ordered).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Ordered.GetEnumerator();

    /// <summary>The members as they were built, in no order that means anything: for whoever copies them.</summary>
    internal ReadOnlySpan<KeyValuePair<Value, Value>> AsBuilt() => _members;

    private static Value? Scan(KeyValuePair<Value, Value>[] members, Value key)
    {
        foreach (var (name, value) in members)
        {
            if (name.Equals(key))
            {
                return value;
            }
        }

        return null;
    }

    // the look-up of nearly all policies, without asking keys for their type one by one
    private static Value? Scan(KeyValuePair<Value, Value>[] members, StringValue key)
    {
        var text = key.Text;
        for (var at = 0; at < members.Length; at++)
        {
            if (members[at].Key is StringValue name
                && (ReferenceEquals(name, key) || (name.Text.Length == text.Length && name.Text == text)))
            {
                return members[at].Value;
            }
        }

        return null;
    }

    private KeyValuePair<Value, Value>[] Order()
    {
        var members = _members;
        for (var i = 1; i < members.Length; i++)
        {
            if (members[i - 1].Key.CompareTo(members[i].Key) > 0)
            {
                var ordered = (KeyValuePair<Value, Value>[])members.Clone();
                Array.Sort(ordered, static (a, b) => a.Key.CompareTo(b.Key));
                return ordered;
            }
        }

        return members;
    }

    private protected override int CompareSame(Value other)
    {
        RunningLimits.Step();
        var (one, two) = (Ordered, ((ObjectValue)other).Ordered);
        for (var i = 0; i < one.Length && i < two.Length; i++)
        {
            if (one[i].Key.CompareTo(two[i].Key) is not 0 and var byKey)
            {
                return byKey;
            }

            if (one[i].Value.CompareTo(two[i].Value) is not 0 and var byValue)
            {
                return byValue;
            }
        }

        return one.Length.CompareTo(two.Length);
    }

    private protected override bool EqualsSame(Value other)
    {
        var second = (ObjectValue)other;
        if (second.Count != Count || (_hash != 0 && second._hash != 0 && _hash != second._hash))
        {
            return false;
        }

        RunningLimits.Step();
        foreach (var (key, value) in _members)
        {
            if (second.Get(key) is not { } there || !there.Equals(value))
            {
                return false;
            }
        }

        return true;
    }

    // the order in which it was built must not show
    private protected override int Hash()
    {
        if (_hash == 0)
        {
            RunningLimits.Step();
            var sum = 5 + _members.Length;
            foreach (var (key, value) in _members)
            {
                sum = unchecked(sum + HashCode.Combine(key.GetHashCode(), value.GetHashCode()));
            }

            _hash = sum == 0 ? 1 : sum;
        }

        return _hash;
    }

    /// <summary>Visits members.</summary>
    public struct Enumerator
    {
        private readonly KeyValuePair<Value, Value>[] _members;
        private int _at;

        internal Enumerator(KeyValuePair<Value, Value>[] members) => (_members, _at) = (members, -1);

        /// <summary>The member at hand.</summary>
        public readonly KeyValuePair<Value, Value> Current => _members[_at];

        /// <summary>Goes on to the next.</summary>
        public bool MoveNext() => ++_at < _members.Length;
    }
}
