using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Reeve.Server.Hosting;

namespace Reeve.Server.Intake.Riemann.Sockets;

/// <summary>Listens on TCP, with TLS when there is a certificate; holds the connections and cuts off those that let it wait.</summary>
internal sealed class RiemannListener : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly ConcurrentDictionary<RiemannConnection, (Socket Socket, Task Done)> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly RiemannDoor _door;
    private readonly RiemannOptions _options;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _sweep;
    private Task _accepting = Task.CompletedTask;
    private int _open;

    /// <summary>Takes the address; throws <see cref="SocketException"/> when it cannot be had.</summary>
    public RiemannListener(
        IPEndPoint address, RiemannDoor door, RiemannOptions options, SslServerAuthenticationOptions? tls, TimeProvider time,
        ILogger logger)
    {
        (_door, _options, _tls, _time, _logger) = (door, options, tls, time, logger);
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(address);
            _socket.Listen(512);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        var often = options.SlowPatience / 4;
        _sweep = time.CreateTimer(_ => Sweep(), null, often, often);
    }

    /// <summary>Where it listens, the port filled in.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>How many connections there are.</summary>
    public int Connections => Volatile.Read(ref _open);

    /// <summary>Begins to accept.</summary>
    public void Start() => _accepting = AcceptAsync();

    /// <summary>Gives the address back; nothing was accepted yet.</summary>
    public void Abandon()
    {
        _socket.Dispose();
        _sweep.Dispose();
        _stop.Dispose();
    }

    /// <summary>Stops accepting, lets what was received be answered, then cuts off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        await _sweep.DisposeAsync();
        await Task.WhenAll(_connections.Values.Select(c => c.Done));
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync(_stop.Token);
            }
            catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failed)
            {
                // too many open files, or one that went away before it was taken: the next may be had
                _logger.RiemannNotAccepted(failed.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(50), _time);
                continue;
            }

            if (Interlocked.Increment(ref _open) > _options.MaxConnections)
            {
                Interlocked.Decrement(ref _open);
                _door.Counters.AddTurnedAway();
                _logger.RiemannTurnedAway($"{accepted.RemoteEndPoint}", _options.MaxConnections);
                accepted.Dispose();
                continue;
            }

            _ = ServeAsync(accepted);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        // the caller accepts the next one meanwhile
        await Task.Yield();
        var from = "";
        try
        {
            from = $"{socket.RemoteEndPoint}";
            socket.NoDelay = true;
            using var network = new NetworkStream(socket, ownsSocket: true);
            await using var stream = await SecureAsync(network);
            var connection = new RiemannConnection(stream, from, _door, _options, _time, _logger);
            var done = new TaskCompletionSource();
            _connections[connection] = (socket, done.Task);
            try
            {
                await connection.ServeAsync(_stop.Token);
            }
            finally
            {
                _connections.TryRemove(connection, out _);
                done.SetResult();
            }
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException or SocketException or OperationCanceledException
            or ObjectDisposedException)
        {
            if (!_stop.IsCancellationRequested)
            {
                _logger.RiemannNotSecured(from, refused.Message);
            }
        }
        catch (Exception bug)
        {
            _logger.Failed(bug);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task<Stream> SecureAsync(NetworkStream network)
    {
        if (_tls is null)
        {
            return network;
        }

        var secured = new SslStream(network);
        using var limit = new CancellationTokenSource(_options.SlowPatience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        try
        {
            await secured.AuthenticateAsServerAsync(_tls, both.Token);
            return secured;
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    private void Sweep()
    {
        foreach (var (connection, (socket, _)) in _connections)
        {
            if (connection.IsOverdue(_options.SlowPatience))
            {
                _logger.RiemannCutOff($"{SafeName(socket)}", _options.SlowPatience);
                _door.Counters.AddCutOff();
                socket.Dispose();
            }
        }
    }

    private static string SafeName(Socket socket)
    {
        try
        {
            return $"{socket.RemoteEndPoint}";
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return "somebody";
        }
    }
}
