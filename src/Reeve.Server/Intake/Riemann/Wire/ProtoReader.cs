using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Reeve.Server.Intake.Riemann.Wire;

/// <summary>
/// Reads the fields of a protobuf message one after the other. Nothing is thrown: what is malformed ends the reading and is told by
/// <see cref="IsBroken"/>.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>Was something malformed?</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>How its value is written.</summary>
    public WireType Type { get; private set; }

    /// <summary>Reads the head of the next field; false at the end, and when it is broken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next()
    {
        if (_at >= _message.Length || IsBroken)
        {
            return false;
        }

        ulong tag = _message[_at];
        if (tag < 0x80)
        {
            _at++;
        }
        else
        {
            tag = Varint();
        }

        Field = (int)(tag >> 3);
        Type = (WireType)(tag & 7);
        if (tag > uint.MaxValue || Field == 0)
        {
            IsBroken = true;
        }

        return !IsBroken;
    }

    /// <summary>A number in the varint form.</summary>
    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70 && _at < _message.Length; shift += 7)
        {
            var next = _message[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        IsBroken = true;
        return 0;
    }

    /// <summary>The same, with the sign in the lowest bit.</summary>
    public long Zigzag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number of 64 bits.</summary>
    public double Double() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : 0;

    /// <summary>A number of 32 bits.</summary>
    public float Single() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadSingleLittleEndian(bytes) : 0;

    /// <summary>A text or a message inside this one.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        return length <= int.MaxValue ? Take((int)length) : Broken();
    }

    /// <summary>Passes over the value of a field that is not known, or written in another way than it should be.</summary>
    public void Skip()
    {
        switch (Type)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Take(8);
                break;
            case WireType.Bytes:
                Bytes();
                break;
            case WireType.Fixed32:
                Take(4);
                break;
            default:
                // groups are gone since long, and nobody sends them
                IsBroken = true;
                break;
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _message.Length - _at)
        {
            return Broken();
        }

        var taken = _message.Slice(_at, count);
        _at += count;
        return taken;
    }

    private ReadOnlySpan<byte> Broken()
    {
        IsBroken = true;
        return default;
    }
}

/// <summary>The ways in which protobuf writes values.</summary>
internal enum WireType : byte
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
