using System.Net;
using System.Net.Sockets;

namespace Reeve.Storage.Tests.Postgres;

/// <summary>Stands between the store and a server, and can swallow the server's answers or cut all connections.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly int _serverPort;
    private volatile bool _swallows;

    public CuttingProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on what the store says arrives, and what the server answers does not.</summary>
    public void SwallowAnswers() => _swallows = true;

    /// <summary>Cuts what is connected; new connections work as they should.</summary>
    public void Cut()
    {
        lock (_sockets)
        {
            _sockets.ForEach(s => s.Dispose());
            _sockets.Clear();
        }

        _swallows = false;
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var store = await _listener.AcceptSocketAsync();
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                lock (_sockets)
                {
                    _sockets.AddRange([store, server]);
                }

                await server.ConnectAsync(IPAddress.Loopback, _serverPort);
                _ = CopyAsync(store, server, () => false);
                _ = CopyAsync(server, store, () => _swallows);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, Func<bool> swallows)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                if (!swallows())
                {
                    await to.SendAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side was cut; so is the other.
        }

        from.Dispose();
        to.Dispose();
    }
}
