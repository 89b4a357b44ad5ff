using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Reeve.Server.Hosting;
using Reeve.Server.Intake.Riemann.Wire;

namespace Reeve.Server.Intake.Riemann.Sockets;

/// <summary>
/// Listens on UDP: each datagram is one message, and nobody is answered. What cannot be taken is counted, and so is what the kernel
/// dropped because it came faster than it was read.
/// </summary>
internal sealed class RiemannDatagrams : IAsyncDisposable
{
    private const int LargestDatagram = 65_536;
    private const int KernelBuffer = 8 * 1024 * 1024;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly RiemannDoor _door;
    private readonly ILogger _logger;
    private readonly MessageReader _reader = new();
    private Task _reading = Task.CompletedTask;
    private bool _hasComplained;

    /// <summary>Takes the address; throws <see cref="SocketException"/> when it cannot be had.</summary>
    public RiemannDatagrams(IPEndPoint address, RiemannDoor door, ILogger logger)
    {
        (_door, _logger) = (door, logger);
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = KernelBuffer };
        try
        {
            _socket.Bind(address);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens, the port filled in.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>How many datagrams the kernel has dropped here; 0 where it does not say.</summary>
    public long DroppedByKernel()
    {
        var isNew = Address.AddressFamily == AddressFamily.InterNetworkV6;
        try
        {
            var port = string.Create(CultureInfo.InvariantCulture, $":{Address.Port:X4}");
            foreach (var line in File.ReadLines(isNew ? "/proc/net/udp6" : "/proc/net/udp"))
            {
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns.Length > 12 && columns[1].EndsWith(port, StringComparison.Ordinal))
                {
                    return long.TryParse(columns[^1], CultureInfo.InvariantCulture, out var dropped) ? dropped : 0;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // not this kind of system
        }

        return 0;
    }

    /// <summary>Begins to read.</summary>
    public void Start() => _reading = Task.Run(ReadAsync);

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[LargestDatagram];
        var sender = new SocketAddress(_socket.AddressFamily);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, sender, _stop.Token);
                _door.Counters.AddDatagram();
                if (_reader.Read(buffer.AsSpan(0, length), _door.Now) is { } broken)
                {
                    _door.Counters.AddMalformed();
                    Complain(sender, broken);
                }
                else if (!_door.TryTakeAll(_reader.Events, out var taken, out var reason))
                {
                    // there is nobody to tell, and waiting would only let the kernel drop the next ones
                    _door.Counters.AddDropped(_reader.Events.Count - taken);
                    Complain(sender, reason);
                }
            }
            catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // an answer of the network to an earlier datagram; the next one can be read
            }
            catch (Exception bug)
            {
                _logger.Failed(bug);
            }
        }
    }

    // once: a sender that goes on and on would fill the log; the counters go on
    private void Complain(SocketAddress sender, string error)
    {
        if (!_hasComplained)
        {
            _hasComplained = true;
            _logger.RiemannMalformed($"{Address.Create(sender)} (UDP)", error);
        }
    }
}
