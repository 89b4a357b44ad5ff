using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Reeve.Server.Hosting;
using Reeve.Server.Intake.Riemann.Wire;

namespace Reeve.Server.Intake.Riemann.Sockets;

/// <summary>
/// One TCP connection: messages behind their lengths, answered in their order. Whatever arrives together is worked on together, and the
/// replies to it leave together.
/// </summary>
internal sealed class RiemannConnection(
    Stream stream, string from, RiemannDoor door, RiemannOptions options, TimeProvider time, ILogger logger)
{
    private const int Head = 4;
    private const int SmallBuffer = 16 * 1024;
    private const int LargeBuffer = 256 * 1024;
    private readonly ReplyWriter _replies = new();
    private readonly MessageReader _reader = new();
    private byte[] _input = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    private int _filled;
    private bool _hasComplained;

    // since when the other side owes something (the rest of a message, or the taking of a reply); 0 for not at all
    private long _owingSince;

    /// <summary>Works until the other side has enough, says nonsense, or is cut off.</summary>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                Volatile.Write(ref _owingSince, _filled == 0 ? 0 : Now);
                var read = await stream.ReadAsync(_input.AsMemory(_filled), cancellationToken);
                Volatile.Write(ref _owingSince, 0);
                if (read == 0)
                {
                    return;
                }

                _filled += read;
                var goesOn = await WorkAsync(cancellationToken);
                await FlushAsync(cancellationToken);
                if (!goesOn)
                {
                    return;
                }
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // the other side went away, was cut off, or reeve stops: there is nobody to tell
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_input);
            _replies.Dispose();
        }
    }

    /// <summary>Has the other side owed something for too long?</summary>
    public bool IsOverdue(TimeSpan patience) =>
        Volatile.Read(ref _owingSince) is var since and not 0 && time.GetElapsedTime(since) > patience;

    private long Now => Math.Max(1, time.GetTimestamp());

    // works on all whole messages; false when the connection has to end
    private async ValueTask<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var at = 0;
        var need = 0;
        while (_filled - at >= Head)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(_input.AsSpan(at));
            if (length > (uint)options.MaxFrameBytes)
            {
                Complain($"a message of {length} bytes is larger than {options.MaxFrameBytes}");
                return false;
            }

            if (_filled - at - Head < (int)length)
            {
                need = Head + (int)length;
                break;
            }

            var begin = at + Head;
            at = begin + (int)length;
            if (_reader.Read(_input.AsSpan(begin, (int)length), door.Now) is { } broken)
            {
                // the lengths still fit, so the messages behind it can be read
                Complain(broken);
                continue;
            }

            if (!door.TryTake(_reader.Events, _replies, _reader.Query, out var begun))
            {
                await FlushAsync(cancellationToken);
                await door.TakeAsync(_reader.Events, _replies, _reader.Query, begun, cancellationToken);
            }

            if (_replies.Length > LargeBuffer)
            {
                await FlushAsync(cancellationToken);
            }
        }

        Keep(at, need);
        return true;
    }

    // moves the rest to the front, into a larger place when it fills this one or is the beginning of something larger
    private void Keep(int at, int need)
    {
        _filled -= at;
        var wanted = Math.Max(need, at > 0 && at + _filled == _input.Length && _input.Length < LargeBuffer ? _input.Length * 4 : 0);
        if (wanted > _input.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(wanted);
            _input.AsSpan(at, _filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_input);
            _input = larger;
        }
        else if (_filled == 0 && _input.Length > LargeBuffer * 4)
        {
            ArrayPool<byte>.Shared.Return(_input);
            _input = ArrayPool<byte>.Shared.Rent(LargeBuffer);
        }
        else if (at > 0 && _filled > 0)
        {
            _input.AsSpan(at, _filled).CopyTo(_input);
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_replies.Length > 0)
        {
            Volatile.Write(ref _owingSince, Now);
            await stream.WriteAsync(_replies.Written, cancellationToken);
            Volatile.Write(ref _owingSince, 0);
            _replies.Clear();
        }
    }

    private void Complain(string error)
    {
        door.Counters.AddMalformed();
        _replies.Refuse(error);
        if (!_hasComplained)
        {
            _hasComplained = true;
            logger.RiemannMalformed(from, error);
        }
    }
}
