using System.Text;

namespace Reeve.Storage.Sql;

/// <summary>One value on its way into a statement.</summary>
internal readonly struct SqlValue
{
    private readonly long _bits;
    private readonly object? _reference;

    private SqlValue(SqlKind kind, long bits, object? reference)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    public SqlKind Kind { get; }

    public long Whole => _bits;

    public double Real => BitConverter.Int64BitsToDouble(_bits);

    public string? Text => _reference as string;

    public byte[]? Bytes => _reference as byte[];

    public static implicit operator SqlValue(long value) => new(SqlKind.Whole, value, null);

    public static implicit operator SqlValue(long? value) => value is { } v ? v : default(SqlValue);

    public static implicit operator SqlValue(double value) => new(SqlKind.Real, BitConverter.DoubleToInt64Bits(value), null);

    public static implicit operator SqlValue(string? value) => value is null ? default : new(SqlKind.Text, 0, Storable(value));

    public static implicit operator SqlValue(byte[]? value) => value is null ? default : new(SqlKind.Bytes, 0, value);

    public static implicit operator SqlValue(DateTimeOffset value) => SqlTime.ToMicroseconds(value);

    public static implicit operator SqlValue(DateTimeOffset? value) => value is { } v ? v : default(SqlValue);

    /// <summary>
    /// A text without what UTF-8 or PostgreSQL cannot hold: half a surrogate pair and NUL become the replacement character.
    /// </summary>
    private static string Storable(string text)
    {
        if (!text.Contains('\0') && text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') < 0)
        {
            return text;
        }

        return string.Concat(text.EnumerateRunes().Select(r => r.Value == 0 ? Rune.ReplacementChar : r));
    }
}
