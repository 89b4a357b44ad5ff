using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Reeve.Core.Matching;

/// <summary>
/// Which services are wanted at which paths, in a few bits each: it says <em>surely not</em> or <em>perhaps</em>. Nearly all events end
/// here, and it is small enough to stay near the processor where a dictionary of the same places is not. Many threads read while one
/// writes.
/// </summary>
internal sealed class PlaceFilter
{
    private const int BitsForEach = 16;
    private const int FewestWords = 64;
    private const ulong Odd = 0x9E3779B97F4A7C15;

    // the depths of a path that have an answer of their own; what is deeper always gets a "perhaps"
    private const int Depths = 63;

    private readonly ulong[] _words;
    private readonly int _shift;
    private int _room;

    /// <summary>An empty filter that is good for so many places.</summary>
    public PlaceFilter(int places)
    {
        var words = FewestWords;
        while (words < (long)places * BitsForEach / 64)
        {
            words *= 2;
        }

        _words = new ulong[words];
        _shift = 64 - BitOperations.Log2((uint)words);
        _room = (int)Math.Max(places, (long)words * 64 / BitsForEach);
    }

    /// <summary>Adds a service at a path; false when the filter is full and a larger one is to be made of all places.</summary>
    public bool Add(ReadOnlySpan<char> path, string service)
    {
        if (_room == 0)
        {
            return false;
        }

        _room--;
        var hash = Below(0, service);
        while (true)
        {
            var slash = path.IndexOf('/');
            hash = Below(hash, slash < 0 ? path : path[..slash]);
            if (slash < 0)
            {
                break;
            }

            path = path[(slash + 1)..];
        }

        ref var word = ref _words[hash >> _shift];
        Volatile.Write(ref word, word | BitsOf(hash));
        return true;
    }

    /// <summary>
    /// Where on the way from a root to this path the service may be wanted: bit 0 for the root, bit 1 for what is below it, and so on.
    /// </summary>
    public ulong Look(ReadOnlySpan<char> path, string service)
    {
        var found = 0UL;
        var hash = Below(0, service);
        for (var depth = 0; depth < Depths; depth++)
        {
            var slash = path.IndexOf('/');
            hash = Below(hash, slash < 0 ? path : path[..slash]);
            var bits = BitsOf(hash);
            if ((Volatile.Read(ref _words[hash >> _shift]) & bits) == bits)
            {
                found |= Bit(depth);
            }

            if (slash < 0)
            {
                return found;
            }

            path = path[(slash + 1)..];
        }

        return found | Bit(Depths);
    }

    /// <summary>The bit that stands for a depth in what <see cref="Look"/> gives.</summary>
    public static ulong Bit(int depth) => 1UL << Math.Min(depth, Depths);

    // three bits of one word, so that a question costs one look into memory
    private static ulong BitsOf(ulong hash) => 1UL << (int)hash | 1UL << (int)(hash >> 6) | 1UL << (int)(hash >> 12);

    // four letters at a time
    private static ulong Below(ulong hash, ReadOnlySpan<char> name)
    {
        var rest = (ulong)name.Length;
        var bytes = MemoryMarshal.AsBytes(name);
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var letter in MemoryMarshal.Cast<byte, char>(bytes))
        {
            rest = (rest << 16) ^ letter;
        }

        return Fold(hash ^ rest ^ Odd);
    }

    private static ulong Fold(ulong value) => Math.BigMul(value, Odd, out var low) ^ low;
}
