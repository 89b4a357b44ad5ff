using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Reeve.Server.Intake.Riemann.Wire;

/// <summary>Writes protobuf fields one after the other into a place that grows.</summary>
internal sealed class ProtoWriter : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1024);

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>Forgets what was written.</summary>
    public void Clear() => Length = 0;

    /// <summary>Goes back to a length it had.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Some bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>The head of a field.</summary>
    public void Head(int field, WireType type) => Varint(((ulong)field << 3) | (byte)type);

    /// <summary>A number in the varint form.</summary>
    public void Varint(ulong value)
    {
        var room = Room(10);
        var at = 0;
        while (value >= 0x80)
        {
            room[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[at++] = (byte)value;
        Length += at;
    }

    /// <summary>A field with a number.</summary>
    public void Varint(int field, long value)
    {
        Head(field, WireType.Varint);
        Varint((ulong)value);
    }

    /// <summary>A field with a number that has its sign in the lowest bit.</summary>
    public void Zigzag(int field, long value)
    {
        Head(field, WireType.Varint);
        Varint((ulong)((value << 1) ^ (value >> 63)));
    }

    /// <summary>A field of 64 bits.</summary>
    public void Double(int field, double value)
    {
        Head(field, WireType.Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value);
        Length += 8;
    }

    /// <summary>A field of 32 bits.</summary>
    public void Single(int field, float value)
    {
        Head(field, WireType.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(Room(4), value);
        Length += 4;
    }

    /// <summary>A field with a text; nothing for null.</summary>
    public void Text(int field, string? text)
    {
        if (text is null)
        {
            return;
        }

        Head(field, WireType.Bytes);
        var size = Encoding.UTF8.GetByteCount(text);
        Varint((ulong)size);
        Length += Encoding.UTF8.GetBytes(text, Room(size));
    }

    /// <summary>Begins a message inside this one, or a frame; gives what <see cref="Close"/> wants.</summary>
    public int Open(int field)
    {
        Head(field, WireType.Bytes);
        return Length;
    }

    /// <summary>Ends the message that began at a place: puts its length before it.</summary>
    public void Close(int begin)
    {
        var size = Length - begin;
        var digits = 1;
        for (var rest = (uint)size >> 7; rest > 0; rest >>= 7)
        {
            digits++;
        }

        Room(digits);
        _buffer.AsSpan(begin, size).CopyTo(_buffer.AsSpan(begin + digits));
        Length = begin;
        Varint((ulong)size);
        Length += size;
    }

    /// <summary>Puts a number of 32 bits, the highest first, at a place.</summary>
    public void Patch(int at, int value) => BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(at), value);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private Span<byte> Room(int count)
    {
        if (_buffer.Length - Length < count)
        {
            var twice = (int)Math.Min(Array.MaxLength, _buffer.Length * 2L);
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + count), twice));
            _buffer.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(Length);
    }
}
