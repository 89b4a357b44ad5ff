using System.Diagnostics.CodeAnalysis;

namespace Reeve.Senlin.Clusters;

/// <summary>
/// The records of one kind in memory, in the order in which they came. Many threads read; a write costs no reader anything. Found by id,
/// by a unique beginning of the id, or by name.
/// </summary>
internal sealed class RecordTable<T> where T : SenlinRecord
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Place> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _byName = new(StringComparer.Ordinal);
    private long _next;

    // in the order in which they came: a new one goes behind, a changed one into its place, and one that went leaves a gap until the next
    // look; whoever reads has an array and a length, and what is behind that length does not concern it
    private T[] _ordered = new T[16];
    private long[] _numbers = new long[16];
    private int _count;
    private bool _hasGaps;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>The record with this id, or null.</summary>
    public T? Get(string id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id)?.Record;
        }
    }

    /// <summary>All records, in the order in which they came.</summary>
    public IReadOnlyList<T> All
    {
        get
        {
            lock (_gate)
            {
                return Ordered();
            }
        }
    }

    /// <summary>The records after one, in the order in which they came; all for null; false when there is no such record.</summary>
    public bool TryAfter(string? marker, [NotNullWhen(true)] out ArraySegment<T>? after)
    {
        lock (_gate)
        {
            var ordered = Ordered();
            after = ordered;
            if (marker is null)
            {
                return true;
            }

            if (!_byId.TryGetValue(marker, out var place))
            {
                after = null;
                return false;
            }

            after = ordered[(Array.BinarySearch(_numbers, 0, _count, place.Number) + 1)..];
            return true;
        }
    }

    /// <summary>Finds what somebody may mean: an id, a name, or the beginning of an id; more than one when it is not clear.</summary>
    public IReadOnlyList<T> Find(string identity)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(identity, out var place)
                || (Guid.TryParseExact(identity, "N", out var plain) && _byId.TryGetValue(plain.ToString("D"), out place)))
            {
                return [place.Record];
            }

            if (_byName.TryGetValue(identity, out var ids))
            {
                return [.. ids.Select(i => _byId[i].Record)];
            }

            // only what can be the beginning of an id is worth looking through all of them
            return identity.Length == 0 || !identity.All(c => char.IsAsciiHexDigitLower(c) || c == '-')
                ? []
                : [.. _byId.Where(p => p.Key.StartsWith(identity, StringComparison.Ordinal)).Take(2).Select(p => p.Value.Record)];
        }
    }

    /// <summary>Puts a record in, in the place of an older one.</summary>
    public void Put(T record)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(record.Id, out var place))
            {
                if (place.Record.Name != record.Name)
                {
                    Unname(place.Record);
                    Named(record.Name).Add(record.Id);
                }

                place.Record = record;
                _ordered[Array.BinarySearch(_numbers, 0, _count, place.Number)] = record;
                return;
            }

            place = new Place { Number = ++_next, Record = record };
            _byId[record.Id] = place;
            Named(record.Name).Add(record.Id);
            Append(record, place.Number);
        }
    }

    /// <summary>Takes a record out; null when it was not there.</summary>
    public T? Remove(string id)
    {
        lock (_gate)
        {
            if (!_byId.Remove(id, out var place))
            {
                return null;
            }

            Unname(place.Record);
            _hasGaps = true;
            return place.Record;
        }
    }

    private ArraySegment<T> Ordered()
    {
        if (_hasGaps)
        {
            // somebody may still read the old array
            var (records, numbers, count) = (_ordered, _numbers, _count);
            (_ordered, _numbers, _count, _hasGaps) = (new T[_byId.Count + 16], new long[_byId.Count + 16], 0, false);
            for (var i = 0; i < count; i++)
            {
                if (_byId.TryGetValue(records[i].Id, out var place) && place.Number == numbers[i])
                {
                    Append(records[i], numbers[i]);
                }
            }
        }

        return new ArraySegment<T>(_ordered, 0, _count);
    }

    private void Append(T record, long number)
    {
        if (_count == _ordered.Length)
        {
            Array.Resize(ref _ordered, 2 * _count);
            Array.Resize(ref _numbers, 2 * _count);
        }

        _ordered[_count] = record;
        _numbers[_count++] = number;
    }

    private List<string> Named(string name)
    {
        if (!_byName.TryGetValue(name, out var ids))
        {
            _byName[name] = ids = [];
        }

        return ids;
    }

    private void Unname(T record)
    {
        if (_byName.TryGetValue(record.Name, out var ids) && ids.Remove(record.Id) && ids.Count == 0)
        {
            _byName.Remove(record.Name);
        }
    }

    private sealed class Place
    {
        public required long Number { get; init; }

        public required T Record { get; set; }
    }
}
