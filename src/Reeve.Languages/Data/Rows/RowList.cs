using System.Collections;
using System.Text;

namespace Reeve.Languages.Data.Rows;

/// <summary>
/// A long list of values, packed as JSON in a <see cref="RowSpool"/>, which has to be open as long as the list is read. Each reading
/// makes the rows anew, one after the other. May be read by several threads.
/// </summary>
public sealed class RowList : IReadOnlyList<object?>
{
    private const int KeptWhole = 20_000;

    private readonly RowSpool _spool;
    private readonly RowChunk[] _chunks;
    private readonly bool _hasInfinite;
    private List<object?>? _whole;
    private WeakReference<List<object?>>? _lastWhole;

    internal RowList(RowSpool spool, RowChunk[] chunks, bool hasInfinite)
    {
        _spool = spool;
        _chunks = chunks;
        _hasInfinite = hasInfinite;
        Count = chunks is [.., var last] ? last.First + last.Rows : 0;
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>Their size as JSON, bytes.</summary>
    public long Bytes => _chunks.Sum(c => (long)c.Length);

    /// <summary>What of it is on the disk, bytes.</summary>
    public long OnDisk => _chunks.Sum(c => c.Bytes is null ? (long)c.Length : 0);

    /// <summary>All rows as a list of objects; what needs it needs the memory.</summary>
    public List<object?> Whole
    {
        get
        {
            if (_whole is { } kept || (_lastWhole?.TryGetTarget(out kept) ?? false))
            {
                return kept!;
            }

            var made = new List<object?>(Count);
            made.AddRange(this);
            if (Count <= KeptWhole)
            {
                _whole = made;
            }
            else
            {
                _lastWhole = new WeakReference<List<object?>>(made);
            }

            return made;
        }
    }

    internal int ChunkCount => _chunks.Length;

    internal bool HasInfinite => _hasInfinite;

    /// <summary>The row with a number from 0.</summary>
    public object? this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var (low, high) = (0, _chunks.Length - 1);
            while (low < high)
            {
                var middle = (low + high + 1) / 2;
                (low, high) = _chunks[middle].First <= index ? (middle, high) : (low, middle - 1);
            }

            byte[] room = [];
            var lines = Lines(low, ref room).Span;
            for (var at = _chunks[low].First; at < index; at++)
            {
                lines = lines[(lines.IndexOf((byte)'\n') + 1)..];
            }

            return new RowText().Read(lines[..lines.IndexOf((byte)'\n')]);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator()
    {
        var reader = new RowReader(this);
        while (reader.Read())
        {
            yield return reader.Row;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Writes the list as JSON, without making objects of the rows.</summary>
    public void WriteTo(TextWriter to)
    {
        to.Write('[');
        if (_hasInfinite)
        {
            var isFirst = true;
            foreach (var row in this)
            {
                to.Write(isFirst ? "" : ",");
                isFirst = false;
                JsonData.Write(to, row);
            }
        }
        else
        {
            WriteLines(to);
        }

        to.Write(']');
    }

    /// <summary>The lines of one chunk, each a row as JSON.</summary>
    internal ReadOnlyMemory<byte> Lines(int chunk, ref byte[] room) => _spool.Read(_chunks[chunk], ref room);

    internal int RowsOf(int chunk) => _chunks[chunk].Rows;

    // no line holds a line break of its own
    private void WriteLines(TextWriter to)
    {
        byte[] room = [];
        var text = new char[RowSpool.ChunkSize];
        for (var chunk = 0; chunk < _chunks.Length; chunk++)
        {
            var lines = Lines(chunk, ref room).Span;
            if (text.Length < lines.Length)
            {
                text = new char[lines.Length];
            }

            var length = Encoding.UTF8.GetChars(lines, text);
            text.AsSpan(0, length).Replace('\n', ',');
            to.Write(text.AsSpan(0, chunk == _chunks.Length - 1 ? length - 1 : length));
        }
    }
}
