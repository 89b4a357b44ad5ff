namespace Reeve.Storage.Sql;

/// <summary>The row at hand of a query; valid only during the call that hands it over.</summary>
internal interface ISqlRow
{
    bool IsNull(int column);

    long Whole(int column);

    double Real(int column);

    string Text(int column);

    /// <summary>A text as its UTF-8 bytes, or a value of bytes.</summary>
    ReadOnlySpan<byte> Bytes(int column);
}
