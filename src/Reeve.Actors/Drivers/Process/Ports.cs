using System.Net;
using System.Net.Sockets;

namespace Reeve.Actors.Drivers.Process;

/// <summary>Gives each instance a port of its range that neither another instance nor anybody else on this machine holds.</summary>
internal sealed class Ports
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _holders = [];

    /// <summary>Notes that an instance holds a port from before.</summary>
    public void Keep(int port, string holder)
    {
        lock (_gate)
        {
            _holders[port] = holder;
        }
    }

    /// <summary>A free port of the range, or null when there is none.</summary>
    public int? Take(int from, int to, string holder)
    {
        lock (_gate)
        {
            for (var port = from; port <= to; port++)
            {
                if (!_holders.ContainsKey(port) && IsFree(port))
                {
                    _holders[port] = holder;
                    return port;
                }
            }
        }

        return null;
    }

    public void Release(int port)
    {
        lock (_gate)
        {
            _holders.Remove(port);
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
