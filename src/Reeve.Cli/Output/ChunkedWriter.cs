using System.Text;

namespace Reeve.Cli.Output;

/// <summary>Hands on what is written in large pieces: a terminal's writer passes every single one on at once.</summary>
internal sealed class ChunkedWriter(TextWriter to) : TextWriter
{
    private readonly char[] _chunk = new char[64 * 1024];
    private int _used;

    /// <inheritdoc/>
    public override Encoding Encoding => to.Encoding;

    /// <inheritdoc/>
    public override void Write(char value)
    {
        if (_used == _chunk.Length)
        {
            Flush();
        }

        _chunk[_used++] = value;
    }

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        while (buffer.Length > 0)
        {
            if (_used == _chunk.Length)
            {
                Flush();
            }

            var count = Math.Min(buffer.Length, _chunk.Length - _used);
            buffer[..count].CopyTo(_chunk.AsSpan(_used));
            _used += count;
            buffer = buffer[count..];
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        to.Write(_chunk, 0, _used);
        _used = 0;
    }
}
