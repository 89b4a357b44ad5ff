namespace Reeve.Languages.Data.Rows;

/// <summary>Makes a list of rows that come in any number: few stay objects, many are packed. For one thread at a time.</summary>
/// <param name="spool">Where they go when they are many.</param>
public sealed class RowCollector(RowSpool spool)
{
    private List<object?> _few = [];
    private RowWriter? _many;

    /// <summary>One more row.</summary>
    /// <exception cref="RowSpaceException">There is no room.</exception>
    public void Add(object? row)
    {
        if (_many is not null)
        {
            _many.Add(row);
            return;
        }

        _few.Add(row);
        if (_few.Count > RowSpool.Few)
        {
            Pack();
        }
    }

    /// <summary>The rows of a list, packed or not; of anything else itself.</summary>
    /// <exception cref="RowSpaceException">There is no room.</exception>
    public void AddAll(object? value)
    {
        switch (value)
        {
            case RowList packed:
                Pack().AddAll(packed);
                break;
            case List<object?> list:
                foreach (var row in list)
                {
                    Add(row);
                }

                break;
            default:
                Add(value);
                break;
        }
    }

    /// <summary>A <see cref="List{T}"/> of objects when there are few rows, else a <see cref="RowList"/>.</summary>
    /// <exception cref="RowSpaceException">There is no room.</exception>
    public object Finish() => _many is null ? _few : _many.Finish();

    /// <summary>A long list packed, everything else as it is.</summary>
    /// <exception cref="RowSpaceException">There is no room.</exception>
    public static object? Packed(RowSpool spool, object? value)
    {
        if (value is not List<object?> { Count: > RowSpool.Few } list)
        {
            return value;
        }

        var writer = new RowWriter(spool);
        foreach (var row in list)
        {
            writer.Add(row);
        }

        return writer.Finish();
    }

    private RowWriter Pack()
    {
        if (_many is null)
        {
            _many = new RowWriter(spool);
            foreach (var row in _few)
            {
                _many.Add(row);
            }

            _few = [];
        }

        return _many;
    }
}
