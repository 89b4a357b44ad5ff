using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Reeve.Languages.Rego.Values;

/// <summary>
/// Reads texts of JSON. Short ones come again and again (the names of fields above all): each thread keeps some of them, with their
/// hash, so that reading them costs a comparison instead of an allocation.
/// </summary>
internal static class TextCache
{
    private const int Slots = 1024;
    private const int LongestKept = 40;

    [ThreadStatic]
    private static Entry[]? _entries;

    /// <summary>The text that the reader stands on, the name of a property or a value.</summary>
    public static StringValue Read(ref Utf8JsonReader reader)
    {
        var bytes = reader.ValueSpan;
        if (bytes.Length <= LongestKept && !reader.ValueIsEscaped)
        {
            return bytes.IsEmpty ? StringValue.Empty : Kept(bytes);
        }

        try
        {
            return StringValue.Of(reader.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // half a surrogate pair, or bytes that are no UTF-8
            return StringValue.Of(Lenient(bytes, reader.ValueIsEscaped));
        }
    }

    private static StringValue Kept(ReadOnlySpan<byte> bytes)
    {
        var entries = _entries ??= new Entry[Slots];
        ref var entry = ref entries[Hash(bytes) & (Slots - 1)];
        if (entry.Bytes is { } kept && bytes.SequenceEqual(kept))
        {
            return entry.Value!;
        }

        var value = StringValue.Of(Encoding.UTF8.GetString(bytes));
        entry = new Entry(bytes.ToArray(), value);
        return value;
    }

    // the ends and the length tell texts apart well enough: what collides is only read again
    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        ulong first;
        ulong last;
        if (bytes.Length >= 8)
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            last = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]);
        }
        else if (bytes.Length >= 4)
        {
            first = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            last = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]);
        }
        else
        {
            first = bytes[0];
            last = ((ulong)bytes[bytes.Length >> 1] << 8) | bytes[^1];
        }

        var ends = (first * 0x9E3779B97F4A7C15) ^ ulong.RotateLeft(last * 0xC2B2AE3D27D4EB4F, 29);
        var hash = ends + ((ulong)bytes.Length * 0x165667B19E3779F9);
        return (int)((hash * 0x9E3779B97F4A7C15) >> 40);
    }

    private static string Lenient(ReadOnlySpan<byte> bytes, bool escaped)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (!escaped)
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            i++;
            plain.Append(text[i] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\b',
                'f' => '\f',
                'u' => (char)Convert.ToInt32(text.Substring(i + 1, 4), 16),
                var same => same,
            });
            i += text[i] == 'u' ? 4 : 0;
        }

        return string.Concat(plain.ToString().EnumerateRunes());
    }

    private readonly record struct Entry(byte[]? Bytes, StringValue? Value);
}
