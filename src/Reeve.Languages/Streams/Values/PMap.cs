using System.Collections;
using System.Collections.Immutable;

namespace Reeve.Languages.Streams.Values;

/// <summary>A map; up to 16 entries stay in the order in which they came. Callable with a key.</summary>
public sealed class PMap : Fn, IEnumerable<KeyValuePair<object, object?>>
{
    private const int MostInOrder = 16;
    private readonly KeyValuePair<object, object?>[] _few;
    private readonly ImmutableDictionary<object, object?>? _many;
    private int _hash;

    private PMap(KeyValuePair<object, object?>[] few, ImmutableDictionary<object, object?>? many = null)
    {
        _few = few;
        _many = many;
    }

    /// <summary>The map of nothing.</summary>
    public static PMap Empty { get; } = new([]);

    /// <summary>How many entries it has.</summary>
    public int Count => _many?.Count ?? _few.Length;

    /// <summary>A map of keys and values; of equal keys the last counts.</summary>
    public static PMap Of(IEnumerable<KeyValuePair<object?, object?>> pairs)
    {
        var map = Empty;
        foreach (var (key, value) in pairs)
        {
            map = map.Set(key, value);
        }

        return map;
    }

    /// <summary>The value of a key, if it is there.</summary>
    public bool TryGet(object? key, out object? value)
    {
        key ??= NilKey.Instance;
        if (_many is not null)
        {
            return _many.TryGetValue(key, out value);
        }

        var at = Find(key);
        value = at < 0 ? null : _few[at].Value;
        return at >= 0;
    }

    /// <summary>With an entry more, or another value for its key.</summary>
    public PMap Set(object? key, object? value)
    {
        key ??= NilKey.Instance;
        if (_many is not null)
        {
            return new PMap([], _many.SetItem(key, value));
        }

        var at = Find(key);
        if (at >= 0)
        {
            var changed = _few.ToArray();
            changed[at] = new(_few[at].Key, value);
            return new PMap(changed);
        }

        return _few.Length < MostInOrder
            ? new PMap([.. _few, new(key, value)])
            : new PMap([], ImmutableDictionary.CreateRange(Equality.Comparer, _few).SetItem(key, value));
    }

    /// <summary>Without a key.</summary>
    public PMap Remove(object? key)
    {
        key ??= NilKey.Instance;
        if (_many is not null)
        {
            return new PMap([], _many.Remove(key));
        }

        var at = Find(key);
        return at < 0 ? this : new PMap([.. _few[..at], .. _few[(at + 1)..]]);
    }

    /// <inheritdoc/>
    public override object? Invoke(params ReadOnlySpan<object?> args) => args.Length switch
    {
        1 => TryGet(args[0], out var value) ? value : null,
        2 => TryGet(args[0], out var value) ? value : args[1],
        _ => throw StreamError.Arity("a map", args.Length),
    };

    /// <summary>Its entries; the key nil is <see cref="NilKey"/>.</summary>
    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<object, object?>>?)_many ?? _few).GetEnumerator();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equality.AreEqual(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // kept, as a map of maps of maps is walked through only once then
        if (_hash == 0)
        {
            _hash = Equality.ContentHash(this);
        }

        return _hash;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Find(object key)
    {
        for (var i = 0; i < _few.Length; i++)
        {
            if (ReferenceEquals(_few[i].Key, key) || Equality.AreEqual(_few[i].Key, key))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Stands for nil where a table needs a key.</summary>
internal sealed class NilKey
{
    public static readonly NilKey Instance = new();

    public static object? Open(object? key) => ReferenceEquals(key, Instance) ? null : key;
}

/// <summary>A set. Callable with a member.</summary>
public sealed class PSet : Fn, IEnumerable<object?>
{
    private PSet(PMap members) => Members = members;

    /// <summary>The set of nothing.</summary>
    public static PSet Empty { get; } = new(PMap.Empty);

    /// <summary>How many members it has.</summary>
    public int Count => Members.Count;

    private PMap Members { get; }

    /// <summary>A set of what there is.</summary>
    public static PSet Of(IEnumerable<object?> items) =>
        items as PSet ?? new PSet(PMap.Of(items.Select(i => new KeyValuePair<object?, object?>(i, i))));

    /// <summary>Is it a member?</summary>
    public bool Contains(object? item) => Members.TryGet(item, out _);

    /// <summary>With one more.</summary>
    public PSet Add(object? item) => Contains(item) ? this : new PSet(Members.Set(item, item));

    /// <summary>Without one.</summary>
    public PSet Remove(object? item) => new(Members.Remove(item));

    /// <inheritdoc/>
    public override object? Invoke(params ReadOnlySpan<object?> args) =>
        args.Length == 1 ? (Members.TryGet(args[0], out var member) ? member : null) : throw StreamError.Arity("a set", args.Length);

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator() => Members.Select(m => NilKey.Open(m.Key)).GetEnumerator();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equality.AreEqual(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => Members.GetHashCode();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A cell whose value changes: an atom or a ref.</summary>
public sealed class Cell(object? value)
{
    /// <summary>What is in it.</summary>
    public object? Value { get; set; } = value;
}
