using System.Buffers.Binary;
using System.Runtime.CompilerServices;
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
            return Read(OfThread, bytes, 0, bytes.Length);
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

    /// <summary>The entries of this thread.</summary>
    public static Entry[] OfThread => _entries ??= new Entry[Slots];

    /// <summary>A text without escapes in a JSON.</summary>
    public static StringValue Read(Entry[] entries, ReadOnlySpan<byte> json, int start, int length)
    {
        if (length is 0 or > LongestKept)
        {
            return length == 0 ? StringValue.Empty : StringValue.Of(Encoding.UTF8.GetString(json.Slice(start, length)));
        }

        // the first and the last eight bytes, which tell texts of up to sixteen apart, and longer ones well enough for a table
        ulong first;
        ulong last = 0;
        if (length >= sizeof(ulong))
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(json[start..]);
            last = BinaryPrimitives.ReadUInt64LittleEndian(json[(start + length - sizeof(ulong))..]);
        }
        else if (start + sizeof(ulong) <= json.Length)
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(json[start..]) & ((1UL << (length * 8)) - 1);
        }
        else
        {
            first = 0;
            for (var at = length - 1; at >= 0; at--)
            {
                first = (first << 8) | json[start + at];
            }
        }

        // two places for each text: the one that was asked for last, and the one before
        var slot = Slot(first, last, length);
        ref var entry = ref entries[slot];
        if (entry.Is(first, last, json, start, length))
        {
            return entry.Value;
        }

        ref var other = ref entries[slot ^ 1];
        if (other.Is(first, last, json, start, length))
        {
            return other.Value;
        }

        var bytes = json.Slice(start, length);
        var value = StringValue.Of(Encoding.UTF8.GetString(bytes));
        other = entry;
        entry = new Entry(first, last, length, length <= 2 * sizeof(ulong) ? null : bytes.ToArray(), value);
        return value;
    }

    private static int Slot(ulong first, ulong last, int length)
    {
        var ends = (first * 0x9E3779B97F4A7C15) ^ ulong.RotateLeft(last * 0xC2B2AE3D27D4EB4F, 29);
        var hash = ends + ((ulong)length * 0x165667B19E3779F9);
        return (int)((hash * 0x9E3779B97F4A7C15) >> 40) & (Slots - 1);
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

    /// <summary>A text that is kept; its bytes when the first and the last eight are not all of it.</summary>
    public readonly record struct Entry(ulong First, ulong Last, int Length, byte[]? Bytes, StringValue Value)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Is(ulong first, ulong last, ReadOnlySpan<byte> json, int start, int length) =>
            First == first && Last == last && Length == length
            && (length <= 2 * sizeof(ulong) || json.Slice(start, length).SequenceEqual(Bytes));
    }
}
