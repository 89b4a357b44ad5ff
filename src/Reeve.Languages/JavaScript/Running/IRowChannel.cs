namespace Reeve.Languages.JavaScript.Running;

/// <summary>The way of long lists in and out of a script, a few hundred rows at once: lines, each a row as JSON.</summary>
internal interface IRowChannel
{
    /// <summary>A chunk of an argument; in <paramref name="room"/>, which grows when it has to, or elsewhere.</summary>
    ReadOnlyMemory<byte> Lines(int argument, int chunk, ref byte[] room);

    /// <summary>Hands on rows of the result.</summary>
    void Emit(ReadOnlySpan<byte> lines, int rows);
}
