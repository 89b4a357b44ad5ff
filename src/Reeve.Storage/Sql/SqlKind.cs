namespace Reeve.Storage.Sql;

/// <summary>The kinds of value that both databases keep alike.</summary>
internal enum SqlKind
{
    /// <summary>No value.</summary>
    Null,

    /// <summary>A whole number; also a time, in microseconds since 1970.</summary>
    Whole,

    /// <summary>A floating point number.</summary>
    Real,

    /// <summary>A text; also JSON.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Bytes,
}
