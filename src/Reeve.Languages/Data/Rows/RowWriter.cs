namespace Reeve.Languages.Data.Rows;

/// <summary>Packs the rows of one list; for one thread at a time.</summary>
/// <param name="spool">Where they go.</param>
public sealed class RowWriter(RowSpool spool)
{
    private readonly List<RowChunk> _chunks = [];
    private readonly JsonText _text = new();
    private int _kept;
    private int _rows;
    private bool _hasInfinite;

    /// <summary>The rows so far.</summary>
    public int Count => _kept + _rows;

    /// <summary>One more row, as an object.</summary>
    /// <exception cref="RowSpaceException">There is no room.</exception>
    public void Add(object? row)
    {
        _text.Value(row);
        Ended();
    }

    /// <summary>One more row, as a <see cref="RowReader"/> has it.</summary>
    /// <exception cref="RowSpaceException">There is no room.</exception>
    public void AddJson(RowReader row)
    {
        _text.Raw(row.Json);
        _hasInfinite |= row.HasInfinite;
        Ended();
    }

    /// <summary>All rows of a list.</summary>
    /// <exception cref="RowSpaceException">There is no room.</exception>
    public void AddAll(RowList list)
    {
        byte[] room = [];
        for (var chunk = 0; chunk < list.ChunkCount; chunk++)
        {
            AddLines(list.Lines(chunk, ref room).Span, list.RowsOf(chunk));
        }

        _hasInfinite |= list.HasInfinite;
    }

    /// <summary>The list; nothing may be added to it afterwards.</summary>
    /// <exception cref="RowSpaceException">There is no room.</exception>
    public RowList Finish()
    {
        Keep();
        return new RowList(spool, [.. _chunks], _hasInfinite || _text.HasInfinite);
    }

    /// <summary>Rows that are JSON already, one a line.</summary>
    internal void AddLines(ReadOnlySpan<byte> lines, int rows)
    {
        if (lines.Length >= RowSpool.ChunkSize / 2)
        {
            Keep();
            _chunks.Add(spool.Keep(lines, _kept, rows));
            _kept += rows;
            return;
        }

        _text.Raw(lines);
        _rows += rows;
        KeepWhenFull();
    }

    private void Ended()
    {
        _text.Byte('\n');
        _rows++;
        KeepWhenFull();
    }

    private void KeepWhenFull()
    {
        if (_text.Length >= RowSpool.ChunkSize)
        {
            Keep();
        }
    }

    private void Keep()
    {
        if (_rows > 0)
        {
            _chunks.Add(spool.Keep(_text.Span, _kept, _rows));
            _kept += _rows;
            _rows = 0;
            _text.Cut(0);
        }
    }
}
