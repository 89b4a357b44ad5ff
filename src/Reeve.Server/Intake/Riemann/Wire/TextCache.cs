using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Reeve.Server.Intake.Riemann.Wire;

/// <summary>
/// Gives the same string for the same bytes, mostly: hosts, services, states and tags come again and again. A slot holds the last text
/// that fell on it, so the memory is bounded whatever is sent. For one thread at a time.
/// </summary>
internal sealed class TextCache
{
    private const int MaxLength = 128;
    private const int Most = 16_384;
    private string?[] _slots = new string?[256];
    private int _misses;

    /// <summary>The text of some bytes; what is no UTF-8 is replaced.</summary>
    public string Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "";
        }

        if (bytes.Length > MaxLength)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var slots = _slots;
        ref var slot = ref slots[Hash(bytes) & (uint)(slots.Length - 1)];
        if (slot is { } known && known.Length == bytes.Length && Ascii.Equals(bytes, known))
        {
            return known;
        }

        var text = Encoding.UTF8.GetString(bytes);
        if (text.Length == bytes.Length)
        {
            slot = text;
            Missed();
        }

        return text;
    }

    private void Missed()
    {
        if (++_misses > _slots.Length && _slots.Length < Most)
        {
            _misses = 0;
            _slots = new string?[_slots.Length * 4];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong Prime = 0x9E3779B97F4A7C15;
        var hash = (ulong)bytes.Length * Prime;
        var rest = bytes;
        while (rest.Length >= 8)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(rest)) * Prime;
            hash ^= hash >> 29;
            rest = rest[8..];
        }

        ulong last = 0;
        foreach (var b in rest)
        {
            last = (last << 8) | b;
        }

        hash = (hash ^ last) * Prime;
        return (uint)(hash >> 32);
    }
}
