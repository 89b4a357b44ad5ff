namespace Reeve.Languages.Data.Rows;

/// <summary>Goes through a list once, from its first row to its last; for one thread.</summary>
/// <param name="list">The list.</param>
public sealed class RowReader(RowList list)
{
    private readonly RowText _text = new();
    private byte[] _room = [];
    private ReadOnlyMemory<byte> _lines;
    private int _chunk;
    private int _from;
    private int _length;

    /// <summary>The row as an object.</summary>
    public object? Row { get; private set; }

    /// <summary>The row as JSON; until the next one is read.</summary>
    public ReadOnlySpan<byte> Json => _lines.Span.Slice(_from, _length);

    internal bool HasInfinite => list.HasInfinite;

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Read()
    {
        _from += _length + 1;
        if (_from >= _lines.Length)
        {
            if (_chunk == list.ChunkCount)
            {
                Row = null;
                _length = 0;
                return false;
            }

            _lines = list.Lines(_chunk++, ref _room);
            _from = 0;
        }

        var rest = _lines.Span[_from..];
        _length = rest.IndexOf((byte)'\n');
        Row = _text.Read(rest[.._length], RowText.Room(Row));
        return true;
    }
}
