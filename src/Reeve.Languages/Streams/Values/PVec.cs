using System.Collections;

namespace Reeve.Languages.Streams.Values;

/// <summary>
/// A vector: a view on a part of an array that only ever grows behind what any view shows, so a window's contents and a vector with one
/// more item share it. Callable with an index.
/// </summary>
public sealed class PVec : Fn, IReadOnlyList<object?>
{
    private readonly Store _store;
    private readonly int _offset;
    private int _hash;

    private PVec(Store store, int offset, int count)
    {
        _store = store;
        _offset = offset;
        Count = count;
    }

    /// <summary>The vector of nothing.</summary>
    public static PVec Empty { get; } = new(new Store { Items = [] }, 0, 0);

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The items.</summary>
    public ReadOnlySpan<object?> Span => _store.Items.AsSpan(_offset, Count);

    /// <inheritdoc/>
    public object? this[int index] => (uint)index < (uint)Count
        ? _store.Items[_offset + index]
        : throw new StreamError(StreamError.OutOfBounds, $"there is no item {index} in a vector of {Count}");

    /// <summary>A vector of its own array, which must not change any more.</summary>
    public static PVec Own(object?[] items) => items.Length == 0 ? Empty : new(new Store { Items = items, Used = items.Length }, 0,
        items.Length);

    /// <summary>A vector of what is in a list.</summary>
    public static PVec Of(IEnumerable<object?> items) => items as PVec ?? Own([.. items]);

    /// <summary>A vector of texts.</summary>
    public static PVec Of(string[] texts) => Own([.. texts]);

    /// <summary>With one more at the end.</summary>
    public PVec Add(object? item) => Push(0, item);

    /// <summary>Without its first items and with one more at the end.</summary>
    public PVec Push(int dropped, object? item)
    {
        var store = _store;
        var end = _offset + Count;
        var kept = Count - dropped;
        if (store.Used != end || end == store.Items.Length)
        {
            store = new Store { Items = new object?[Math.Max(4, (kept + 1) * 2)], Used = kept + 1 };
            Span[dropped..].CopyTo(store.Items);
            store.Items[kept] = item;
            return new PVec(store, 0, kept + 1);
        }

        store.Items[end] = item;
        store.Used = end + 1;
        return new PVec(store, _offset + dropped, kept + 1);
    }

    /// <summary>A part of it, sharing its array.</summary>
    public PVec Slice(int start, int count) => count == 0 ? Empty : new(_store, _offset + start, count);

    /// <summary>With another item in one place.</summary>
    public PVec Set(int index, object? item)
    {
        if (index == Count)
        {
            return Add(item);
        }

        _ = this[index];
        var items = Span.ToArray();
        items[index] = item;
        return Own(items);
    }

    /// <inheritdoc/>
    public override object? Invoke(params ReadOnlySpan<object?> args) => args.Length == 1
        ? this[(int)Math.Clamp(Numbers.Whole(args[0]), -1, int.MaxValue)]
        : throw StreamError.Arity("a vector", args.Length);

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return _store.Items[_offset + i];
        }
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equality.AreEqual(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_hash == 0)
        {
            _hash = Equality.ContentHash(this);
        }

        return _hash;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class Store
    {
        public required object?[] Items { get; init; }

        public int Used { get; set; }
    }
}

/// <summary>
/// A list or the result of a sequence function: like a vector, but what is added goes to the front, and it is not callable.
/// </summary>
public sealed class PSeq : IReadOnlyList<object?>
{
    private readonly PVec _items;

    internal PSeq(PVec items) => _items = items;

    /// <summary>The empty list.</summary>
    public static PSeq Empty { get; } = new(PVec.Empty);

    /// <inheritdoc/>
    public int Count => _items.Count;

    internal PVec Items => _items;

    /// <inheritdoc/>
    public object? this[int index] => _items[index];

    /// <summary>A list of what there is.</summary>
    public static PSeq Of(IEnumerable<object?> items) => items is PSeq seq ? seq : new PSeq(PVec.Of(items));

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator() => _items.GetEnumerator();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equality.AreEqual(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => _items.GetHashCode();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A sequence without a known end, such as <c>(range)</c>: only what is taken of it is made.</summary>
public sealed class LazySeq(IEnumerable<object?> items) : IEnumerable<object?>
{
    private const int MostMade = 1_000_000;

    /// <summary>Its items; after a million of them it is stopped, as nobody has said where it ends.</summary>
    public IEnumerator<object?> GetEnumerator()
    {
        var made = 0;
        foreach (var item in items)
        {
            if (++made > MostMade)
            {
                throw new StreamLimitException($"more than {MostMade} items of a sequence without an end were asked for");
            }

            yield return item;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
