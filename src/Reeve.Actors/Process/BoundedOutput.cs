using System.Text;

namespace Reeve.Actors.Process;

/// <summary>Keeps the first and the last half of what is written to it, however much that is.</summary>
internal sealed class BoundedOutput(int limit)
{
    private readonly Lock _gate = new();
    private readonly byte[] _head = new byte[Math.Max(limit / 2, 1)];
    private readonly byte[] _tail = new byte[Math.Max(limit - (limit / 2), 1)];
    private long _written;

    /// <summary>Was more written than is kept?</summary>
    public bool Truncated
    {
        get
        {
            lock (_gate)
            {
                return _written > _head.Length + _tail.Length;
            }
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public async Task ReadAsync(Stream from, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            Add(buffer.AsSpan(0, read));
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_written < _head.Length)
            {
                var first = bytes[..(int)Math.Min(bytes.Length, _head.Length - _written)];
                first.CopyTo(_head.AsSpan((int)_written));
                _written += first.Length;
                bytes = bytes[first.Length..];
            }

            // Of a piece larger than the ring only the end can stay; what comes before it still counts.
            var skipped = Math.Max(bytes.Length - _tail.Length, 0);
            _written += skipped;
            foreach (var value in bytes[skipped..])
            {
                _tail[(_written++ - _head.Length) % _tail.Length] = value;
            }
        }
    }

    /// <summary>What is kept, as text, with a line that says how much is missing.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            if (_written <= _head.Length)
            {
                return Encoding.UTF8.GetString(_head, 0, (int)_written);
            }

            var inTail = _written - _head.Length;
            var kept = (int)Math.Min(inTail, _tail.Length);
            var tail = new byte[kept];
            for (var i = 0; i < kept; i++)
            {
                tail[i] = _tail[(inTail - kept + i) % _tail.Length];
            }

            var cut = inTail - kept;
            return cut == 0
                ? Encoding.UTF8.GetString([.. _head, .. tail])
                : $"{Encoding.UTF8.GetString(_head)}\n… {cut} bytes left out …\n{Encoding.UTF8.GetString(tail)}";
        }
    }
}
