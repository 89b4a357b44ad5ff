using System.Buffers.Binary;
using Reeve.Languages.JavaScript.Running;

namespace Reeve.Languages.JavaScript.Workers;

/// <summary>
/// The two pipes of a worker, seen from inside. What it sends has a length of four bytes, a byte that says what it is, and that many bytes
/// more; what it gets has only a length.
/// </summary>
internal sealed class WorkerPipe(Stream input, Stream output) : IRowChannel
{
    /// <summary>The answer of a script: the call is over.</summary>
    public const byte Answer = (byte)'A';

    /// <summary>Rows of the result: their number in four bytes, then the lines.</summary>
    public const byte Rows = (byte)'R';

    /// <summary>Asks for a chunk: the number of the list and of its chunk, four bytes each.</summary>
    public const byte Chunk = (byte)'C';

    /// <summary>What stands before everything that a worker sends.</summary>
    public const int Head = 5;

    private readonly byte[] _length = new byte[4];

    /// <summary>Says that the worker is ready: an answer to nothing.</summary>
    public void Ready()
    {
        output.Write(new byte[4]);
        output.Flush();
    }

    /// <summary>The next request; null when there will be none.</summary>
    public byte[]? Request()
    {
        if (input.ReadAtLeast(_length, 4, throwOnEndOfStream: false) < 4)
        {
            return null;
        }

        var request = new byte[BinaryPrimitives.ReadInt32LittleEndian(_length)];
        input.ReadExactly(request);
        return request;
    }

    public void Send(byte kind, ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[Head];
        BinaryPrimitives.WriteInt32LittleEndian(head, bytes.Length);
        head[4] = kind;
        output.Write(head);
        output.Write(bytes);
        output.Flush();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Lines(int argument, int chunk, ref byte[] room)
    {
        Span<byte> which = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(which, argument);
        BinaryPrimitives.WriteInt32LittleEndian(which[4..], chunk);
        Send(Chunk, which);
        input.ReadExactly(_length);
        var length = BinaryPrimitives.ReadInt32LittleEndian(_length);
        if (room.Length < length)
        {
            room = new byte[length + (length / 8)];
        }

        input.ReadExactly(room.AsSpan(0, length));
        return room.AsMemory(0, length);
    }

    /// <inheritdoc/>
    public void Emit(ReadOnlySpan<byte> lines, int rows)
    {
        Span<byte> head = stackalloc byte[Head + 4];
        BinaryPrimitives.WriteInt32LittleEndian(head, lines.Length + 4);
        head[4] = Rows;
        BinaryPrimitives.WriteInt32LittleEndian(head[5..], rows);
        output.Write(head);
        output.Write(lines);
        output.Flush();
    }
}
