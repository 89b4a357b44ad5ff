using System.Net;
using System.Net.Sockets;

namespace Reeve.TestKit;

/// <summary>Finds loopback ports for servers that must be told their port before they start.</summary>
public static class FreePort
{
    // Below the range from which the system serves outgoing connections: there a port that was free a moment ago may be taken.
    private const int First = 20000;
    private const int Count = 12000;

    // Test processes that run beside each other start far apart.
    private static int _next = Environment.ProcessId * 97;

    /// <summary>A port on which nobody listens now, and which this process was not given before.</summary>
    public static int Take()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException("no loopback port is free");
    }

    /// <summary>So many ports in a row, all as those of <see cref="Take"/>; the first of them.</summary>
    public static int TakeRow(int count)
    {
        for (var tries = 0; tries < Count / count; tries++)
        {
            // counted on as a whole: whoever asks meanwhile gets others
            var first = (int)((uint)(Interlocked.Add(ref _next, count) - count + 1) % Count);
            if (first + count <= Count && Enumerable.Range(First + first, count).All(IsFree))
            {
                return First + first;
            }
        }

        throw new InvalidOperationException($"no {count} loopback ports in a row are free");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
