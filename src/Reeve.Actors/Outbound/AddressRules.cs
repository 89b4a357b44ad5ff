using System.Net;
using System.Net.Sockets;

namespace Reeve.Actors.Outbound;

/// <summary>Keeps calls away from link-local addresses, behind which clouds serve the credentials of the machine.</summary>
internal static class AddressRules
{
    private static readonly IPNetwork LinkLocal = new(IPAddress.Parse("169.254.0.0"), 16);
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200")];

    public static bool IsRefused(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.IsIPv6LinkLocal
            || (plain.AddressFamily == AddressFamily.InterNetwork && LinkLocal.Contains(plain))
            || Metadata.Contains(plain);
    }

    /// <summary>
    /// Connects by name to the first address that answers. The address that was judged is the one that is connected to: a name that changes
    /// its answer between a check and the call would get around a check made earlier.
    /// </summary>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint end, bool allowLinkLocal, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(end.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(end.Host, cancellationToken).ConfigureAwait(false);
        if (!allowLinkLocal && Array.Find(addresses, IsRefused) is { } refused)
        {
            throw new AddressRefusedException($"`{end.Host}` has the link-local or metadata address {refused}, which may not be called");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, end.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The address may not be called; trying again does not help.</summary>
internal sealed class AddressRefusedException(string message) : IOException(message);
